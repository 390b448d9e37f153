/**
 * Stages as they pass: a line for what is going on, a mark and results when it is over.
 *
 * @module
 */

import type { ReleaseEvent, ReleaseStage } from '@wheelseal/pipeline';
import { fileRecords } from './file-records.ts';
import type { FileRecord } from './file-records.ts';
import { byFilename } from './filename-order.ts';
import type { OutputOptions } from './output-options.ts';
import { printable } from './printable.ts';
import { formatDuration } from './quantities.ts';
import { describeStage } from './stage-lines.ts';
import { describeProgress } from './stage-progress.ts';
import { formatTable } from './table.ts';
import type { Channel, Terminal } from './terminal.ts';

/** One stage in the document of `--format json`. */
interface StageRecord {
  readonly name: ReleaseStage;
  readonly status: 'done' | 'failed';
  readonly milliseconds: number;
}

/** Shows stages, and remembers them. */
export interface StageReport {
  onEvent(event: ReleaseEvent): void;
  fields(): { readonly files: readonly FileRecord[]; readonly stages: readonly StageRecord[] };
}

/** Makes the report of the stages of one call. */
export function createStageReport(terminal: Terminal, output: OutputOptions): StageReport {
  const { notes, results, passing } = terminal;
  const events: ReleaseEvent[] = [];
  const stages: StageRecord[] = [];
  const shown = new Set<string>();

  const close = (name: ReleaseStage, milliseconds: number, isOver: boolean): void => {
    const own = events.filter(({ stage }) => stage === name);
    const status = isOver && !own.some(isRefusal) ? 'done' : 'failed';
    const record: StageRecord = { name, status, milliseconds };
    stages.push(record);
    const { detail, lines } = describeStage(name, own, { paint: results.paint, shown });
    if (!output.quiet) notes.print(stageLine(notes, record, detail));
    if (output.format === 'text') results.print(...lines);
    notes.print(...verifiedLines(own));
  };
  return {
    onEvent(event) {
      const { stage, type } = event;
      if (!type.endsWith('-progress')) events.push(event);
      const progress = describeProgress(event);
      if (progress !== undefined && !output.quiet) passing(progress);
      if (type === 'build-output' && output.verbose) {
        notes.print(notes.paint.dim(`    ${printable(event.line)}`));
      }
      if (type === 'disclosed') notes.print(...disclosedLines(event.texts, notes));
      if (type === 'stage-finished') close(stage, event.milliseconds, true);
      if (type === 'stage-failed') close(stage, event.milliseconds, false);
    },
    fields: () => ({ files: fileRecords(events), stages }),
  };
}

/** Before it happens: nobody can take it back. */
function disclosedLines(
  texts: readonly { readonly name: string; readonly value: string }[],
  { paint }: Channel,
): readonly string[] {
  const rows = texts.map(({ name, value }) => [name, printable(value)]);
  return [paint.yellow('everybody will see, for ever:'), ...formatTable(rows)];
}

/** A stage that judges goes through to its end, whatever it finds. */
function isRefusal(event: ReleaseEvent): boolean {
  return event.type === 'distribution-judged' && event.verdict.status !== 'verified';
}

/** People and scripts look for these words, as cosign writes them. */
function verifiedLines(events: readonly ReleaseEvent[]): readonly string[] {
  return events
    .flatMap((event) => (event.type === 'distribution-judged' ? [event.verdict] : []))
    .filter(({ status }) => status === 'verified')
    .toSorted(byFilename)
    .map(({ filename }) => `Verified OK: ${filename}`);
}

function stageLine(
  { paint, width }: Channel,
  { name, status, milliseconds }: StageRecord,
  detail: string,
): string {
  const mark = status === 'done' ? paint.green('✔') : paint.red('✘');
  const title = name.padEnd(8);
  const duration = formatDuration(milliseconds);
  const used = `✔ ${title}  ${detail}${duration}`.length;
  const gap = ' '.repeat(Math.max(2, Math.min(width, 100) - used - 1));
  return `${mark} ${paint.bold(title)}  ${detail}${gap}${paint.dim(duration)}`;
}
