/**
 * A log's signed statement about its tree, as far as its text goes. Whether the signature holds is
 * for `sigstore-verifier.ts`.
 *
 * @see https://github.com/transparency-dev/formats/blob/main/log/README.md
 *
 * @module
 */

import { decodeBase64 } from './base64.ts';

/** What a checkpoint says. */
export interface Checkpoint {
  /** Name of the log, with the number of its tree where it has more than one. */
  readonly origin: string;
  readonly treeSize: string;
  readonly rootHash: Buffer;
  readonly signatures: readonly CheckpointSignature[];
}

/** One line below a checkpoint: who signed, and with which key. */
interface CheckpointSignature {
  readonly name: string;
  /** The first four bytes of the key's identifier. */
  readonly keyHint: Buffer;
}

const longest = 16 * 1024;
const decimal = /^(?:0|[1-9]\d{0,15})$/;

/** Reads a checkpoint strictly; `undefined` if it is not in the form of one. */
export function parseCheckpoint(envelope: string): Checkpoint | undefined {
  if (envelope.length > longest || !envelope.endsWith('\n')) return undefined;
  const [note = '', lines = '', ...rest] = envelope.slice(0, -1).split('\n\n');
  const [origin = '', treeSize = '', root = ''] = note.split('\n');
  const rootHash = decodeBase64(root);
  const signatures = lines.split('\n').map(readSignature);
  if (rest.length > 0 || origin === '' || !decimal.test(treeSize)) return undefined;
  if (rootHash?.length !== 32 || !signatures.every((one) => one !== undefined)) return undefined;
  return { origin, treeSize, rootHash, signatures };
}

/**
 * Whether the log itself signed, once, and under the name that the checkpoint has. The name below a
 * checkpoint is not part of what is signed.
 */
export function isSignedByItsLog({ origin, signatures }: Checkpoint, logId: Uint8Array): boolean {
  const hint = logId.subarray(0, 4);
  const [own, ...others] = signatures.filter(({ keyHint }) => keyHint.equals(hint));
  if (own === undefined || others.length > 0) return false;
  return origin === own.name || origin.replace(/ - \d+$/, '') === own.name;
}

function readSignature(line: string): CheckpointSignature | undefined {
  const [, name, text = ''] = /^\u2014 ([^\s+]+) ([\w+/=]+)$/.exec(line) ?? [];
  const bytes = decodeBase64(text);
  if (name === undefined || bytes === undefined || bytes.length < 5) return undefined;
  return { name, keyHint: bytes.subarray(0, 4) };
}
