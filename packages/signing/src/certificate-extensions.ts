/**
 * The extensions of a certificate by their object identifiers.
 *
 * Two extensions of one kind, or a critical one that nobody here understands, make a certificate
 * unusable (RFC 5280 section 4.2).
 *
 * @module
 */

import { ASN1Obj } from '@sigstore/core';
import { VerificationError } from './errors.ts';

/** One extension: the bytes inside its OCTET STRING. */
export interface CertificateExtension {
  readonly critical: boolean;
  readonly value: Buffer;
}

// Key usage, subject alternative name, basic constraints, extended key usage.
const understood = new Set(['2.5.29.15', '2.5.29.17', '2.5.29.19', '2.5.29.37']);

/**
 * Reads all extensions.
 *
 * @throws VerificationError with code `CERTIFICATE_MALFORMED`.
 */
export function readExtensions(der: Buffer): ReadonlyMap<string, CertificateExtension> {
  const extensions = new Map<string, CertificateExtension>();
  for (const [oid, extension] of parse(der)) {
    if (extensions.has(oid)) throw malformed(`the certificate has two extensions \`${oid}\``);
    if (extension.critical && !understood.has(oid)) {
      throw malformed(`the certificate has an unknown critical extension \`${oid}\``);
    }
    extensions.set(oid, extension);
  }
  return extensions;
}

function parse(der: Buffer): readonly (readonly [string, CertificateExtension])[] {
  try {
    const certificate = ASN1Obj.parseBuffer(Buffer.from(der));
    const fields = certificate.subs[0]?.subs ?? [];
    const lists = fields.filter((field) => field.tag.isContextSpecific(3));
    if (lists.length !== 1) throw malformed('the certificate has no extensions');
    return (lists[0]?.subs[0]?.subs ?? []).map(readExtension);
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    throw malformed('the extensions of the certificate cannot be read');
  }
}

function readExtension({ subs }: ASN1Obj): readonly [string, CertificateExtension] {
  const [oid, second, third] = subs;
  const value = third ?? second;
  if (oid === undefined || value === undefined || subs.length > 3 || !isOctetString(value)) {
    throw malformed('an extension of the certificate is malformed');
  }
  const critical = third !== undefined && second !== undefined && second.toBoolean();
  return [oid.toOID(), { critical, value: value.value }];
}

function isOctetString({ tag }: ASN1Obj): boolean {
  return tag.isUniversal() && tag.number === 0x04 && !tag.constructed;
}

function malformed(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'CERTIFICATE_MALFORMED',
    hint: 'Take the certificate that was published with the file.',
  });
}
