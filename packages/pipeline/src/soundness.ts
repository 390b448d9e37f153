/**
 * Whether the inside of a distribution is sound.
 *
 * Who builds is told everything that an inspection finds. Who only gets a file is told what makes it
 * unsafe to unpack, or another one than its name says: a signature is over the bytes of a file and not
 * over its name, so that the signed wheel of one version, project or platform could be passed off as
 * that of another.
 *
 * @module
 */

import { basename } from 'node:path';
import { type Finding, type FindingCode, inspectDistribution } from '@wheelseal/distributions';
import { PipelineError } from './errors.ts';
import type { StageEvent } from './release-event.ts';
import { sideBySide } from './side-by-side.ts';

/** A distribution whose bytes are known. */
export interface KnownFile {
  readonly path: string;
  readonly sha256: string;
}

const width = 4;
/** Findings in a message; its cause has all. */
const most = 5;

/**
 * What a finding ends: everything, because the file is unsafe or not itself; a release, because nobody
 * could use the file; or nothing. What only another index would refuse is no reason to stop a release.
 */
const ends: Readonly<Record<FindingCode, 'everything' | 'release' | 'nothing'>> = {
  ARCHIVE_INVALID: 'everything',
  ARCHIVE_TOO_LARGE: 'everything',
  ARCHIVE_AMBIGUOUS: 'everything',
  ENTRY_PATH_UNSAFE: 'everything',
  ENTRY_DUPLICATE: 'everything',
  ENTRY_KIND_UNSAFE: 'everything',
  METADATA_MISSING: 'everything',
  METADATA_INVALID: 'everything',
  METADATA_MISMATCH: 'everything',
  WHEEL_INVALID: 'everything',
  TAGS_MISMATCH: 'everything',
  RECORD_INVALID: 'everything',
  RECORD_MISMATCH: 'everything',
  RECORD_INCOMPLETE: 'everything',
  SDIST_FOLDER_MISMATCH: 'everything',
  WHEEL_EMPTY: 'release',
  PROJECT_UNNAMED: 'release',
  FIELD_INVALID: 'nothing',
  FIELD_TOO_LONG: 'nothing',
  REQUIRES_PYTHON_INVALID: 'release',
  LICENSE_EXPRESSION_INVALID: 'nothing',
  LICENSE_FILE_MISSING: 'nothing',
  CONTENT_TYPE_INVALID: 'nothing',
  DESCRIPTION_BROKEN: 'nothing',
  ENTRY_COLLISION: 'nothing',
  ENTRY_LINK: 'nothing',
  WHEEL_NOT_IMPORTABLE: 'nothing',
  SDIST_NOT_BUILDABLE: 'nothing',
  METADATA_VERSION_UNKNOWN: 'nothing',
  FIELD_TOO_NEW: 'nothing',
  DESCRIPTION_MISSING: 'nothing',
  DESCRIPTION_SUSPICIOUS: 'nothing',
  CONTENT_TYPE_MISSING: 'nothing',
  SUMMARY_MISSING: 'nothing',
  REQUIRES_PYTHON_MISSING: 'nothing',
  LICENSE_MISSING: 'nothing',
};

/**
 * Inspects what is to be released. What makes a distribution unusable ends the release, all of it at
 * once; the rest is reported as warnings.
 *
 * @throws PipelineError with code `DISTRIBUTION_UNSOUND`.
 */
export async function assertSound(
  files: readonly KnownFile[],
  report: (event: StageEvent) => void,
  signal?: AbortSignal,
): Promise<void> {
  const findings = await sideBySide(files, width, async (file) => inspect(file, signal));
  const all = findings.flat();
  for (const { message, hint } of all.filter(({ code }) => ends[code] === 'nothing')) {
    report({ type: 'warning', message, hint });
  }
  refuse(all.filter(({ code }) => ends[code] !== 'nothing'));
}

/**
 * Throws unless a distribution is safe to unpack and is the one that its file name says.
 *
 * @throws PipelineError with code `DISTRIBUTION_UNSOUND`, or `RELEASE_CHANGED` when it has other bytes
 * than those that are known.
 */
export async function assertItself(file: KnownFile, signal?: AbortSignal): Promise<void> {
  const findings = await inspect(file, signal);
  refuse(findings.filter(({ code }) => ends[code] === 'everything'));
}

/** The findings about a file, each with its name. */
async function inspect(
  { path, sha256 }: KnownFile,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const filename = basename(path);
  const { distribution, findings } = await inspectDistribution(path, signal && { signal });
  if (distribution.sha256 === sha256) {
    return findings.map((finding) => ({ ...finding, message: named(finding.message, filename) }));
  }
  throw new PipelineError(`\`${filename}\` has other bytes than when it was measured`, {
    code: 'RELEASE_CHANGED',
    hint: 'Find out what changed it, then build and sign again.',
  });
}

function named(message: string, filename: string): string {
  return message.includes(filename) ? message : `\`${filename}\`: ${message}`;
}

function refuse(errors: readonly Finding[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const shown = errors.slice(0, most).map(({ message }) => message);
  const more = errors.length - shown.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  throw new PipelineError([...shown, ...rest].join('; '), {
    code: 'DISTRIBUTION_UNSOUND',
    hint: first.hint,
    cause: new Error(errors.map(({ code, message }) => `${code}: ${message}`).join('\n')),
  });
}
