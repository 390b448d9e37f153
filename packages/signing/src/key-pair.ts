/**
 * A key that signs: files by their digest, and statements by their bytes.
 *
 * @module
 */

import { createHash } from 'node:crypto';

/** Which kind of key. */
export type KeyKind = 'P-256' | 'P-384' | 'Ed25519';

/** A key with its secret half. What is signed is hashed with SHA-256, whatever the curve. */
export interface KeyPair {
  readonly kind: KeyKind;
  /** The public key as SubjectPublicKeyInfo, PEM. */
  readonly publicKeyPem: string;
  /** The public key as SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  /** Signs a file by its digest; absent where the key signs nothing but bytes. */
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
export async function createKeyPair(): Promise<EphemeralKeyPair> {
  // Loaded late: who verifies needs no arithmetic of curves but OpenSSL's.
  const { createEphemeralKey } = await import('./ecdsa.ts');
  const key = createEphemeralKey();
  const { publicKeyPem, publicPoint } = key;
  const signDigest = (sha256: Uint8Array): Buffer => key.sign(sha256);
  return {
    kind: 'P-256',
    publicKeyPem,
    publicKey: derOf(publicKeyPem),
    publicPoint,
    signDigest,
    signBytes: (bytes) => signDigest(createHash('sha256').update(bytes).digest()),
  };
}

/** How a bundle names a public key: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
export function hintOf({ publicKey }: Pick<KeyPair, 'publicKey'>): string {
  return createHash('sha256').update(publicKey).digest('base64');
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64');
}
