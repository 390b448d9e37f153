/**
 * A key that signs: files by their digest, and statements by their bytes.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { createEphemeralKey } from './ecdsa.ts';

/** Which kind of key, as Sigstore's specifications call it together with its hash. */
export type KeyDetails =
  | 'PKIX_ECDSA_P256_SHA_256'
  | 'PKIX_ECDSA_P384_SHA_384'
  /** Signs the bytes themselves. */
  | 'PKIX_ED25519';

/** A key with its secret half. */
export interface KeyPair {
  readonly details: KeyDetails;
  /** The public key as SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  /** The public key as SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  /** Signs a file by its SHA-256; absent where the key signs another digest, or the bytes. */
  readonly signDigest?: (sha256: Uint8Array) => Buffer;
  /** Signs bytes that are at hand. */
  readonly signBytes: (bytes: Uint8Array) => Buffer;
}

/** A key pair for one certificate, with the point that the certificate must hold. */
export interface EphemeralKeyPair extends KeyPair {
  readonly publicPoint: Buffer;
  readonly signDigest: (sha256: Uint8Array) => Buffer;
}

/** Makes a key pair; the secret half never leaves memory. */
export function createKeyPair(): EphemeralKeyPair {
  const { publicKeyPem, publicPoint, sign } = createEphemeralKey();
  return {
    details: 'PKIX_ECDSA_P256_SHA_256',
    publicKeyPem,
    publicKey: derOf(publicKeyPem),
    publicPoint,
    signDigest: sign,
    signBytes: (bytes) => sign(createHash('sha256').update(bytes).digest()),
  };
}

/** The digest that a key of this kind signs; that of SHA-256 where it signs the bytes themselves. */
export function digestFor(details: KeyDetails, bytes: Uint8Array): Buffer {
  const algorithm = details === 'PKIX_ECDSA_P384_SHA_384' ? 'sha384' : 'sha256';
  return createHash(algorithm).update(bytes).digest();
}

/** How a bundle names a public key: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
export function hintOf({ publicKey }: Pick<KeyPair, 'publicKey'>): string {
  return createHash('sha256').update(publicKey).digest('base64');
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64');
}
