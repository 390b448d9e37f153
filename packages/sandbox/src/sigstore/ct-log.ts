/**
 * The promises of a certificate transparency log (RFC 6962).
 *
 * The log answers no requests: what verifiers look at is the promise inside the certificate.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import type { Extension, TBSCertificate } from '@peculiar/asn1-x509';

import { extension } from '../x509/extensions.ts';
import { signWith } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';

const timestampListId = '1.3.6.1.4.1.11129.2.4.2';
const version = 0;
const certificateTimestamp = 0;
const precertificateEntry = 1;
const sha256 = 4;
const ecdsa = 3;

/**
 * Promises to log a certificate, as the extension that is added to it.
 *
 * What is signed is the certificate without this very extension and without the poison that marks a
 * precertificate, bound to the key of its issuer.
 */
export function certificateTimestamps(
  certificate: TBSCertificate,
  { issuerSpki, key, now }: { issuerSpki: Uint8Array; key: SigningKey; now: Date },
): Extension {
  const timestamp = uint(now.getTime(), 8);
  const noExtensions = uint(0, 2);
  const signature = signWith(
    key,
    Buffer.concat([
      Buffer.from([version, certificateTimestamp]),
      timestamp,
      uint(precertificateEntry, 2),
      createHash('sha256').update(issuerSpki).digest(),
      withLength(new Uint8Array(AsnConvert.serialize(certificate)), 3),
      noExtensions,
    ]),
  );
  const promise = Buffer.concat([
    Buffer.from([version]),
    key.keyId,
    timestamp,
    noExtensions,
    Buffer.from([sha256, ecdsa]),
    withLength(signature, 2),
  ]);
  return extension(timestampListId, new OctetString(withLength(withLength(promise, 2), 2)));
}

function withLength(bytes: Uint8Array, width: number): Buffer {
  return Buffer.concat([uint(bytes.length, width), bytes]);
}

function uint(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - width);
}
