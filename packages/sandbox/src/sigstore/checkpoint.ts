/**
 * Signed checkpoints: what a log says it contains, as a C2SP signed note.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import { signWith } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';

/** What a log and its key are called. */
export interface LogIdentity {
  /** Name of the log in its checkpoints. */
  readonly name: string;
  readonly key: SigningKey;
  /** What the key is called in entries, and by its first bytes in checkpoints. */
  readonly keyId: Buffer;
}

/** The state of a log. */
export interface TreeHead {
  /** First line of the checkpoint. */
  readonly origin: string;
  readonly size: number;
  readonly rootHash: Uint8Array;
  /** Further lines. */
  readonly extensions?: readonly string[];
}

const ed25519 = 1;
const publicKeyLength = 32;

/** Identity of a log that calls its key by the digest of the key alone: Rekor 1 is older than C2SP. */
export function digestIdentity(name: string, key: SigningKey): LogIdentity {
  return { name, key, keyId: key.keyId };
}

/** Identity of a log that calls its key as signed notes do, which for ECDSA is by its digest alone. */
export function notedIdentity(name: string, key: SigningKey): LogIdentity {
  if (key.curve !== 'Ed25519') return digestIdentity(name, key);
  const keyId = createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ed25519))
    .update(key.spki.subarray(-publicKeyLength))
    .digest();
  return { name, key, keyId };
}

/** Signs the state of a log. */
export function signCheckpoint(
  { origin, size, rootHash, extensions = [] }: TreeHead,
  { name, key, keyId }: LogIdentity,
): string {
  const hash = Buffer.from(rootHash).toString('base64');
  const note = [origin, size, hash, ...extensions, ''].join('\n');
  const signed = Buffer.concat([keyId.subarray(0, 4), signWith(key, Buffer.from(note))]);
  return `${note}\n\u2014 ${name} ${signed.toString('base64')}\n`;
}
