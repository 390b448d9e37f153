/**
 * Issues X.509 certificates.
 *
 * @module
 */

import { X509Certificate, randomBytes } from 'node:crypto';

import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extensions,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import type { Extension } from '@peculiar/asn1-x509';

import { signWith, signatureAlgorithm } from './signing-key.ts';
import type { SigningKey } from './signing-key.ts';

/** What a certificate is to say. */
export interface CertificateContents {
  readonly issuer: Name;
  readonly subject: Name;
  /** SubjectPublicKeyInfo of the holder's key, DER. */
  readonly spki: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

/** A name of an organisation and a common name, or of nothing at all. */
export function distinguishedName(organization?: string, commonName?: string): Name {
  const parts = [
    { type: '2.5.4.10', value: organization },
    { type: '2.5.4.3', value: commonName },
  ];
  return new Name(
    parts.flatMap(({ type, value }) => {
      if (value === undefined) return [];
      const attribute = new AttributeValue({ utf8String: value });
      return [
        new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value: attribute })]),
      ];
    }),
  );
}

/** Lays out the part of a certificate that is signed, with a new serial number. */
export function layOut(contents: CertificateContents, key: SigningKey): TBSCertificate {
  const { issuer, subject, spki, notBefore, notAfter, extensions } = contents;
  return new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: signatureAlgorithm(key),
    issuer,
    subject,
    validity: new Validity({ notBefore, notAfter }),
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
    extensions: new Extensions([...extensions]),
  });
}

/** Signs what {@link layOut} laid out. */
export function signCertificate(contents: TBSCertificate, key: SigningKey): X509Certificate {
  const signed = new Uint8Array(AsnConvert.serialize(contents));
  const certificate = new Certificate({
    tbsCertificate: contents,
    signatureAlgorithm: signatureAlgorithm(key),
    signatureValue: new Uint8Array(signWith(key, signed)).buffer,
  });
  return new X509Certificate(new Uint8Array(AsnConvert.serialize(certificate)));
}

/** A serial number of 20 bytes, positive and without leading zeros, as RFC 5280 wants it. */
export function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(20));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}
