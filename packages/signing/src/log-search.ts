/**
 * The log entry of a signature that brings none: the log is asked, and what it answers is verified
 * like everything else.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { VerificationError } from './errors.ts';
import type { Testimony } from './evidence.ts';
import type { Signed } from './hashed-record.ts';
import type { LogEntry } from './log-entry.ts';
import { findLogEntries } from './rekor.ts';

/** Where to ask. */
export interface SearchedLog {
  readonly rekorUrl?: URL;
  readonly dispatcher?: Dispatcher;
  readonly signal: AbortSignal | undefined;
}

/**
 * The earliest of the entries that hold. The log may know a signature more than once; each entry
 * stands for itself.
 *
 * @throws VerificationError with code `LOG_UNREACHABLE`, `LOG_ENTRY_MISSING`, or that of the first
 * entry if none holds.
 */
export async function earliestEntry<T extends Testimony>(
  { rekorUrl, ...connection }: SearchedLog,
  signed: Signed,
  verify: (entry: LogEntry) => T,
): Promise<T> {
  if (rekorUrl === undefined) {
    throw new VerificationError('there is no log to ask for the entry of the signature', {
      code: 'LOG_UNREACHABLE',
      hint: 'Name the log with `--rekor-url` or `REKOR_URL`, or verify the bundle.',
    });
  }
  const entries = await findLogEntries({ ...connection, rekorUrl }, signed);
  if (entries.length === 0) {
    throw new VerificationError('the transparency log does not know the signature', {
      code: 'LOG_ENTRY_MISSING',
      hint: 'Check that `REKOR_URL` is the log the file was signed with.',
    });
  }
  const findings: T[] = [];
  const failures: unknown[] = [];
  for (const entry of entries) {
    try {
      findings.push(verify(entry));
    } catch (error) {
      failures.push(error);
    }
  }
  const [first, ...rest] = findings;
  if (first === undefined) throw failures[0];
  return rest.reduce((best, one) => (startOf(one) < startOf(best) ? one : best), first);
}

function startOf({ times }: Testimony): number {
  return times[0]?.getTime() ?? Infinity;
}
