/**
 * The extensions of a certificate by their object identifiers.
 *
 * Two extensions of one kind, or a critical one that nobody here understands, make a certificate
 * unusable (RFC 5280 section 4.2).
 *
 * @module
 */

import {
  childrenOf,
  expectTag,
  objectIdentifier,
  readElement,
  tags,
  writeElement,
  type DerElement,
} from './der.ts';
import { VerificationError } from './errors.ts';

/** One extension: the bytes inside its OCTET STRING. */
export interface CertificateExtension {
  readonly critical: boolean;
  readonly value: Buffer;
}

const list = 0xa3;

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

/** What an authority signed of a certificate, with one of its extensions left out. */
export function signedPartWithout(der: Buffer, oid: string): Buffer {
  const fields = childrenOf(signedPart(der), tags.sequence);
  return writeElement(
    tags.sequence,
    ...fields.map((field) => {
      if (field.tag !== list) return field.bytes;
      const extensions = childrenOf(readElement(field.value), tags.sequence);
      const kept = extensions.filter((extension) => readExtension(extension)[0] !== oid);
      return writeElement(list, writeElement(tags.sequence, ...kept.map(({ bytes }) => bytes)));
    }),
  );
}

function parse(der: Buffer): readonly (readonly [string, CertificateExtension])[] {
  try {
    const fields = childrenOf(signedPart(der), tags.sequence);
    const [extensions, ...others] = fields.filter(({ tag }) => tag === list);
    if (extensions !== undefined && others.length === 0) {
      return childrenOf(readElement(extensions.value), tags.sequence).map(readExtension);
    }
  } catch {
    throw malformed('the extensions of the certificate cannot be read');
  }
  throw malformed('the certificate has no extensions');
}

function signedPart(der: Buffer): DerElement {
  return expectTag(childrenOf(readElement(der), tags.sequence)[0], tags.sequence);
}

function readExtension(element: DerElement): readonly [string, CertificateExtension] {
  const parts = childrenOf(element, tags.sequence);
  const oid = objectIdentifier(parts[0]);
  const { value } = expectTag(parts.at(-1), tags.octetString);
  if (parts.length === 2) return [oid, { critical: false, value }];
  // FALSE is the default and therefore never written.
  const flag = expectTag(parts[1], tags.boolean).value;
  if (parts.length !== 3 || flag.length !== 1 || flag[0] !== 0xff) {
    throw malformed('an extension of the certificate is malformed');
  }
  return [oid, { critical: true, value }];
}

function malformed(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'CERTIFICATE_MALFORMED',
    hint: 'Take the certificate that was published with the file.',
  });
}
