/**
 * An entry of a transparency log, with what proves that it is there.
 *
 * Bundles and the log's own answers become the same value, so that one way of verifying serves both.
 *
 * @module
 */

import { createHash } from 'node:crypto';

/** One entry of a transparency log. */
export interface LogEntry {
  /** Position in the whole log, in decimal digits. */
  readonly logIndex: string;
  /** SHA-256 of the log's public key. */
  readonly logId: Uint8Array;
  readonly kind: string;
  readonly version: string;
  /** When the log took the entry: seconds since 1970, in decimal digits. Rekor v2 does not say. */
  readonly integratedTime?: string;
  readonly signedEntryTimestamp?: Uint8Array;
  readonly inclusionProof?: InclusionProof;
  /** What the log recorded, byte by byte. */
  readonly canonicalizedBody: Uint8Array;
}

/** The way from an entry to the root of the log's tree. */
export interface InclusionProof {
  /** Position in this tree, in decimal digits. */
  readonly logIndex: string;
  readonly rootHash: Uint8Array;
  readonly treeSize: string;
  readonly hashes: readonly Uint8Array[];
  /** The log's signed note about the tree. */
  readonly checkpoint?: string;
}

/** The hash of an entry as a leaf of the tree (RFC 6962 section 2.1). */
export function leafHash(body: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(body).digest();
}

/** When the log took the entry; `undefined` if it does not say. */
export function timeOf({ integratedTime }: LogEntry): Date | undefined {
  return integratedTime === undefined ? undefined : new Date(Number(integratedTime) * 1000);
}
