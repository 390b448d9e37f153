/**
 * A log's signed statement about its tree.
 *
 * @see https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { decodeBase64 } from './base64.ts';
import { verifiesMessage } from './public-key.ts';
import type { TrustedLog } from './trust.ts';

/** What a checkpoint says. */
export interface Checkpoint {
  /** Name of the log, with the number of its tree where it has more than one. */
  readonly origin: string;
  readonly treeSize: string;
  readonly rootHash: Buffer;
  /** The text that is signed. */
  readonly note: string;
  readonly signatures: readonly CheckpointSignature[];
}

/** One line below a checkpoint: who signed, with which key, and the signature. */
interface CheckpointSignature {
  readonly name: string;
  /** The first four bytes of the key's identifier. */
  readonly keyHint: Buffer;
  readonly signature: Buffer;
}

const longest = 16 * 1024;
const decimal = /^(?:0|[1-9]\d{0,15})$/;
// The number that signed notes have for Ed25519.
const ed25519 = 1;

/** Reads a checkpoint strictly; `undefined` if it is not in the form of one. */
export function parseCheckpoint(envelope: string): Checkpoint | undefined {
  if (envelope.length > longest || !envelope.endsWith('\n')) return undefined;
  const [note = '', lines = '', ...rest] = envelope.slice(0, -1).split('\n\n');
  const [origin = '', treeSize = '', root = ''] = note.split('\n');
  const rootHash = decodeBase64(root);
  const signatures = lines.split('\n').map(readSignature);
  if (rest.length > 0 || origin === '' || !decimal.test(treeSize)) return undefined;
  if (rootHash?.length !== 32 || !signatures.every((one) => one !== undefined)) return undefined;
  return { origin, treeSize, rootHash, note: `${note}\n`, signatures };
}

/**
 * Whether a log signed a checkpoint, under the name that the checkpoint has: the name below a
 * checkpoint is not part of what is signed. Others may have signed it as well; what the log itself
 * signed must hold without exception, and is there once.
 */
export function isSignedBy({ origin, note, signatures }: Checkpoint, log: TrustedLog): boolean {
  const hints = keyHintsOf(log, origin);
  const own = signatures.filter(
    ({ name, keyHint }) =>
      isNameOf(name, origin, log) && hints.some((hint) => hint.equals(keyHint)),
  );
  const distinct = new Set(own.map(({ signature }) => signature.toString('hex')));
  if (own.length === 0 || distinct.size < own.length) return false;
  const text = Buffer.from(note);
  return own.every(({ signature }) => verifiesMessage(log.key, text, signature));
}

function isNameOf(name: string, origin: string, { service }: TrustedLog): boolean {
  const isOrigin = origin === name || origin.replace(/ - \d+$/, '') === name;
  return isOrigin && service.url.includes(name);
}

// Rekor v1 hints at its keys by the log's ID, Rekor v2 as signed notes have it.
function keyHintsOf({ ids, key }: TrustedLog, origin: string): readonly Buffer[] {
  const hints = ids.map((id) => id.subarray(0, 4));
  if (key.key.asymmetricKeyType !== 'ed25519') return hints;
  const id = createHash('sha256')
    .update(`${origin}\n`)
    .update(Buffer.of(ed25519))
    .update(key.spki.subarray(-32))
    .digest();
  return [...hints, id.subarray(0, 4)];
}

function readSignature(line: string): CheckpointSignature | undefined {
  const [, name, text = ''] = /^\u2014 ([^\s+]+) ([\w+/=]+)$/.exec(line) ?? [];
  const bytes = decodeBase64(text);
  if (name === undefined || bytes === undefined || bytes.length < 5) return undefined;
  return { name, keyHint: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}
