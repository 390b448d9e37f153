/**
 * Entries as Rekor 1 keeps them, and the error of those that it does not take.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import { canonicalJson } from '../canonical-json.ts';

/** A proposed entry that the log does not take; the message is Rekor's. */
export class EntryError extends Error {}

/** An entry as the log keeps it. */
export interface LoggedEntry {
  /** The entry in its canonical form: what becomes a leaf of the tree. */
  readonly body: Buffer;
  /** What the entry can be found by: digests of what was signed and of keys, names in certificates. */
  readonly searchKeys: readonly string[];
}

/** Puts an entry together. */
export function loggedEntry(
  entry: { readonly kind: string; readonly apiVersion: string; readonly spec: object },
  searchKeys: readonly string[],
): LoggedEntry {
  return { body: Buffer.from(canonicalJson(entry)), searchKeys };
}

/** A digest as entries spell it. */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
