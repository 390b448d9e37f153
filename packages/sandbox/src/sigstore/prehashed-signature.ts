/**
 * Checks a signature when only the digest of what was signed is known.
 *
 * Node's own crypto always wants the data itself.
 *
 * @module
 */

import { constants, createHash, publicDecrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { eddsa } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';

import type { DigestName } from './key-kind.ts';

/** A digest and what it is called. */
export interface Digest {
  readonly name: DigestName;
  readonly value: Buffer;
}

type Check = (digest: Digest, signature: Buffer, publicKey: KeyObject) => boolean;

/** How many bytes a digest has. */
export const digestLengths: Readonly<Record<DigestName, number>> = {
  sha256: 32,
  sha384: 48,
  sha512: 64,
};

const curves = { prime256v1: p256, secp384r1: p384, secp521r1: p521 } as const;

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

/** DigestInfo of RFC 8017, 9.2, up to the digest. */
const digestInfos: Readonly<Record<DigestName, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

const checks: Readonly<Record<string, Check>> = { ec: isElliptic, ed25519: isEdwards, rsa: isRsa };

/**
 * Whether `signature` is one over `digest` by the holder of a key: DER on an elliptic curve, PKCS #1
 * version 1.5 with RSA, and Ed25519ph, never plain Ed25519.
 */
export function isSignedDigest(digest: Digest, signature: Buffer, publicKey: KeyObject): boolean {
  try {
    return checks[publicKey.asymmetricKeyType ?? '']?.(digest, signature, publicKey) ?? false;
  } catch {
    // All of them throw at a signature that has not even the form of one.
    return false;
  }
}

function isElliptic({ value }: Digest, signature: Buffer, publicKey: KeyObject): boolean {
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
  return curve.verify(signature, value, point, { prehash: false, lowS: false, format: 'der' });
}

function isEdwards({ name, value }: Digest, signature: Buffer, publicKey: KeyObject): boolean {
  if (name !== 'sha512') return false;
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return ed25519Digest.verify(signature, value, Buffer.from(x, 'base64url'), { zip215: false });
}

function isRsa({ name, value }: Digest, signature: Buffer, key: KeyObject): boolean {
  const padding = constants.RSA_PKCS1_PADDING;
  const signed = Buffer.concat([Buffer.from(digestInfos[name], 'hex'), value]);
  return publicDecrypt({ key, padding }, signature).equals(signed);
}

function sha512(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha512').update(data).digest());
}
