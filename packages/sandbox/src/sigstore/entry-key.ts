/**
 * The key that an entry of Rekor 1 is verified with: a certificate or a bare public key, PEM.
 *
 * @module
 */

import { X509Certificate, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { EntryError, sha256Hex } from './logged-entry.ts';

/** A key as entries keep it. */
export interface EntryKey {
  readonly key: KeyObject;
  /** Certificate or key in the canonical form. */
  readonly pem: Buffer;
  /** Digest of {@link EntryKey.pem}, by which entries can be found. */
  readonly digest: string;
  /** Names in the certificate. */
  readonly names: readonly string[];
}

/**
 * Reads a certificate or public key.
 *
 * @throws EntryError when it is neither.
 */
export function readEntryKey(pem: string): EntryKey {
  try {
    if (/^\s*-----BEGIN CERTIFICATE-----/.test(pem)) {
      const certificate = new X509Certificate(pem);
      return entryKey(certificate.publicKey, certificate.toString(), alternativeNames(certificate));
    }
    if (/^\s*-----BEGIN PUBLIC KEY-----/.test(pem)) {
      const key = createPublicKey(pem);
      return entryKey(key, key.export({ type: 'spki', format: 'pem' }).toString(), []);
    }
  } catch (cause) {
    throw new EntryError('invalid public key', { cause });
  }
  throw new EntryError('invalid public key: failure decoding PEM');
}

function entryKey(key: KeyObject, text: string, names: readonly string[]): EntryKey {
  return { key, pem: Buffer.from(text), digest: sha256Hex(text), names };
}

function alternativeNames({ subjectAltName }: X509Certificate): readonly string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .map((name) => name.replace(/^(?:URI|email|DNS):/, ''))
    .filter((name) => name !== '');
}
