/**
 * The way from a certificate to the root of an authority. OpenSSL checks each signature; what else
 * a chain has to have is checked here (RFC 5280 section 6.1).
 *
 * Nothing but the trusted root gives certificates to a chain, and nothing but the times of a signature
 * gives the times at which it must hold.
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
import { readExtensions, type CertificateExtension } from './certificate-extensions.ts';
import { childrenOf, expectTag, readElement, tags } from './der.ts';

/** A certificate of an authority. */
export interface AuthorityCertificate {
  readonly x509: X509Certificate;
  readonly der: Buffer;
  /** Name of the issuer in DER. */
  readonly issuerName: Buffer;
  readonly serialNumber: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Extended key usages; absent where it has no such limit. */
  readonly purposes?: readonly string[];
  readonly isAuthority: boolean;
  readonly isSelfSigned: boolean;
  /** How many authorities may follow below it. */
  readonly pathLength?: number;
}

const anyPurpose = '2.5.29.37.0';

/** Reads a certificate of a trusted root; throws if it is none. */
export function readAuthorityCertificate(bytes: Uint8Array): AuthorityCertificate {
  const der = Buffer.from(bytes);
  const x509 = new X509Certificate(der);
  if (!x509.raw.equals(der)) throw new TypeError('the certificate is not in DER');
  const purposes: readonly string[] | undefined = x509.keyUsage;
  const pathLength = pathLengthOf(readExtensions(der));
  // version, serialNumber, signature, issuer (RFC 5280 section 4.1).
  const [signedPart] = childrenOf(readElement(der), tags.sequence);
  const fields = childrenOf(expectTag(signedPart, tags.sequence), tags.sequence);
  return {
    x509,
    der,
    issuerName: expectTag(fields[3], tags.sequence).bytes,
    serialNumber: expectTag(fields[1], tags.integer).value,
    notBefore: x509.validFromDate,
    notAfter: x509.validToDate,
    isAuthority: x509.ca,
    isSelfSigned: x509.checkIssued(x509) && x509.verify(x509.publicKey),
    ...(purposes !== undefined && { purposes }),
    ...(pathLength !== undefined && { pathLength }),
  };
}

/**
 * All chains from a certificate, exclusive, to a self-signed one of the authorities, inclusive. No
 * chain is tried against a time yet.
 */
export function chainsTo(
  certificate: X509Certificate,
  authorities: readonly AuthorityCertificate[],
  purpose: string,
): readonly (readonly AuthorityCertificate[])[] {
  return extend([], certificate, authorities, purpose);
}

/** Whether all certificates of a chain were valid at a time. */
export function isChainValidAt(chain: readonly AuthorityCertificate[], time: Date): boolean {
  return chain.every(({ notBefore, notAfter }) => notBefore <= time && time <= notAfter);
}

function extend(
  chain: readonly AuthorityCertificate[],
  child: X509Certificate,
  authorities: readonly AuthorityCertificate[],
  purpose: string,
): readonly (readonly AuthorityCertificate[])[] {
  return authorities
    .filter((issuer) => !chain.includes(issuer) && mayIssue(issuer, child, chain.length, purpose))
    .flatMap((issuer) => {
      const longer = [...chain, issuer];
      return issuer.isSelfSigned ? [longer] : extend(longer, issuer.x509, authorities, purpose);
    });
}

function mayIssue(
  { x509, isAuthority, pathLength, purposes }: AuthorityCertificate,
  child: X509Certificate,
  authoritiesBelow: number,
  purpose: string,
): boolean {
  if (!isAuthority || (pathLength !== undefined && pathLength < authoritiesBelow)) return false;
  if (purposes !== undefined && !purposes.some((one) => one === purpose || one === anyPurpose)) {
    return false;
  }
  // Names, key identifiers and the right to sign certificates; then the signature.
  return child.checkIssued(x509) && child.verify(x509.publicKey);
}

function pathLengthOf(extensions: ReadonlyMap<string, CertificateExtension>): number | undefined {
  const constraints = extensions.get('2.5.29.19');
  if (constraints === undefined) return undefined;
  const length = childrenOf(readElement(constraints.value), tags.sequence).find(
    ({ tag }) => tag === tags.integer,
  );
  if (length === undefined) return undefined;
  if (length.value.length > 1) throw new RangeError('a path of more than 127 authorities');
  return length.value.readInt8();
}
