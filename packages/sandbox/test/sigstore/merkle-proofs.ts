/**
 * Verification of Merkle proofs as RFC 9162 (2.1.3.2 and 2.1.4.2) writes it: by loops, where the
 * sandbox makes them by recursion.
 *
 * @module
 */

import { sha256 } from './signer.ts';

export function leafHash(body: Uint8Array): Buffer {
  return sha256(Buffer.of(0), body);
}

export function rootFromInclusion(
  { index, size, leaf }: { index: number; size: number; leaf: Buffer },
  proof: readonly Buffer[],
): Buffer {
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) throw new Error('the proof is too long');
    if (node % 2 === 1 || node === last) {
      hash = children(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else {
      hash = children(hash, sibling);
    }
    [node, last] = [node >> 1, last >> 1];
  }
  if (last !== 0) throw new Error('the proof is too short');
  return hash;
}

export function rootsFromConsistency(
  { first, second, firstRoot }: { first: number; second: number; firstRoot: Buffer },
  proof: readonly Buffer[],
): { readonly firstRoot: Buffer; readonly secondRoot: Buffer } {
  if (first === second) return { firstRoot, secondRoot: firstRoot };
  const isPowerOfTwo = (first & (first - 1)) === 0;
  const [start, ...rest] = isPowerOfTwo ? [firstRoot, ...proof] : proof;
  let [node, last] = [first - 1, second - 1];
  while (node % 2 === 1) [node, last] = [node >> 1, last >> 1];
  let [left, right] = [start!, start!];
  for (const hash of rest) {
    if (last === 0) throw new Error('the proof is too long');
    if (node % 2 === 1 || node === last) {
      left = children(hash, left);
      right = children(hash, right);
      while (node % 2 === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else {
      right = children(right, hash);
    }
    [node, last] = [node >> 1, last >> 1];
  }
  if (last !== 0) throw new Error('the proof is too short');
  return { firstRoot: left, secondRoot: right };
}

function children(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.of(1), left, right);
}
