/**
 * The bodies that a log can have recorded for a signature.
 *
 * Each version of Rekor has its own words for the signature of a file (`hashedrekord`) and of an
 * envelope (`dsse`, in older logs `intoto`); and an envelope may be logged like a file, by the digest
 * of what its signature is over.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { loggedPem, type LoggedKey } from './hashed-record.ts';
import { preAuthenticationEncoding, type SignedContent } from './signed-content.ts';

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** What a log entry must be about. */
export interface Recorded {
  readonly content: SignedContent;
  /** SHA-256 of the file; counts where the file itself was signed. */
  readonly digest: Uint8Array;
  readonly key: LoggedKey;
  /** What the registry of algorithms calls the key. */
  readonly details: readonly string[];
}

/** A body that was found in a log. */
export interface FoundBody {
  readonly kind: string;
  readonly version: string;
  readonly spec: Json;
}

type Envelope = Extract<SignedContent, { kind: 'envelope' }>;
type Hash = 'sha256' | 'sha384' | 'sha512';

const hashes: readonly Hash[] = ['sha256', 'sha384', 'sha512'];

/**
 * The bodies that would be right. What no verifier can know, because it depends on how an envelope was
 * spelled when it was logged, is taken from the body that was found; none if its kind is unknown or
 * not for what was signed.
 */
export function expectedBodies(
  { kind, version, spec }: FoundBody,
  recorded: Recorded,
): readonly JsonObject[] {
  return expectedSpecs(`${kind} ${version}`, spec, recorded).map((one) => ({
    apiVersion: version,
    kind,
    spec: one,
  }));
}

function expectedSpecs(kind: string, found: Json, recorded: Recorded): readonly JsonObject[] {
  const { content } = recorded;
  if (kind === 'hashedrekord 0.0.1') return hashedRecords(recorded);
  if (kind === 'hashedrekord 0.0.2') return tiledHashedRecords(recorded);
  if (content.kind === 'message') return [];
  if (kind === 'dsse 0.0.1') return [envelopeRecord(recorded, content, found)];
  if (kind === 'dsse 0.0.2') return tiledEnvelopeRecords(recorded, content);
  if (kind === 'intoto 0.0.2') return statementRecords(recorded, content, found);
  return [];
}

function hashedRecords(recorded: Recorded): readonly JsonObject[] {
  const { content, key } = recorded;
  return digestsOf(recorded).map(([algorithm, digest]) => ({
    data: { hash: { algorithm, value: digest.toString('hex') } },
    signature: {
      content: base64(content.signature),
      publicKey: { content: base64(loggedPem(key)) },
    },
  }));
}

function tiledHashedRecords(recorded: Recorded): readonly JsonObject[] {
  return digestsOf(recorded).flatMap(([algorithm, digest]) =>
    tiledSignatures(recorded).map((signature) => ({
      hashedRekordV002: {
        data: { algorithm: tiledName(algorithm), digest: base64(digest) },
        signature,
      },
    })),
  );
}

function envelopeRecord(recorded: Recorded, { payload }: Envelope, found: Json): JsonObject {
  return {
    envelopeHash: takenHash(found, 'envelopeHash'),
    payloadHash: { algorithm: 'sha256', value: hashOf('sha256', payload).toString('hex') },
    signatures: [
      { signature: base64(recorded.content.signature), verifier: base64(loggedPem(recorded.key)) },
    ],
  };
}

function tiledEnvelopeRecords(recorded: Recorded, { payload }: Envelope): readonly JsonObject[] {
  const payloadHash = { algorithm: 'SHA2_256', digest: base64(hashOf('sha256', payload)) };
  return tiledSignatures(recorded).map((signature) => ({
    dsseV002: { payloadHash, signatures: [signature] },
  }));
}

function statementRecords(
  { content: { signature }, key }: Recorded,
  { payload, payloadType }: Envelope,
  found: Json,
): readonly JsonObject[] {
  const keyid = take(found, 'content', 'envelope', 'signatures', '0', 'keyid');
  const signatures = [
    {
      ...(typeof keyid === 'string' && { keyid }),
      publicKey: base64(loggedPem(key)),
      sig: base64(base64(signature)),
    },
  ];
  // Some logs keep the payload, in base64 once or twice.
  return [{}, { payload: base64(base64(payload)) }, { payload: base64(payload) }].map((kept) => ({
    content: {
      envelope: { ...kept, payloadType, signatures },
      hash: takenHash(take(found, 'content'), 'hash'),
      payloadHash: { algorithm: 'sha256', value: hashOf('sha256', payload).toString('hex') },
    },
  }));
}

function tiledSignatures({ content, key, details }: Recorded): readonly JsonObject[] {
  const named: JsonObject =
    'certificate' in key
      ? { x509Certificate: { rawBytes: base64(key.certificate) } }
      : { publicKey: { rawBytes: base64(key.publicKey) } };
  return details.map((keyDetails) => ({
    content: base64(content.signature),
    verifier: { ...named, keyDetails },
  }));
}

/** The digests of what was signed: of a file the one there is, of an envelope those that may be. */
function digestsOf({ content, digest }: Recorded): readonly (readonly [Hash, Buffer])[] {
  if (content.kind === 'message') return [['sha256', Buffer.from(digest)]];
  const signed = preAuthenticationEncoding(content.payloadType, content.payload);
  return hashes.map((hash) => [hash, hashOf(hash, signed)]);
}

function takenHash(found: Json, name: string): JsonObject {
  const value = take(found, name, 'value');
  const isHash = typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
  return { algorithm: 'sha256', value: isHash ? value : '' };
}

function take(json: Json, ...path: readonly string[]): Json {
  const [name, ...rest] = path;
  if (name === undefined) return json;
  if (typeof json !== 'object' || json === null) return null;
  return take(new Map<string, Json>(Object.entries(json)).get(name) ?? null, ...rest);
}

function tiledName(hash: Hash): string {
  return `SHA2_${hash.slice(3)}`;
}

function hashOf(hash: Hash, bytes: Uint8Array): Buffer {
  return createHash(hash).update(bytes).digest();
}

function base64(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64');
}
