/**
 * The holder of a signing certificate, as its extensions name him.
 *
 * Names are decoded strictly. A lenient decoder drops the high bit of a byte, and then another name
 * reads like the expected one.
 *
 * @module
 */

import type { CertificateExtension } from './certificate-extensions.ts';
import { childrenOf, readElement, tags } from './der.ts';
import { VerificationError } from './errors.ts';
import type { CertificateClaims, SignerIdentity } from './signer-identity.ts';

type Extensions = ReadonlyMap<string, CertificateExtension>;

const fulcio = '1.3.6.1.4.1.57264.1';

// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
const claimNumbers: Readonly<Record<keyof CertificateClaims, number>> = {
  buildSignerUri: 9,
  buildSignerDigest: 10,
  runnerEnvironment: 11,
  sourceRepositoryUri: 12,
  sourceRepositoryDigest: 13,
  sourceRepositoryRef: 14,
  sourceRepositoryIdentifier: 15,
  sourceRepositoryOwnerUri: 16,
  sourceRepositoryOwnerIdentifier: 17,
  buildConfigUri: 18,
  buildConfigDigest: 19,
  buildTrigger: 20,
  runInvocationUri: 21,
  sourceRepositoryVisibility: 22,
  deploymentEnvironment: 23,
  tokenSubject: 24,
};

/**
 * Reads issuer, subject and claims.
 *
 * @throws VerificationError with code `CERTIFICATE_MALFORMED`.
 */
export function identityOf(extensions: Extensions): SignerIdentity {
  try {
    return {
      issuer: issuerOf(extensions),
      subject: subjectOf(extensions),
      claims: claimsOf(extensions),
    };
  } catch (error) {
    if (error instanceof VerificationError) throw error;
    throw malformed('the certificate names its holder in an unreadable way');
  }
}

function issuerOf(extensions: Extensions): string {
  const current = utf8String(extensions.get(`${fulcio}.8`)?.value);
  const former = decodeUtf8(extensions.get(`${fulcio}.1`)?.value);
  if (current !== undefined && former !== undefined && current !== former) {
    throw malformed('the certificate names two issuers of its identity');
  }
  const issuer = current ?? former;
  if (issuer === undefined || !/^[\u0021-\u007e]+$/.test(issuer)) {
    throw malformed('the certificate does not name the issuer of its identity');
  }
  return issuer;
}

function subjectOf(extensions: Extensions): string {
  const value = extensions.get('2.5.29.17')?.value;
  if (value === undefined) throw malformed('the certificate does not name its holder');
  const [name, ...others] = childrenOf(readElement(value), tags.sequence);
  if (name === undefined || others.length > 0) {
    throw malformed('the certificate must name exactly one holder');
  }
  // rfc822Name and uniformResourceIdentifier (RFC 5280 section 4.2.1.6).
  if (![0x81, 0x86].includes(name.tag) || name.value.length === 0) {
    throw malformed('the certificate names its holder neither by address nor by URI');
  }
  if (!name.value.every((byte) => byte > 0x20 && byte < 0x7f)) {
    throw malformed('the name of the certificate holder has characters that no name has');
  }
  return name.value.toString('latin1');
}

function claimsOf(extensions: Extensions): CertificateClaims {
  const claims = Object.entries(claimNumbers).map(
    ([name, number]) => [name, utf8String(extensions.get(`${fulcio}.${number}`)?.value)] as const,
  );
  return Object.fromEntries(claims.filter(([, value]) => value !== undefined));
}

function utf8String(value: Buffer | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = readElement(value);
  if (text.tag !== tags.utf8String) throw malformed('a claim in the certificate is no text');
  return decodeUtf8(text.value);
}

function decodeUtf8(value: Buffer | undefined): string | undefined {
  if (value === undefined) return undefined;
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
}

function malformed(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'CERTIFICATE_MALFORMED',
    hint: 'Take the certificate that was published with the file.',
  });
}
