/**
 * Signed checkpoints: what a log says it contains, as a C2SP signed note.
 *
 * @module
 */

import { signWith } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';

/** The state of a log. */
export interface TreeHead {
  /** Name of the log. */
  readonly host: string;
  /** Number of its tree, decimal. */
  readonly treeId: string;
  readonly size: number;
  readonly rootHash: Uint8Array;
  readonly now: Date;
}

/** Signs the state of a log. */
export function signCheckpoint(
  { host, treeId, size, rootHash, now }: TreeHead,
  key: SigningKey,
): string {
  const hash = Buffer.from(rootHash).toString('base64');
  const nanoseconds = BigInt(now.getTime()) * 1_000_000n;
  const note = `${host} - ${treeId}\n${size}\n${hash}\nTimestamp: ${nanoseconds}\n`;
  // The key is hinted at by the first bytes of its log ID, not as C2SP has it: Rekor is older.
  const hint = key.keyId.subarray(0, 4);
  const signature = Buffer.concat([hint, signWith(key, Buffer.from(note))]).toString('base64');
  return `${note}\n\u2014 ${host} ${signature}\n`;
}
