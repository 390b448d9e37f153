/**
 * ECDSA on P-256 over a SHA-256 digest that somebody else computed.
 *
 * Node's crypto wants the message; a wheel of some gigabytes is not read twice for that.
 *
 * @module
 */

import type { KeyObject } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';

// A signature of cosign has a high or a low S, as chance has it.
const form = { prehash: false, lowS: false, format: 'der' } as const;

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
    sign: (digest) => Buffer.from(p256.sign(digest, secretKey, { ...form, extraEntropy: true })),
  };
}

/** Whether a signature fits a digest and the uncompressed point of a public key. */
export function verifyDigest(
  digest: Uint8Array,
  signature: Uint8Array,
  point: Uint8Array,
): boolean {
  try {
    return p256.verify(signature, digest, point, form);
  } catch {
    return false;
  }
}

/** Whether bytes are an ECDSA signature on P-256 in the one DER form it has. */
export function isSignature(bytes: Uint8Array): boolean {
  try {
    return Buffer.from(p256.Signature.fromBytes(bytes, 'der').toBytes('der')).equals(bytes);
  } catch {
    return false;
  }
}

/** The uncompressed point of a P-256 public key; `undefined` for a key of another kind. */
export function pointOf(key: KeyObject): Buffer | undefined {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    return undefined;
  }
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
}

/** Writes DER as PEM: 64 columns, a newline at the end. */
export function encodePem(der: Uint8Array, label: 'CERTIFICATE' | 'PUBLIC KEY'): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
