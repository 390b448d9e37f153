/**
 * The one kind of log entry that signatures over files are kept in: `hashedrekord` 0.0.1.
 *
 * @module
 */

import { X509Certificate, createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { bytesField, textField } from '../json-field.ts';
import { canonicalJson } from './canonical-json.ts';
import { isSignedDigest } from './prehashed-signature.ts';

/** A proposed entry that the log does not take; the message is Rekor's. */
export class EntryError extends Error {}

/** An entry as the log keeps it. */
export interface HashedRekord {
  /** The entry in its canonical form: what becomes a leaf of the tree. */
  readonly body: Buffer;
  /** What the entry can be found by: digest of the file, digest of the key, names in the certificate. */
  readonly searchKeys: readonly string[];
}

const digestLengths: Readonly<Record<string, number>> = { sha256: 32, sha384: 48, sha512: 64 };

/**
 * Checks a proposed entry, its signature included, and brings it into its canonical form.
 *
 * @throws EntryError when it is of another kind, or its signature is not by its key over its digest.
 */
export function readHashedRekord(proposed: unknown): HashedRekord {
  assertKind(proposed);
  const { algorithm, value } = readDigest(proposed);
  const signature = bytesField(proposed, 'spec', 'signature', 'content');
  const verifier = readVerifier(
    bytesField(proposed, 'spec', 'signature', 'publicKey', 'content').toString(),
  );
  if (!isSignedDigest(Buffer.from(value, 'hex'), signature, verifier.key)) {
    throw new EntryError(
      'verifying signature: invalid signature when validating ASN.1 encoded signature',
    );
  }
  const content = Buffer.from(verifier.pem);
  const body = canonicalJson({
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm, value } },
      signature: {
        content: signature.toString('base64'),
        publicKey: { content: content.toString('base64') },
      },
    },
  });
  const keyDigest = createHash('sha256').update(content).digest('hex');
  return {
    body: Buffer.from(body),
    searchKeys: [keyDigest, ...verifier.names, `${algorithm}:${value}`.toLowerCase()],
  };
}

/** The canonical form of a certificate or public key, by whose digest entries can be found. */
export function canonicalKey(pem: string): Buffer {
  return Buffer.from(readVerifier(pem).pem);
}

function assertKind(proposed: unknown): void {
  const kind = textField(proposed, 'kind');
  if (kind !== 'hashedrekord') throw new EntryError(`invalid kind value: "${kind}"`);
  const version = textField(proposed, 'apiVersion');
  if (version === '0.0.1') return;
  throw new EntryError(`could not find entry type implementation for version ${version}`);
}

function readDigest(proposed: unknown): { algorithm: string; value: string } {
  const algorithm = textField(proposed, 'spec', 'data', 'hash', 'algorithm');
  const value = textField(proposed, 'spec', 'data', 'hash', 'value');
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  if (length !== undefined && value.length === length * 2 && /^[0-9a-fA-F]+$/.test(value)) {
    return { algorithm, value };
  }
  throw new EntryError('invalid value for hash');
}

function readVerifier(pem: string): { key: KeyObject; pem: string; names: readonly string[] } {
  try {
    if (/^\s*-----BEGIN CERTIFICATE-----/.test(pem)) {
      const certificate = new X509Certificate(pem);
      return {
        key: certificate.publicKey,
        pem: certificate.toString(),
        names: alternativeNames(certificate),
      };
    }
    if (/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) {
      const key = createPublicKey(pem);
      return { key, pem: key.export({ type: 'spki', format: 'pem' }).toString(), names: [] };
    }
  } catch (cause) {
    throw new EntryError('invalid public key', { cause });
  }
  throw new EntryError('invalid public key: failure decoding PEM');
}

function alternativeNames({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^(?:URI|email|DNS):/, ''))
    .filter((name) => name !== '');
}
