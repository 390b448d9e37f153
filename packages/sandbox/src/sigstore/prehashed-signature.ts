/**
 * Checks a signature when only the digest of what was signed is known.
 *
 * Node's own crypto always wants the data itself.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { eddsa } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';

const curves = { prime256v1: p256, secp384r1: p384, secp521r1: p521 } as const;
const sha512Length = 64;

// Ed25519ph of RFC 8032 with a digest in the place of the message.
const ed25519Digest = eddsa(ed25519.Point, sha512, {
  prehash: (digest: Uint8Array) => Uint8Array.from(digest),
  domain: (data: Uint8Array, context: Uint8Array, isPrehashed: boolean) =>
    Uint8Array.from([
      ...Buffer.from('SigEd25519 no Ed25519 collisions'),
      Number(isPrehashed),
      context.length,
      ...context,
      ...data,
    ]),
});

function sha512(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha512').update(data).digest());
}

/**
 * Whether `signature` is one over `digest` by the holder of a key: DER on an elliptic curve, and
 * Ed25519ph, never plain Ed25519, on the other kind.
 */
export function isSignedDigest(
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean {
  try {
    return publicKey.asymmetricKeyType === 'ed25519'
      ? isEd25519(digest, signature, publicKey)
      : isElliptic(digest, signature, publicKey);
  } catch {
    // The library throws at a signature that has not even the form of one.
    return false;
  }
}

function isElliptic(digest: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
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
  return curve.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
}

function isEd25519(digest: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  if (digest.length !== sha512Length) return false;
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return ed25519Digest.verify(signature, digest, Buffer.from(x, 'base64url'), { zip215: false });
}
