/**
 * Checks a signature when only the digest of what was signed is known.
 *
 * Node's own crypto always wants the data itself.
 *
 * @module
 */

import type { KeyObject } from 'node:crypto';

import { p256, p384, p521 } from '@noble/curves/nist.js';

const curves = { prime256v1: p256, secp384r1: p384, secp521r1: p521 } as const;

/** Whether `signature`, DER, is one over `digest` by the holder of an elliptic-curve key. */
export function isSignedDigest(
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean {
  const name = publicKey.asymmetricKeyDetails?.namedCurve ?? '';
  const curve = Object.entries(curves).find(([known]) => known === name)?.[1];
  if (curve === undefined) return false;
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const uncompressed = 4;
  const point = Buffer.concat([
    Buffer.of(uncompressed),
    Buffer.from(x, 'base64url'),
    Buffer.from(y, 'base64url'),
  ]);
  try {
    return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  } catch {
    // The library throws at a signature that is not DER.
    return false;
  }
}
