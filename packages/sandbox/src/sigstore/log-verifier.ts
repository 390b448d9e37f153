/**
 * What an entry of Rekor 2 is verified with: a public key or a certificate, and the algorithm of both.
 *
 * @module
 */

import { X509Certificate, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { bytesField, field } from '../json-field.ts';
import { keyKind } from './key-kind.ts';
import type { DigestName } from './key-kind.ts';
import { EntryError } from './logged-entry.ts';

/** A key with all that a signature needs beside it. */
export interface LogVerifier {
  readonly key: KeyObject;
  readonly digest: DigestName;
  /** The verifier in its canonical form. */
  readonly json: unknown;
}

/** Rekor 2.3.0 answers the status 500 to this one. */
export class PureEd25519Error extends Error {}

const pureEd25519: ReadonlySet<unknown> = new Set(['PKIX_ED25519', 7]);

/**
 * Reads a verifier.
 *
 * @throws EntryError when it has no key, more than one, or one of another kind than it says.
 * @throws PureEd25519Error when it is for Ed25519 without a digest.
 */
export function readLogVerifier(verifier: unknown): LogVerifier {
  const { key, material } = readMaterial(verifier);
  const kind = keyKind(key);
  if (kind === undefined) throw new EntryError('unsupported key');
  const details = field(verifier, 'keyDetails');
  if (key.asymmetricKeyType === 'ed25519' && pureEd25519.has(details)) {
    throw new PureEd25519Error('Ed25519 without a digest');
  }
  if (!kind.details.some((known) => known === details)) {
    throw new EntryError(`the key is not ${String(details)}`);
  }
  const [keyDetails] = kind.details;
  return { key, digest: kind.digest, json: { ...material, keyDetails } };
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
