/**
 * Looks into a distribution and says what is wrong with it, as data.
 *
 * Nothing is unpacked, written or run. What is wrong with the contents is never thrown: a report has
 * everything that was found, not only the first.
 *
 * @module
 */

import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { collectFindings } from './collect-findings.ts';
import { parseDistributionFilename } from './distribution-filename.ts';
import { DistributionError } from './errors.ts';
import type { Finding, Report } from './finding.ts';
import { inspectMetadata } from './inspect-metadata.ts';
import { inspectSdist } from './inspect-sdist.ts';
import { inspectWheel } from './inspect-wheel.ts';
import type { InspectedContents } from './inspection-contents.ts';
import {
  assertSame,
  type Distribution,
  type DistributionOptions,
  type MeasureOptions,
  measureOpenFile,
} from './measure.ts';
import { decodeMetadata, disagreement } from './metadata-agreement.ts';
import type { CoreMetadata } from './metadata-fields.ts';
import { quote } from './quote.ts';
import { withRegularFile } from './regular-file.ts';
import type { SdistFilename } from './sdist-filename.ts';
import type { WheelFilename } from './wheel-filename.ts';
import { inspectImportable } from './wheel-importable.ts';

/** What a distribution is and what is wrong with it. */
export interface Inspection {
  /** Measured from the file that was inspected. */
  readonly distribution: Distribution;
  /** Left out where it cannot be read. */
  readonly metadata?: CoreMetadata;
  /** Errors first. */
  readonly findings: readonly Finding[];
}

/**
 * Inspects a wheel or an sdist: the archive, what identifies it, its `RECORD` and its metadata.
 *
 * A distribution that was measured before must still have those bytes.
 *
 * @throws DistributionError with code `FILENAME_INVALID`, `FILENAME_AMBIGUOUS`, `FILE_UNREADABLE` or
 * `DISTRIBUTION_CHANGED`.
 */
export async function inspectDistribution(
  input: string | Distribution,
  options: DistributionOptions & MeasureOptions = {},
): Promise<Inspection> {
  const { signal } = options;
  signal?.throwIfAborted();
  const { path, expected } = identify(input, options);
  const { filename, kind, name, version } = expected;
  const { report, findings } = collectFindings();
  return withRegularFile(path, async (file, status) => {
    const measured = await measureOpenFile(file, path, options);
    if (typeof input !== 'string') assertSame(input, measured);
    const archive = { file, size: status.size, filename, signal };
    const contents =
      expected.kind === 'wheel'
        ? await inspectWheel(archive, expected, report)
        : await inspectSdist(archive, expected, report);
    const metadata = contents && readMetadata(contents, expected, report);
    if (contents && metadata) inspectMetadata(metadata, contents, report);
    if (contents && expected.kind === 'wheel') inspectImportable(contents, metadata, report);
    await assertUntouched(file, path, status);
    return {
      distribution: { ...measured, filename, kind, name, version },
      ...(metadata && { metadata }),
      findings: findings(),
    };
  });
}

/** What was measured may lie under a name of its own for the time being. */
function identify(
  input: string | Distribution,
  options: DistributionOptions,
): { readonly path: string; readonly expected: WheelFilename | SdistFilename } {
  if (typeof input === 'string') {
    return { path: input, expected: parseDistributionFilename(basename(input), options) };
  }
  const { path, filename, name, version } = input;
  return { path, expected: parseDistributionFilename(filename, { name, version, ...options }) };
}

function readMetadata(
  { metadata: bytes }: InspectedContents,
  expected: WheelFilename | SdistFilename,
  report: Report,
): CoreMetadata | undefined {
  if (!bytes) {
    const name = expected.kind === 'wheel' ? 'METADATA' : 'PKG-INFO';
    report(
      'METADATA_MISSING',
      `${quote(expected.filename)} has no \`${name}\` file where it belongs`,
    );
    return undefined;
  }
  try {
    const metadata = decodeMetadata(bytes);
    const complaint = disagreement(metadata, expected);
    if (complaint !== undefined) report('METADATA_MISMATCH', complaint);
    return metadata;
  } catch (error) {
    if (!(error instanceof DistributionError)) throw error;
    report('METADATA_INVALID', error.message);
    return undefined;
  }
}

/** The digest is that of what was inspected only if nobody wrote to the file in between. */
async function assertUntouched(file: FileHandle, path: string, before: Stats): Promise<void> {
  const { mtimeMs, size } = await file.stat();
  if (mtimeMs === before.mtimeMs && size === before.size) return;
  throw new DistributionError(`${quote(path)} was written to while it was inspected`, {
    code: 'DISTRIBUTION_CHANGED',
    hint: 'Inspect the file again once nothing writes to it any more.',
  });
}
