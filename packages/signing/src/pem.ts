/**
 * DER as text: PEM (RFC 7468), in the one form that cosign and Rekor write.
 *
 * @module
 */

import { decodeBase64 } from './base64.ts';

/** What a block of PEM can hold here. */
export type PemLabel = 'CERTIFICATE' | 'PUBLIC KEY';

const longest = 128 * 1024;
const block = /^-----BEGIN ([A-Z ]+)-----\r?\n([\w+/=\r\n]+)-----END ([A-Z ]+)-----(?:\r?\n)*$/;

/** Writes DER as PEM: 64 columns, a newline at the end. */
export function encodePem(der: Uint8Array, label: PemLabel): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** The DER of a text that is one block of PEM with this label; `undefined` for everything else. */
export function readPem(text: string, label: PemLabel = 'CERTIFICATE'): Buffer | undefined {
  if (text.length > longest) return undefined;
  const [, begin, body = '', end] = block.exec(text) ?? [];
  if (begin !== label || end !== label) return undefined;
  const der = decodeBase64(body.replaceAll(/[\r\n]/g, ''));
  return der === undefined || der.length === 0 ? undefined : der;
}
