/**
 * The one way by which a signature is found good, whatever it came in.
 *
 * The steps are those of the client specification of Sigstore. None is left out, and of what is there
 * more than once, such as log entries and timestamps, every one has to hold.
 *
 * @see https://github.com/sigstore/architecture-docs/blob/main/client-spec.md section 4
 *
 * @module
 */

import type { SignatureBundle } from './bundle.ts';
import {
  assertWithin,
  provenWay,
  readIssuedCertificate,
  type IssuedCertificate,
  type IssuingWay,
} from './certificate-trust.ts';
import type { SigningCertificate } from './certificate.ts';
import { isCurveSignature } from './elliptic-curve.ts';
import { assertRecorded } from './entry-body.ts';
import { VerificationError, type VerificationErrorCode } from './errors.ts';
import type { LoggedKey } from './hashed-record.ts';
import { timeOf, type LogEntry } from './log-entry.ts';
import { proveEntry, type ProvenEntry } from './log-proof.ts';
import { verifiesDigest, verifiesMessage, type PublicKey } from './public-key.ts';
import { preAuthenticationEncoding, type SignedContent } from './signed-content.ts';
import { proveTimestamp, type ProvenTimestamp } from './timestamp.ts';
import { isInTerm, type Trust } from './trust.ts';

/** What is to be verified, apart from whose key it is. */
export interface Evidence extends Pick<SignatureBundle, 'content' | 'logEntries' | 'timestamps'> {
  /** SHA-256 of the file itself. */
  readonly digest: Uint8Array;
  /** Whether it comes from the first version of bundles, whose entries may lack the proof. */
  readonly isPromiseEnough?: boolean;
}

/** What witnesses of a signature say. */
export interface Testimony {
  readonly entries: readonly ProvenEntry[];
  readonly timestamps: readonly ProvenTimestamp[];
  /** Every proven time of the signature, earliest first. */
  readonly times: readonly Date[];
}

/** What good evidence says. */
export interface Finding extends Testimony {
  readonly certificate: IssuedCertificate;
  readonly way: IssuingWay;
}

const skew = 5 * 60 * 1000;
const original = 'Take the signature that was published with the file.';

/**
 * Verifies a signature by certificate: everything but what a statement says, and the policy.
 *
 * @throws VerificationError with the code of what does not hold.
 */
export function verifyEvidence(
  evidence: Evidence & { readonly certificate: Uint8Array },
  trust: Trust,
  now: Date,
): Finding {
  const certificate = readIssuedCertificate(evidence.certificate, trust);
  assertSignedBy(certificate, evidence);
  if (evidence.logEntries.length === 0) {
    throw refusal('LOG_ENTRY_MISSING', 'there is no log entry for the signature');
  }
  for (const entry of evidence.logEntries) assertEntryTime(entry, certificate);
  const key = { certificate: evidence.certificate };
  const logged = { key, details: certificate.key.details };
  const testimony = hear(evidence, logged, trust, (time) => {
    assertWithin(certificate, time);
    assertNotInFuture(time, now);
  });
  if (testimony.times.length === 0) {
    throw refusal('TIMESTAMP_INVALID', 'nobody states when the signature was made');
  }
  const way = provenWay(certificate, testimony.times, trust);
  return { certificate, way, ...testimony };
}

/**
 * Hears the witnesses of a signature: every log entry and every timestamp has to hold, and so has every
 * time that they state.
 *
 * @throws VerificationError with the code of what does not hold.
 */
export function hear(
  { content, digest, logEntries, timestamps, isPromiseEnough = false }: Evidence,
  logged: { readonly key: LoggedKey; readonly details: readonly string[] },
  trust: Trust,
  assertTime: (time: Date) => void,
): Testimony {
  assertOnePerLog(logEntries);
  const entries = logEntries.map((entry) => {
    assertRecorded(entry, { ...logged, content, digest });
    return proveEntry(entry, trust.transparencyLogs, isPromiseEnough);
  });
  if (new Set(timestamps.map((one) => Buffer.from(one).toString('hex'))).size < timestamps.length) {
    throw refusal('TIMESTAMP_INVALID', 'there are two copies of one timestamp');
  }
  const stamped = timestamps.map((timestamp) =>
    proveTimestamp(timestamp, content.signature, trust.timestampAuthorities),
  );
  const times = [...entries, ...stamped]
    .flatMap(({ time }) => time ?? [])
    .toSorted((left, right) => left.getTime() - right.getTime());
  for (const time of times) assertTime(time);
  for (const entry of entries) assertInTerm(entry, times);
  return { entries, timestamps: stamped, times };
}

/**
 * Throws unless the signature fits the key of the certificate, whoever issued it.
 *
 * @throws VerificationError with code `SIGNATURE_MALFORMED` or `SIGNATURE_INVALID`.
 */
export function assertSignedBy(
  { key }: Pick<SigningCertificate, 'key'>,
  { content, digest }: Pick<Evidence, 'content' | 'digest'>,
): void {
  if (key.onCurve !== undefined && !isCurveSignature(content.signature, key.onCurve)) {
    throw refusal('SIGNATURE_MALFORMED', 'the signature is no ECDSA signature');
  }
  if (fits(key, content, digest)) return;
  throw refusal('SIGNATURE_INVALID', 'the signature does not fit the file and the key');
}

function fits(key: PublicKey, content: SignedContent, digest: Uint8Array): boolean {
  if (content.kind === 'message') return verifiesDigest(key, digest, content.signature);
  const signed = preAuthenticationEncoding(content.payloadType, content.payload);
  return verifiesMessage(key, signed, content.signature);
}

// Before the log's signature is looked at, as it says more than "the entry was changed".
function assertEntryTime(entry: LogEntry, certificate: SigningCertificate): void {
  const time = timeOf(entry);
  if (time !== undefined) return assertWithin(certificate, time);
  if (entry.signedEntryTimestamp === undefined) return undefined;
  throw refusal('TIMESTAMP_INVALID', 'the log entry has no time');
}

// Of one signature a log has one entry; a copy must not count as a second witness.
function assertOnePerLog(entries: readonly LogEntry[]): void {
  const logs = new Set(entries.map(({ logId }) => Buffer.from(logId).toString('hex')));
  if (logs.size === entries.length) return;
  throw refusal('LOG_ENTRY_INVALID', 'there are two log entries of one log');
}

/**
 * Throws if a time lies ahead of the clock.
 *
 * @throws VerificationError with code `TIMESTAMP_INVALID`.
 */
export function assertNotInFuture(time: Date, now: Date): void {
  if (time.getTime() <= now.getTime() + skew) return;
  throw new VerificationError(`signed in the future, at \`${time.toISOString()}\``, {
    code: 'TIMESTAMP_INVALID',
    hint: 'Set the clock of this machine.',
  });
}

// A log that states no time is trusted by that of the signature.
function assertInTerm({ log, time }: ProvenEntry, times: readonly Date[]): void {
  if (time !== undefined || times.every((one) => isInTerm(log.service, one))) return;
  throw refusal('LOG_ENTRY_INVALID', 'the log was not trusted when the signature was made');
}

function refusal(code: VerificationErrorCode, message: string): VerificationError {
  return new VerificationError(message, { code, hint: original });
}
