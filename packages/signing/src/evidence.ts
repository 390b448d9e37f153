/**
 * The one way by which a signature is found good, whatever it came in.
 *
 * `@sigstore/verify` does the cryptography of chain, logs and timestamps. It leaves out what is
 * checked here first: that the certificate is for signing, that every log entry is about exactly
 * this certificate, signature and digest, and that entry, proof and checkpoint agree.
 *
 * @module
 */

import { assertIssued, parseCertificate, type SigningCertificate } from './certificate.ts';
import { isSignedByItsLog, parseCheckpoint } from './checkpoint.ts';
import { verifyDigest } from './ecdsa.ts';
import { VerificationError, type VerificationErrorCode } from './errors.ts';
import { assertRecordOf } from './hashed-record.ts';
import { timeOf, type LogEntry } from './log-entry.ts';
import type { SignerIdentity } from './signer-identity.ts';
import { verifyWithSigstore, type Evidence, type VerifiedKey } from './sigstore-verifier.ts';
import { assertTimestamps } from './timestamp.ts';
import { trustOf } from './trust.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** What good evidence says. */
export interface Finding {
  readonly identity: SignerIdentity;
  readonly logIndex: string;
  readonly integratedTime: Date;
}

const skew = 5 * 60 * 1000;
const original = 'Take the signature that was published with the file.';

/**
 * Verifies everything but the policy.
 *
 * @throws VerificationError with the code of what does not hold.
 */
export function verifyEvidence(evidence: Evidence, trustedRoot: TrustedRoot, now: Date): Finding {
  const { material, authorities } = trustOf(trustedRoot);
  const certificate = parseCertificate(evidence.certificate);
  assertIssued(certificate, authorities);
  const signedBy = signingKeyOf(evidence, certificate);
  if (evidence.logEntries.length === 0) {
    throw refusal('LOG_ENTRY_MISSING', 'there is no log entry for the signature');
  }
  assertOnePerLog(evidence.logEntries);
  const times = evidence.logEntries.map((entry) => {
    assertRecordOf(entry, evidence);
    assertProof(entry);
    return { entry, time: provenTime(entry, certificate, now) };
  });
  assertTimestamps(evidence.timestamps, certificate);
  verifyWithSigstore(evidence, signedBy, material);
  const { entry, time } = times.reduce((best, one) => (one.time < best.time ? one : best));
  return { identity: certificate.identity, logIndex: entry.logIndex, integratedTime: time };
}

/**
 * The key of the certificate, once the signature was found to fit it and the digest. Whoever issued
 * the certificate.
 *
 * @throws VerificationError with code `SIGNATURE_INVALID`.
 */
export function signingKeyOf(
  { digest, signature }: Pick<Evidence, 'digest' | 'signature'>,
  { publicPoint }: SigningCertificate,
): VerifiedKey {
  if (verifyDigest(digest, signature, publicPoint)) return { verified: publicPoint };
  throw refusal('SIGNATURE_INVALID', 'the signature does not fit the file and the certificate');
}

// Of one signature a log has one entry; a copy must not count as a second witness.
function assertOnePerLog(entries: readonly LogEntry[]): void {
  const logs = new Set(entries.map(({ logId }) => Buffer.from(logId).toString('hex')));
  if (logs.size === entries.length) return;
  throw refusal('LOG_ENTRY_INVALID', 'there are two log entries of one log');
}

function assertProof({ inclusionProof, signedEntryTimestamp, logId }: LogEntry): void {
  if (signedEntryTimestamp === undefined) {
    throw refusal('LOG_ENTRY_INVALID', 'the log entry has no signed timestamp');
  }
  if (inclusionProof === undefined) {
    throw refusal('LOG_ENTRY_INVALID', 'the log entry has no inclusion proof');
  }
  // The signature covers the checkpoint only; the proof states the same once more, unsigned.
  const { checkpoint, rootHash, treeSize } = inclusionProof;
  const signed = parseCheckpoint(checkpoint ?? '');
  if (signed === undefined) {
    throw refusal('LOG_ENTRY_INVALID', 'the inclusion proof has no well-formed checkpoint');
  }
  if (signed.treeSize !== treeSize || !signed.rootHash.equals(rootHash)) {
    throw refusal(
      'LOG_ENTRY_INVALID',
      'the inclusion proof is for another tree than its checkpoint',
    );
  }
  if (!isSignedByItsLog(signed, logId)) {
    throw refusal('LOG_ENTRY_INVALID', 'the checkpoint is not signed by the log of the entry');
  }
}

function provenTime(entry: LogEntry, { notBefore, notAfter }: SigningCertificate, now: Date): Date {
  const time = timeOf(entry);
  if (time === undefined || !Number.isFinite(time.getTime())) {
    throw refusal('TIMESTAMP_INVALID', 'the log entry has no time');
  }
  if (time < notBefore || time > notAfter) {
    throw refusal(
      'TIMESTAMP_INVALID',
      `signed at \`${time.toISOString()}\`, when the certificate was not valid`,
    );
  }
  if (time.getTime() > now.getTime() + skew) {
    throw new VerificationError(`signed in the future, at \`${time.toISOString()}\``, {
      code: 'TIMESTAMP_INVALID',
      hint: 'Set the clock of this machine.',
    });
  }
  return time;
}

function refusal(code: VerificationErrorCode, message: string): VerificationError {
  return new VerificationError(message, { code, hint: original });
}
