/**
 * DSSE envelopes: a payload with its type, and signatures over both.
 *
 * @module
 */

import { verify } from 'node:crypto';

import { field, listField, parseJson } from '../json-field.ts';
import type { EntryKey } from './entry-key.ts';
import { EntryError } from './logged-entry.ts';

/** An envelope. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Buffer;
  /** As they are spelled, base64. */
  readonly signatures: readonly string[];
}

const inTotoType = 'application/vnd.in-toto+json';
const notVerified =
  'could not verify envelope: accepted signatures do not match threshold, Found: 0, Expected 1';

/** What the signatures of an envelope are over. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

/**
 * Finds the key that verifies each signature of an envelope, by the signature as it is spelled.
 *
 * Whatever the key, what is signed is SHA-256, or the data itself with Ed25519.
 *
 * @throws EntryError when there is no signature, one that no key verifies, or a key that verifies none.
 */
export function verifyEnvelope(
  { payloadType, payload, signatures }: Envelope,
  keys: readonly EntryKey[],
): ReadonlyMap<string, EntryKey> {
  if (signatures.length === 0) throw new EntryError('no signature found');
  const signed = preAuthenticationEncoding(payloadType, payload);
  const keyBySignature = new Map<string, EntryKey>();
  const isComplete = () => signatures.every((text) => keyBySignature.has(text));
  for (const key of keys) {
    if (isComplete()) break;
    const verified = signatures.filter((text) =>
      isSigned(signed, Buffer.from(text, 'base64'), key),
    );
    if (verified.length === 0) throw new EntryError(notVerified);
    for (const text of verified) keyBySignature.set(text, key);
  }
  if (isComplete()) return keyBySignature;
  throw new EntryError('all signatures must have a key that verifies it');
}

/** Digests that an in-toto statement names: those of its subjects, and of materials in its predicate. */
export function statementDigests({ payloadType, payload }: Envelope): readonly string[] {
  if (payloadType !== inTotoType) return [];
  const statement = parseJson(payload.toString());
  const files = [
    ...listField(statement, 'subject'),
    ...listField(statement, 'predicate', 'materials'),
  ];
  return files.flatMap((file) => {
    const digests = field(file, 'digest');
    if (typeof digests !== 'object' || digests === null) return [];
    return Object.entries(digests).map(([algorithm, value]) => `${algorithm}:${value}`);
  });
}

function isSigned(data: Buffer, signature: Buffer, { key }: EntryKey): boolean {
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key, signature);
}
