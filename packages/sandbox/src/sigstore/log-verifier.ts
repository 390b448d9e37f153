/**
 * What an entry of Rekor 2 is verified with: a public key or a certificate, and the algorithm of both.
 *
 * @module
 */

import { X509Certificate, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { bytesField, field } from '../json-field.ts';
import { EntryError } from './hashed-rekord.ts';

/** A key with all that a signature needs beside it. */
export interface LogVerifier {
  readonly key: KeyObject;
  readonly algorithm: LogAlgorithm;
  /** The verifier in its canonical form. */
  readonly json: unknown;
}

/** A kind of key together with the digest it signs. */
interface LogAlgorithm {
  /** Kind of key as Node names it: by its curve where it has one. */
  readonly keyType: string;
  readonly digest: 'sha256' | 'sha384' | 'sha512';
  readonly digestLength: number;
  readonly digestName: string;
}

/** Rekor 2.3.0 answers the status 500 to this one. */
export class PureEd25519Error extends Error {}

const sha256 = { digest: 'sha256', digestLength: 32, digestName: 'SHA2_256' } as const;
const sha384 = { digest: 'sha384', digestLength: 48, digestName: 'SHA2_384' } as const;
const sha512 = { digest: 'sha512', digestLength: 64, digestName: 'SHA2_512' } as const;

/** By name; a number means the same in a request. */
const algorithms: Readonly<Record<string, LogAlgorithm & { readonly number: number }>> = {
  PKIX_ECDSA_P256_SHA_256: { number: 5, keyType: 'prime256v1', ...sha256 },
  PKIX_ED25519_PH: { number: 8, keyType: 'ed25519', ...sha512 },
  PKIX_ECDSA_P384_SHA_384: { number: 12, keyType: 'secp384r1', ...sha384 },
  PKIX_ECDSA_P521_SHA_512: { number: 13, keyType: 'secp521r1', ...sha512 },
};

/**
 * Reads a verifier.
 *
 * @throws EntryError when it has no key, more than one, or one of another kind than it says.
 * @throws PureEd25519Error when it is for Ed25519 without a digest.
 */
export function readLogVerifier(verifier: unknown): LogVerifier {
  const { key, material } = readMaterial(verifier);
  const { asymmetricKeyType = '', asymmetricKeyDetails } = key;
  const keyType = asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType;
  const details = field(verifier, 'keyDetails');
  if (keyType === 'ed25519' && (details === 'PKIX_ED25519' || details === 7)) {
    throw new PureEd25519Error('Ed25519 without a digest');
  }
  const known = Object.entries(algorithms).find(
    ([name, { number }]) => name === details || number === details,
  );
  if (known === undefined) throw new EntryError('unknown signature algorithm');
  const [keyDetails, algorithm] = known;
  if (keyType !== algorithm.keyType) throw new EntryError(`${keyType} is not ${keyDetails}`);
  return { key, algorithm, json: { ...material, keyDetails } };
}

function readMaterial(verifier: unknown): { readonly key: KeyObject; readonly material: object } {
  const publicKey = bytesField(verifier, 'publicKey', 'rawBytes');
  const certificate = bytesField(verifier, 'x509Certificate', 'rawBytes');
  if (publicKey.length > 0 === certificate.length > 0) {
    throw new EntryError('either a public key or a certificate');
  }
  try {
    if (publicKey.length > 0) {
      const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
      return { key, material: { publicKey: { rawBytes: publicKey.toString('base64') } } };
    }
    const { publicKey: key } = new X509Certificate(certificate);
    return { key, material: { x509Certificate: { rawBytes: certificate.toString('base64') } } };
  } catch (cause) {
    throw new EntryError('parsing verifier', { cause });
  }
}
