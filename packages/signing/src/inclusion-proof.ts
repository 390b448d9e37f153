/**
 * The way from an entry up to the root of a log's tree (RFC 9162 section 2.1.3.2).
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { leafHash, type InclusionProof } from './log-entry.ts';

/** Whether the hashes lead from an entry to the root that the proof states. */
export function leadsToRoot(proof: InclusionProof, body: Uint8Array): boolean {
  const index = BigInt(proof.logIndex);
  const size = BigInt(proof.treeSize);
  if (index >= size) return false;
  let node = index;
  let last = size - 1n;
  let hash = leafHash(body);
  for (const sibling of proof.hashes) {
    if (last === 0n) return false;
    if (node % 2n === 1n || node === last) {
      hash = nodeHash(sibling, hash);
      // A node at the right edge has no sibling on the levels where it is alone.
      while (node % 2n === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && hash.equals(proof.rootHash);
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}
