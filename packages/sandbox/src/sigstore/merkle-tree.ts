/**
 * The Merkle tree of RFC 6962, section 2.1.
 *
 * @module
 */

import { createHash } from 'node:crypto';

/** A list that can only grow, and can prove that it did. */
export interface MerkleTree {
  readonly size: number;
  /** Hashes of all complete subtrees of 2^`height` leaves, from left to right. */
  subtrees(height: number): readonly Buffer[];
  /** Adds a leaf by its hash. */
  append(leafHash: Buffer): void;
  /** Hash of the first `size` leaves. */
  rootHash(size: number): Buffer;
  /** Proves that the leaf at `index` is among the first `size` ones. */
  inclusionProof(index: number, size: number): readonly Buffer[];
  /** Proves that the first `first` leaves of the first `second` ones have not changed. */
  consistencyProof(first: number, second: number): readonly Buffer[];
}

/** Hashes the content of a leaf. */
export function hashLeaf(content: Uint8Array): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(content).digest();
}

/** Creates an empty tree. */
export function createMerkleTree(): MerkleTree {
  // Complete subtrees never change: levels[k][i] covers the leaves from i * 2^k to (i + 1) * 2^k.
  const levels: [Buffer[], ...Buffer[][]] = [[]];
  const subtree = (start: number, end: number): Buffer => {
    const size = end - start;
    if (size === 0) return createHash('sha256').digest();
    const complete = levels[Math.log2(size)]?.[start / size];
    if (complete !== undefined) return complete;
    const middle = start + largestPowerBelow(size);
    return hashChildren(subtree(start, middle), subtree(middle, end));
  };
  const inclusion = (index: number, start: number, end: number): readonly Buffer[] => {
    if (end - start <= 1) return [];
    const middle = start + largestPowerBelow(end - start);
    return index < middle
      ? [...inclusion(index, start, middle), subtree(middle, end)]
      : [...inclusion(index, middle, end), subtree(start, middle)];
  };
  const consistency = (old: number, start: number, end: number): readonly Buffer[] => {
    // The verifier already has the hash of the old tree itself.
    if (old === end) return start === 0 ? [] : [subtree(start, end)];
    const middle = start + largestPowerBelow(end - start);
    return old <= middle
      ? [...consistency(old, start, middle), subtree(middle, end)]
      : [...consistency(old, middle, end), subtree(start, middle)];
  };
  return {
    get size() {
      return levels[0].length;
    },
    subtrees: (height) => levels[height] ?? [],
    append: (leafHash) => append(levels, leafHash),
    rootHash: (size) => subtree(0, size),
    inclusionProof: (index, size) => inclusion(index, 0, size),
    consistencyProof: (first, second) => (first === 0 ? [] : consistency(first, 0, second)),
  };
}

function append(levels: Buffer[][], leafHash: Buffer): void {
  let hash = leafHash;
  for (let height = 0; ; height += 1) {
    const level = (levels[height] ??= []);
    const left = level.at(-1);
    level.push(hash);
    if (left === undefined || level.length % 2 === 1) return;
    hash = hashChildren(left, hash);
  }
}

function hashChildren(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}
