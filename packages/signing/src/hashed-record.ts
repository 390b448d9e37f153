/**
 * The log entry of a file's signature as it is asked for: `hashedrekord` 0.0.1.
 *
 * @module
 */

import { encodePem } from './pem.ts';

/** Whose key a log entry names, in DER. */
export type LoggedKey = { readonly certificate: Uint8Array } | { readonly publicKey: Uint8Array };

/** What a log entry must be about. */
export interface Signed {
  readonly key: LoggedKey;
  readonly signature: Uint8Array;
  /** SHA-256 of the file. */
  readonly digest: Uint8Array;
}

/** What the log records of a signed file. */
export interface HashedRecord {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly data: { readonly hash: { readonly algorithm: string; readonly value: string } };
    readonly signature: {
      readonly content: string;
      readonly publicKey: { readonly content: string };
    };
  };
}

/** The entry as it is sent to the log. */
export function hashedRecord({ key, signature, digest }: Signed): HashedRecord {
  const content = Buffer.from(loggedPem(key)).toString('base64');
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: Buffer.from(digest).toString('hex') } },
      signature: {
        content: Buffer.from(signature).toString('base64'),
        publicKey: { content },
      },
    },
  };
}

/** A key as a log of version 1 records it. */
export function loggedPem(key: LoggedKey): string {
  if ('certificate' in key) return encodePem(key.certificate, 'CERTIFICATE');
  return encodePem(key.publicKey, 'PUBLIC KEY');
}
