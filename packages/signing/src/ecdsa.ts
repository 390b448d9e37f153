/**
 * Keys that sign a SHA-256 digest which somebody else computed.
 *
 * Node's crypto wants the message; a wheel of some gigabytes is not read twice for that.
 *
 * @module
 */

import type { KeyObject } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import { encodePem } from './pem.ts';

const form = { prehash: false, lowS: false, format: 'der', extraEntropy: true } as const;

/** A key that lives as long as one batch. */
export interface EphemeralKey {
  /** The public key as SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  /** The public key as an uncompressed point. */
  readonly publicPoint: Buffer;
  /** Signs a SHA-256 digest; the signature is in DER. */
  sign(digest: Uint8Array): Buffer;
}

// SubjectPublicKeyInfo up to the point: id-ecPublicKey, prime256v1 (RFC 5480).
const spkiPrefix = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** Makes a key pair; the secret half never leaves memory. */
export function createEphemeralKey(): EphemeralKey {
  const { secretKey } = p256.keygen();
  const publicPoint = Buffer.from(p256.getPublicKey(secretKey, false));
  return {
    publicPoint,
    publicKeyPem: encodePem(Buffer.concat([spkiPrefix, publicPoint]), 'PUBLIC KEY'),
    sign: (digest) => Buffer.from(p256.sign(digest, secretKey, form)),
  };
}

/** Signs digests with a private key on P-256 or P-384. */
export function digestSigner(key: KeyObject): EphemeralKey['sign'] {
  const { d = '' } = key.export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  const curve = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? p384 : p256;
  return (digest) => Buffer.from(curve.sign(digest, secret, form));
}
