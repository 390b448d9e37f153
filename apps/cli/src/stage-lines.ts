/**
 * What a stage did, for people: one sentence, and lines below it.
 *
 * @module
 */

import type {
  DistributionVerdict,
  PublishPlan,
  ReleaseEvent,
  ReleaseStage,
} from '@wheelseal/pipeline';
import { byFilename } from './filename-order.ts';
import { printable } from './printable.ts';
import { formatCount, formatSize, formatTime } from './quantities.ts';
import { formatTable } from './table.ts';
import type { Paint } from './terminal.ts';

/** A stage in words. */
export interface StageWords {
  /** Stands behind the name of the stage. */
  readonly detail: string;
  readonly lines: readonly string[];
}

type EventOf<Type extends ReleaseEvent['type']> = Extract<ReleaseEvent, { readonly type: Type }>;

interface Signer {
  readonly identity: string;
  readonly issuer: string;
}

/** How a stage is described. */
export interface DescribeOptions {
  readonly paint: Paint;
  /** Signers that were shown already; those shown now are added. */
  readonly shown: Set<string>;
}

/** Describes a stage by the events that happened in it. */
export function describeStage(
  stage: ReleaseStage,
  events: readonly ReleaseEvent[],
  options: DescribeOptions,
): StageWords {
  return describers[stage](events, options);
}

type Describer = (events: readonly ReleaseEvent[], options: DescribeOptions) => StageWords;

const describers: Readonly<Record<ReleaseStage, Describer>> = {
  rewrite(events, { paint }) {
    const [rewritten] = ofType(events, 'project-rewritten');
    if (rewritten === undefined) return { detail: '', lines: [] };
    const { changes, written } = rewritten;
    const unwritten = changes.length > 0 && !written ? ', not written' : '';
    return {
      detail: `${formatCount(changes.length, 'value')} changed in pyproject.toml${unwritten}`,
      lines: changes.flatMap(({ key, line, before, after }) => {
        const name = key.split('.').at(-1) ?? key;
        const place = String(line).padStart(6);
        return [
          ...(before === undefined ? [] : [paint.red(`${place} - ${assignment(name, before)}`)]),
          paint.green(`${place} + ${assignment(name, after)}`),
        ];
      }),
    };
  },
  build(events, options) {
    const [build] = ofType(events, 'build-started');
    const { detail, lines } = measured(events, options);
    if (build === undefined) return { detail, lines };
    const { describe, commit, log } = build;
    const source = commit === undefined ? '' : `from commit ${commit.slice(0, 12)}`;
    return {
      detail: [detail, `by ${describe}`, source].filter(Boolean).join(' '),
      lines: [...lines, `    ${options.paint.dim('log')}  ${printable(log)}`],
    };
  },
  measure: measured,
  sign(events, options) {
    const signed = ofType(events, 'distribution-signed').toSorted(byFilename);
    return {
      detail: signed.length === 0 ? '' : `${formatCount(signed.length, 'distribution')} signed`,
      lines: [
        ...formatTable(
          signed.map(({ filename, logIndex, integratedTime }) => [
            filename,
            logIndex === undefined ? 'no log' : `log index ${logIndex}`,
            integratedTime === undefined ? '' : formatTime(integratedTime),
          ]),
        ),
        ...signers(signed, options),
      ],
    };
  },
  verify: judged,
  publish(events, { paint }) {
    const [planned] = ofType(events, 'publish-planned');
    const order = planned?.plan.files.map(({ filename }) => filename) ?? [];
    const sent = ofType(events, 'upload-finished')
      .map(({ file }) => file)
      .toSorted((left, right) => order.indexOf(left.filename) - order.indexOf(right.filename));
    if (sent.length === 0 && planned !== undefined) return planWords(planned.plan, paint);
    const uploaded = sent.filter(({ outcome }) => outcome === 'uploaded').length;
    const present = sent.length - uploaded;
    const there = present === 0 ? '' : `, ${present} already there`;
    return {
      detail: sent.length === 0 ? '' : `${formatCount(uploaded, 'file')} uploaded${there}`,
      lines: formatTable(
        sent.map(({ filename, registry, outcome }) => [
          filename,
          registries[registry],
          outcome === 'uploaded' ? 'uploaded' : 'already there',
        ]),
      ),
    };
  },
  download: judged,
};

const registries = { generic: 'generic package', pypi: 'PyPI registry' } as const;

const actions = { upload: 'to upload', skip: 'already there', conflict: 'conflict' } as const;

/** What would have been sent, or what was in the way. */
function planWords({ files }: PublishPlan, paint: Paint): StageWords {
  const conflicts = files.filter(({ action }) => action === 'conflict').length;
  const uploads = files.filter(({ action }) => action === 'upload').length;
  return {
    detail:
      conflicts > 0
        ? `${formatCount(conflicts, 'file')} in the way`
        : `${formatCount(uploads, 'file')} to upload`,
    lines: formatTable(
      files.map(({ filename, registry, action }) => [
        filename,
        registries[registry],
        action === 'conflict' ? paint.red(actions[action]) : actions[action],
      ]),
    ),
  };
}

function measured(events: readonly ReleaseEvent[], { paint }: DescribeOptions): StageWords {
  const files = ofType(events, 'distribution-measured').map(({ distribution }) => distribution);
  return {
    detail: files.length === 0 ? '' : formatCount(files.length, 'distribution'),
    lines: formatTable(
      files.map(({ filename, size, sha256 }) => [
        filename,
        formatSize(size),
        paint.dim(`sha256 ${sha256.slice(0, 16)}…`),
      ]),
    ),
  };
}

function judged(events: readonly ReleaseEvent[], options: DescribeOptions): StageWords {
  const verdicts = ofType(events, 'distribution-judged')
    .map(({ verdict }) => verdict)
    .toSorted(byFilename);
  const verified = verdicts.filter((verdict) => verdict.status === 'verified');
  return {
    detail:
      verdicts.length === 0
        ? ''
        : `${verified.length} of ${formatCount(verdicts.length, 'distribution')} verified`,
    lines: [
      ...formatTable(verdicts.map((verdict) => verdictCells(verdict, options.paint))),
      ...signers(verified, options),
    ],
  };
}

function verdictCells(verdict: DistributionVerdict, paint: Paint): readonly string[] {
  if (verdict.status === 'verified') {
    const { filename, logIndex, signedAt } = verdict;
    return [`${paint.green('✔')} ${filename}`, `log index ${logIndex}`, formatTime(signedAt)];
  }
  const { filename, error } = verdict;
  return [
    `${paint.red('✘')} ${printable(filename)}`,
    paint.red(error.code),
    printable(error.message),
  ];
}

/** Each signer once: a batch has one, unless something is wrong. */
function signers(
  files: readonly Partial<Signer>[],
  { paint, shown }: DescribeOptions,
): readonly string[] {
  return files.flatMap(({ identity, issuer }) => {
    if (identity === undefined || issuer === undefined) return [];
    const key = `${issuer} ${identity}`;
    if (shown.has(key)) return [];
    shown.add(key);
    return [
      `    ${paint.dim('signer')}  ${printable(identity)}`,
      `    ${paint.dim('issuer')}  ${printable(issuer)}`,
    ];
  });
}

function assignment(name: string, value: string): string {
  return `${name} = ${value.startsWith('[') ? value : JSON.stringify(value)}`;
}

function ofType<Type extends ReleaseEvent['type']>(
  events: readonly ReleaseEvent[],
  type: Type,
): readonly EventOf<Type>[] {
  return events.filter((event): event is EventOf<Type> => event.type === type);
}
