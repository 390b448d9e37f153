/**
 * One signature with everything that proves it: timestamps first, then the log entries, so that
 * nothing is written for ever that lacks its time.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { SigningCertificate } from './certificate.ts';
import type { Credential, CredentialSupply } from './credential.ts';
import type { Recorded } from './entry-kinds.ts';
import { SigningError } from './errors.ts';
import { hintOf, type KeyPair } from './key-pair.ts';
import { timeOf, type LogEntry } from './log-entry.ts';
import { statementPayloadType } from './statement.ts';
import { addTiledEntry } from './rekor-tiles.ts';
import { addLogEntry } from './rekor.ts';
import { preAuthenticationEncoding } from './signed-content.ts';
import type { LogService } from './signing-config.ts';
import { requestTimestamp, type Timestamp } from './timestamp-authority.ts';
import type { Connection } from './transport.ts';
import { bundleText } from './write-bundle.ts';

/** What is to be signed: a file by its digest, or a statement by its text. */
export type Unsigned = { readonly sha256: string } | { readonly statement: string };

/** Who witnesses a signature. */
export interface Witnesses extends Connection {
  readonly logs: readonly LogService[];
  readonly timestampUrls: readonly URL[];
  readonly signal: AbortSignal;
}

/** A signature as a bundle, and what is known of it. */
export interface ProvenSignature {
  readonly bundle: string;
  readonly certificate?: SigningCertificate;
  readonly logIndex?: string;
  /** The earliest time that a log or a timestamp states. */
  readonly time?: Date;
}

/** Why a signature cannot be proven, and whether another one could. */
interface Setback {
  readonly failure: SigningError;
  readonly reason: 'expired' | 'lost';
}

/**
 * Signs once, and once more if that was in vain: because the certificate expired meanwhile, or because
 * the log's answer was lost.
 *
 * @throws SigningError with the code of what failed.
 */
export async function signContent(
  unsigned: Unsigned,
  supply: CredentialSupply,
  witnesses: Witnesses,
): Promise<ProvenSignature> {
  const credential = await supply(witnesses.signal);
  const first = await prove(unsigned, credential, witnesses);
  if ('bundle' in first) return first;
  const next = await supply(witnesses.signal);
  // It is as good as before by the clock here: another one would be found too old in the same way.
  if (first.reason === 'expired' && next === credential) throw first.failure;
  const second = await prove(unsigned, next, witnesses);
  if ('bundle' in second) return second;
  throw second.failure;
}

async function prove(
  unsigned: Unsigned,
  { key, certificate }: Credential,
  { logs, timestampUrls, ...connection }: Witnesses,
): Promise<ProvenSignature | Setback> {
  const { content, digest } = sign(unsigned, key);
  const timestamps = await Promise.all(
    timestampUrls.map(async (timestampUrl) =>
      requestTimestamp({ ...connection, timestampUrl }, content.signature),
    ),
  );
  const holder = certificate ? { certificate: certificate.der } : { publicKey: key.publicKey };
  const signed = { content, digest, key: holder, details: ['PKIX_ECDSA_P256_SHA_256'] };
  const found = await Promise.all(logs.map(async (log) => record(log, connection, signed)));
  const entries = found.filter((entry) => entry !== undefined);
  if (entries.length < found.length) return { failure: lost(), reason: 'lost' };
  const times = timesOf(timestamps, entries);
  if (certificate !== undefined && isAfter(times, certificate)) {
    return { failure: outsideOf(), reason: 'expired' };
  }
  const [time] = times;
  const [entry] = entries;
  return {
    bundle: bundleText({
      key: certificate ? { certificate: certificate.der } : { publicKeyHint: hintOf(key) },
      content,
      logEntries: entries,
      timestamps: timestamps.map(({ response }) => response),
    }),
    ...(certificate && { certificate }),
    ...(entry && { logIndex: entry.logIndex }),
    ...(time && { time }),
  };
}

function sign(unsigned: Unsigned, key: KeyPair): Pick<Recorded, 'content' | 'digest'> {
  if ('statement' in unsigned) {
    const payload = Buffer.from(unsigned.statement);
    const bytes = preAuthenticationEncoding(statementPayloadType, payload);
    const signature = key.signBytes(bytes);
    return {
      content: { kind: 'envelope', payloadType: statementPayloadType, payload, signature },
      digest: createHash('sha256').update(bytes).digest(),
    };
  }
  const { sha256 } = unsigned;
  const digest = Buffer.from(sha256, 'hex');
  if (key.signDigest === undefined) throw new TypeError('the key cannot sign a digest');
  return { content: { kind: 'message', signature: key.signDigest(digest), sha256 }, digest };
}

async function record(
  { url, version }: LogService,
  connection: Connection,
  signed: Recorded,
): Promise<LogEntry | undefined> {
  if (version === 2) return addTiledEntry({ ...connection, url }, signed);
  return addLogEntry({ ...connection, url }, signed);
}

/** All times that somebody states, the earliest first. */
function timesOf(timestamps: readonly Timestamp[], entries: readonly LogEntry[]): readonly Date[] {
  const stated = [...timestamps.map(({ time }) => time), ...entries.map(timeOf)];
  return stated
    .filter((time) => time !== undefined)
    .toSorted((left, right) => left.getTime() - right.getTime());
}

function isAfter(times: readonly Date[], { notBefore, notAfter }: SigningCertificate): boolean {
  if (times.some((time) => time < notBefore)) throw outsideOf();
  return times.some((time) => time > notAfter);
}

function outsideOf(): SigningError {
  return new SigningError('the log took the entry when the certificate was not valid', {
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    hint: 'Set the clocks of Fulcio, of Rekor and of the timestamp authority.',
  });
}

function lost(): SigningError {
  return new SigningError('Rekor has the entry of an answer that was lost, and does not show it', {
    code: 'SERVICE_UNREACHABLE',
    hint: 'Sign again later.',
  });
}
