/**
 * What became of each file, for programs: the events of a call summed up by file.
 *
 * @module
 */

import type { DistributionVerdict, ReleaseEvent } from '@wheelseal/pipeline';
import { byFilename } from './filename-order.ts';
import { describeFailure } from './failure.ts';
import type { Failure } from './failure.ts';

/** One distribution in the document of `--format json`. */
export interface FileRecord {
  readonly filename: string;
  readonly status:
    'measured' | 'built' | 'signed' | 'verified' | 'refused' | 'unsigned' | 'published';
  readonly kind?: 'wheel' | 'sdist';
  readonly size?: number;
  readonly sha256?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly logIndex?: string;
  /** The earliest time that is proven. */
  readonly signedAt?: string;
  readonly integratedTime?: string;
  /** Form of the signature that was verified. */
  readonly material?: string;
  readonly error?: Failure;
}

/** Sums up events by distribution, sorted by file name. */
export function fileRecords(events: readonly ReleaseEvent[]): readonly FileRecord[] {
  const records = new Map<string, FileRecord>();
  for (const event of events) {
    const change = changeBy(event);
    if (change === undefined) continue;
    records.set(change.filename, { ...records.get(change.filename), ...change });
  }
  return [...records.values()].toSorted(byFilename);
}

function changeBy(event: ReleaseEvent): FileRecord | undefined {
  if (event.type === 'distribution-judged') return judged(event.verdict);
  if (event.type === 'distribution-measured') {
    const { filename, kind, size, sha256 } = event.distribution;
    const status = event.stage === 'build' ? 'built' : 'measured';
    return { filename, status, kind, size, sha256 };
  }
  if (event.type === 'distribution-signed') {
    const { filename, sha256, identity, issuer, logIndex, integratedTime } = event;
    return {
      filename,
      status: 'signed',
      sha256,
      ...(identity !== undefined && { identity }),
      ...(issuer !== undefined && { issuer }),
      ...(logIndex !== undefined && { logIndex }),
      ...(integratedTime && { integratedTime: integratedTime.toISOString() }),
    };
  }
  if (event.type === 'upload-finished' && event.file.content === 'distribution') {
    const { filename, size, sha256 } = event.file;
    return { filename, status: 'published', size, sha256 };
  }
  return undefined;
}

function judged(verdict: DistributionVerdict): FileRecord {
  const { filename, status, size, sha256 } = verdict;
  const measured = {
    filename,
    ...(size !== undefined && { size }),
    ...(sha256 !== undefined && { sha256 }),
  };
  if (verdict.status !== 'verified') {
    return { ...measured, status, error: describeFailure(verdict.error) };
  }
  const { identity, issuer, logIndex, signedAt, integratedTime, material } = verdict;
  return {
    ...measured,
    status,
    identity,
    issuer,
    logIndex,
    signedAt: signedAt.toISOString(),
    ...(integratedTime && { integratedTime: integratedTime.toISOString() }),
    material,
  };
}
