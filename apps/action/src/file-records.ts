/**
 * What became of each distribution: the events of a run summed up.
 *
 * @module
 */

import type { ReleaseEvent } from '@wheelseal/pipeline';

/** One distribution, as far as the stages have said something about it. */
export interface FileRecord {
  readonly filename: string;
  readonly status: 'measured' | 'signed' | 'verified' | 'refused' | 'unsigned' | 'published';
  readonly sha256?: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly logIndex?: string;
  /** The earliest time that is proven. */
  readonly signedAt?: string;
  readonly integratedTime?: string;
  /** Why it was refused. */
  readonly error?: { readonly code: string; readonly message: string };
}

/** Sums up events by distribution, sorted by file name. */
export function fileRecords(events: readonly ReleaseEvent[]): readonly FileRecord[] {
  const records = new Map<string, FileRecord>();
  for (const event of events) {
    const change = changeBy(event);
    if (change !== undefined) {
      records.set(change.filename, { ...records.get(change.filename), ...change });
    }
  }
  return [...records.values()].toSorted((left, right) => (left.filename < right.filename ? -1 : 1));
}

function changeBy(event: ReleaseEvent): FileRecord | undefined {
  if (event.type === 'distribution-measured') {
    const { filename, sha256 } = event.distribution;
    return { filename, status: 'measured', sha256 };
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
    const { filename, sha256 } = event.file;
    return { filename, status: 'published', sha256 };
  }
  if (event.type !== 'distribution-judged') return undefined;
  const { verdict } = event;
  const { filename, status, sha256 } = verdict;
  const measured = { filename, status, ...(sha256 !== undefined && { sha256 }) };
  if (verdict.status !== 'verified') {
    const { code, message } = verdict.error;
    return { ...measured, error: { code, message } };
  }
  const { identity, issuer, logIndex, signedAt, integratedTime } = verdict;
  return {
    ...measured,
    identity,
    issuer,
    logIndex,
    signedAt: signedAt.toISOString(),
    ...(integratedTime && { integratedTime: integratedTime.toISOString() }),
  };
}
