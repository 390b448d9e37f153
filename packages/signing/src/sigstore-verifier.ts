/**
 * The part of verification that `@sigstore/verify` does: certificate chain and SCT, the log's
 * signatures and proofs, timestamps. It gets the digest instead of the file.
 *
 * @module
 */

import type { KeyObject } from 'node:crypto';
import { timingSafeEqual } from 'node:crypto';
import { RFC3161Timestamp, X509Certificate } from '@sigstore/core';
import {
  Verifier as SigstoreVerifier,
  VerificationError as SigstoreError,
  type SignedEntity,
  type TrustMaterial,
} from '@sigstore/verify';
import { pointOf } from './ecdsa.ts';
import { VerificationError, type VerificationErrorCode } from './errors.ts';
import type { LogEntry } from './log-entry.ts';

/** What is to be verified. */
export interface Evidence {
  readonly certificate: Uint8Array;
  readonly signature: Uint8Array;
  /** SHA-256 of the file itself. */
  readonly digest: Uint8Array;
  readonly logEntries: readonly LogEntry[];
  readonly timestamps: readonly Uint8Array[];
}

/** A public key that the signature was found to fit; comes from `signingKeyOf` alone. */
export interface VerifiedKey {
  /** The key as an uncompressed point. */
  readonly verified: Buffer;
}

type SignatureContent = SignedEntity['signature'];
type TransparencyLogEntry = SignedEntity['tlogEntries'][number];

/**
 * Verifies evidence against a trusted root: one SCT, one log entry and one time at least.
 *
 * @throws VerificationError with the code of what does not hold.
 */
export function verifyWithSigstore(
  evidence: Evidence,
  signedBy: VerifiedKey,
  trust: TrustMaterial,
): void {
  try {
    new SigstoreVerifier(trust, {
      tlogThreshold: 1,
      ctlogThreshold: 1,
      timestampThreshold: 1,
    }).verify(toSignedEntity(evidence, signedBy));
  } catch (error) {
    throw translated(error);
  }
}

function toSignedEntity(evidence: Evidence, signedBy: VerifiedKey): SignedEntity {
  const tlogEntries = evidence.logEntries.map(toTransparencyLogEntry);
  return {
    signature: signatureContent(evidence, signedBy),
    key: {
      $case: 'certificate',
      certificate: X509Certificate.parse(Buffer.from(evidence.certificate)),
    },
    tlogEntries,
    timestamps: [
      ...tlogEntries.map((tlogEntry) => ({ $case: 'transparency-log' as const, tlogEntry })),
      ...evidence.timestamps.map((bytes) => ({
        $case: 'timestamp-authority' as const,
        timestamp: RFC3161Timestamp.parse(Buffer.from(bytes)),
      })),
    ],
  };
}

// ECDSA is the dearest step and was done already; what is left to compare is whose key it was.
function signatureContent(
  { digest, signature }: Evidence,
  { verified }: VerifiedKey,
): SignatureContent {
  const isDigest = (other: Buffer): boolean => equal(other, digest);
  return {
    signature: Buffer.from(signature),
    compareSignature: (other: Buffer) => equal(other, signature),
    compareDigest: isDigest,
    compareSignedDigest: isDigest,
    verifySignature: (key: KeyObject) => pointOf(key)?.equals(verified) ?? false,
  };
}

function toTransparencyLogEntry(entry: LogEntry): TransparencyLogEntry {
  const { inclusionProof, signedEntryTimestamp, kind, version } = entry;
  return {
    logIndex: entry.logIndex,
    logId: { keyId: Buffer.from(entry.logId) },
    kindVersion: { kind, version },
    integratedTime: entry.integratedTime ?? '0',
    inclusionPromise: signedEntryTimestamp && {
      signedEntryTimestamp: Buffer.from(signedEntryTimestamp),
    },
    inclusionProof: inclusionProof && {
      logIndex: inclusionProof.logIndex,
      rootHash: Buffer.from(inclusionProof.rootHash),
      treeSize: inclusionProof.treeSize,
      hashes: inclusionProof.hashes.map((hash) => Buffer.from(hash)),
      checkpoint: { envelope: inclusionProof.checkpoint ?? '' },
    },
    canonicalizedBody: Buffer.from(entry.canonicalizedBody),
  };
}

function equal(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

const meanings: Readonly<Record<string, readonly [VerificationErrorCode, string]>> = {
  TIMESTAMP_ERROR: ['TIMESTAMP_INVALID', 'the time of signing is not proven'],
  CERTIFICATE_ERROR: [
    'CERTIFICATE_UNTRUSTED',
    'no trusted authority issued the certificate for that time',
  ],
  PUBLIC_KEY_ERROR: ['KEY_UNSUPPORTED', 'the key is not supported'],
  TLOG_BODY_ERROR: ['LOG_ENTRY_MISMATCH', 'the log entry is about something else'],
  TLOG_ERROR: ['LOG_ENTRY_INVALID', 'the log entries do not count'],
  TLOG_INCLUSION_PROOF_ERROR: [
    'LOG_ENTRY_INVALID',
    'the log entry is not proven to be in a trusted log',
  ],
  TLOG_INCLUSION_PROMISE_ERROR: ['LOG_ENTRY_INVALID', 'no trusted log signed the log entry'],
  TLOG_MISSING_INCLUSION_ERROR: ['LOG_ENTRY_INVALID', 'the log entry is not proven to be in a log'],
  SIGNATURE_ERROR: ['SIGNATURE_INVALID', 'the signature does not fit the file and the certificate'],
};

// Hostile bytes make the parsers below throw whatever comes; all of it means "not verified".
function translated(error: unknown): VerificationError {
  const hint =
    'Take the signature that was published with the file, and the trusted root of the Sigstore that made it.';
  if (!(error instanceof SigstoreError)) {
    return new VerificationError('the signature material cannot be read', {
      code: 'BUNDLE_MALFORMED',
      hint,
      cause: error,
    });
  }
  if (error.code === 'CERTIFICATE_ERROR' && error.message.includes('SCT')) {
    return new VerificationError('no trusted log has seen the certificate', {
      code: 'SCT_INVALID',
      hint,
      cause: error,
    });
  }
  const [code, message] = meanings[error.code] ?? ['BUNDLE_MALFORMED', 'the signature is refused'];
  return new VerificationError(message, { code, hint, cause: error });
}
