/**
 * Whether a trusted log has an entry, and since when.
 *
 * Rekor v1 promises it with a time (SET) and proves it by a checkpoint. Rekor v2 only proves it, and
 * the time has to come from somebody else.
 *
 * @module
 */

import { isSignedBy, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { VerificationError } from './errors.ts';
import { leadsToRoot } from './inclusion-proof.ts';
import { timeOf, type InclusionProof, type LogEntry } from './log-entry.ts';
import { verifiesMessage } from './public-key.ts';
import { isInTerm, type TrustedLog } from './trust.ts';

/** An entry of which a log was found to have it. */
export interface ProvenEntry {
  readonly entry: LogEntry;
  readonly log: TrustedLog;
  /** When the log took it; absent where the log does not say. */
  readonly time?: Date;
}

/**
 * Finds the log that has an entry.
 *
 * @param isPromiseEnough - whether the entry is from the first version of bundles, which had no proofs.
 * @throws VerificationError with code `LOG_ENTRY_INVALID`.
 */
export function proveEntry(
  entry: LogEntry,
  logs: readonly TrustedLog[],
  isPromiseEnough: boolean,
): ProvenEntry {
  const { inclusionProof, signedEntryTimestamp } = entry;
  const time = timeOf(entry);
  if (signedEntryTimestamp === undefined && (isPromiseEnough || time !== undefined)) {
    throw invalid('the log entry has no signed timestamp');
  }
  if (inclusionProof === undefined && !isPromiseEnough) {
    throw invalid('the log entry has no inclusion proof');
  }
  const checkpoint = inclusionProof && readProof(entry, inclusionProof, isPromiseEnough);
  const log = logs.find(
    (one) =>
      one.ids.some((id) => id.equals(entry.logId)) &&
      (time === undefined || isInTerm(one.service, time)) &&
      (signedEntryTimestamp === undefined || isPromisedBy(one, entry, signedEntryTimestamp)) &&
      (checkpoint === undefined || isSignedBy(checkpoint, one)),
  );
  if (log === undefined) throw invalid('no trusted log has the log entry');
  return { entry, log, ...(time !== undefined && { time }) };
}

// The signature covers the checkpoint only; the proof states the same once more, unsigned.
function readProof(
  entry: LogEntry,
  proof: InclusionProof,
  isPromiseEnough: boolean,
): Checkpoint | undefined {
  if (!leadsToRoot(proof, entry.canonicalizedBody)) {
    throw invalid('the log entry is not proven to be in the tree');
  }
  // Where nobody signed the entry's own position, it is that in the tree.
  if (entry.signedEntryTimestamp === undefined && entry.logIndex !== proof.logIndex) {
    throw invalid('the log entry is at another position than its inclusion proof');
  }
  // The first clients left the checkpoint out, so that the promise is all there is.
  if (proof.checkpoint === undefined && isPromiseEnough) return undefined;
  const checkpoint = parseCheckpoint(proof.checkpoint ?? '');
  if (checkpoint === undefined) {
    throw invalid('the inclusion proof has no well-formed checkpoint');
  }
  if (checkpoint.treeSize !== proof.treeSize || !checkpoint.rootHash.equals(proof.rootHash)) {
    throw invalid('the inclusion proof is for another tree than its checkpoint');
  }
  return checkpoint;
}

function isPromisedBy(
  { key }: TrustedLog,
  { canonicalizedBody, integratedTime, logId, logIndex }: LogEntry,
  signature: Uint8Array,
): boolean {
  // In the order of canonical JSON. A missing time is one that nobody promised.
  const promise = JSON.stringify({
    body: Buffer.from(canonicalizedBody).toString('base64'),
    integratedTime: Number(integratedTime ?? Number.NaN),
    logID: Buffer.from(logId).toString('hex'),
    logIndex: Number(logIndex),
  });
  return verifiesMessage(key, Buffer.from(promise), signature);
}

function invalid(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'LOG_ENTRY_INVALID',
    hint: 'Take the signature that was published with the file, and the trusted root of the Sigstore that made it.',
  });
}
