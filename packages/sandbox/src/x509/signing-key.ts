/**
 * Elliptic-curve key pairs and their signatures.
 *
 * Every key here signs with the digest that fits its curve, as Sigstore's own services do; Ed25519
 * needs none.
 *
 * @module
 */

import { createHash, generateKeyPair, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { AlgorithmIdentifier } from '@peculiar/asn1-x509';

/** Curves that the sandbox makes keys on. */
export type Curve = 'P-256' | 'P-384' | 'Ed25519';

/** A private key with all that is derived from its public half. */
export interface SigningKey {
  readonly curve: Curve;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo of the public half, DER. */
  readonly spki: Buffer;
  /** SHA-256 of {@link SigningKey.spki}: how logs name their keys. */
  readonly keyId: Buffer;
}

const digests = { 'P-256': 'sha256', 'P-384': 'sha384', Ed25519: null } as const;
const signatureAlgorithms = {
  'P-256': '1.2.840.10045.4.3.2',
  'P-384': '1.2.840.10045.4.3.3',
  Ed25519: '1.3.101.112',
} as const;

/** Makes a new key pair. */
export async function generateSigningKey(curve: Curve): Promise<SigningKey> {
  const pair =
    curve === 'Ed25519'
      ? await promisify(generateKeyPair)('ed25519')
      : await promisify(generateKeyPair)('ec', { namedCurve: curve });
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
  return { curve, ...pair, spki, keyId: createHash('sha256').update(spki).digest() };
}

/** Signs data; the signature is DER, or 64 bytes of Ed25519. */
export function signWith({ curve, privateKey }: SigningKey, data: Uint8Array): Buffer {
  return sign(digests[curve], data, privateKey);
}

/** Names the algorithm of {@link signWith} as certificates do. */
export function signatureAlgorithm({ curve }: SigningKey): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: signatureAlgorithms[curve] });
}

/** The public half as PEM. */
export function publicKeyPem({ publicKey }: SigningKey): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
