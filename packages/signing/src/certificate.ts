/**
 * A signing certificate, read twice: by OpenSSL, and by our own look at its extensions.
 *
 * Nothing here says that the certificate is genuine. It says what the certificate claims, and that
 * it is one for signing files with one unmistakable holder.
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
import { readExtensions, type CertificateExtension } from './certificate-extensions.ts';
import { identityOf } from './certificate-identity.ts';
import { VerificationError } from './errors.ts';
import { toPublicKey, type PublicKey } from './public-key.ts';
import type { SignerIdentity } from './signer-identity.ts';

/** What a signing certificate says. */
export interface SigningCertificate {
  readonly der: Buffer;
  /** The same bytes, as OpenSSL reads them. */
  readonly x509: X509Certificate;
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: PublicKey;
  /** The public key as an uncompressed point. */
  readonly publicPoint: Buffer;
  readonly identity: SignerIdentity;
}

const longest = 64 * 1024;
/** The extended key usage of a certificate that signs files. */
export const codeSigning = '1.3.6.1.5.5.7.3.3';
// BasicConstraints with `cA` left out, as it must be, or FALSE (RFC 5280 section 4.2.1.9).
const notAuthority: readonly [string, string] = ['3000', '3003010100'];

/**
 * Reads the certificate of a signer.
 *
 * @throws VerificationError with code `CERTIFICATE_MALFORMED` or `KEY_UNSUPPORTED`.
 */
export function parseCertificate(bytes: Uint8Array): SigningCertificate {
  const der = Buffer.from(bytes);
  if (der.length > longest) throw malformed('the certificate is longer than 64 KiB');
  const openssl = readWithOpenSsl(der);
  const extensions = readExtensions(der);
  assertForSigning(openssl, extensions);
  const key = toPublicKey(openssl.publicKey);
  if (key?.onCurve === undefined) throw unsupported(openssl);
  return {
    der,
    x509: openssl,
    extensions,
    notBefore: openssl.validFromDate,
    notAfter: openssl.validToDate,
    key,
    publicPoint: key.onCurve.point,
    identity: identityOf(extensions),
  };
}

/** Whether bytes are the certificate of an authority that is no root. */
export function isIntermediate(bytes: Uint8Array): boolean {
  try {
    const certificate = new X509Certificate(bytes);
    return certificate.ca && certificate.subject !== certificate.issuer;
  } catch {
    return false;
  }
}

function readWithOpenSsl(der: Buffer): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    // OpenSSL also reads PEM, and stops reading where the certificate ends. The key is read late.
    if (certificate.raw.equals(der) && certificate.publicKey.type === 'public') return certificate;
  } catch (cause) {
    throw malformed('the certificate is no X.509 certificate', cause);
  }
  throw malformed('the certificate is not one X.509 certificate in DER');
}

function assertForSigning(
  openssl: X509Certificate,
  extensions: ReadonlyMap<string, CertificateExtension>,
): void {
  // Not by OpenSSL's `ca`, which overlooks an authority whose other extensions disagree.
  const constraints = extensions.get('2.5.29.19')?.value.toString('hex') ?? notAuthority[0];
  if (!notAuthority.includes(constraints)) {
    throw malformed('the certificate is that of an authority, expected a signer');
  }
  const usages: readonly string[] | undefined = openssl.keyUsage;
  if (usages === undefined || !usages.includes(codeSigning)) {
    throw malformed('the certificate is not for signing code');
  }
  // A BIT STRING with digitalSignature, its first bit, and without keyCertSign, its sixth.
  const usage = extensions.get('2.5.29.15')?.value;
  const [tag, length, , bits = 0] = usage ?? [];
  if (tag !== 0x03 || length !== (usage?.length ?? 0) - 2 || (bits & 0x84) !== 0x80) {
    throw malformed('the certificate is not for digital signatures');
  }
}

function unsupported(openssl: X509Certificate): VerificationError {
  const { asymmetricKeyType, asymmetricKeyDetails } = openssl.publicKey;
  const found = asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? 'unknown';
  return new VerificationError(
    `the certificate has a key of kind \`${found}\`, expected one on P-256, P-384 or P-521`,
    {
      code: 'KEY_UNSUPPORTED',
      hint: 'Sign with an ECDSA key on the curve P-256.',
    },
  );
}

function malformed(message: string, cause?: unknown): VerificationError {
  return new VerificationError(message, {
    code: 'CERTIFICATE_MALFORMED',
    hint: 'Take the certificate that was published with the file.',
    ...(cause !== undefined && { cause }),
  });
}
