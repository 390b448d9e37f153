/**
 * A signature and its certificate in two files, byte for byte as cosign 2 writes them.
 *
 * `.sig` is base64 of the DER signature. `.crt` is base64 of the certificate's PEM. Neither ends in
 * a newline.
 *
 * @module
 */

import { decodeBase64 } from './base64.ts';
import { isSignatureForm } from './elliptic-curve.ts';
import { VerificationError } from './errors.ts';
import { encodePem, readPem } from './pem.ts';

const longest = 128 * 1024;

/** The text of a `.sig` file. */
export function signatureText(signature: Uint8Array): string {
  return Buffer.from(signature).toString('base64');
}

/** The text of a `.crt` file. */
export function certificateText(der: Uint8Array): string {
  return Buffer.from(encodePem(der, 'CERTIFICATE')).toString('base64');
}

/**
 * Reads a `.sig` file: base64 of DER, or DER.
 *
 * @throws VerificationError with code `SIGNATURE_MALFORMED`.
 */
export function readSignature(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const signature = isSignatureForm(bytes) ? bytes : decodeLines(bytes);
  if (signature !== undefined && isSignatureForm(signature)) return signature;
  throw new VerificationError('the signature is no ECDSA signature in base64 or DER', {
    code: 'SIGNATURE_MALFORMED',
    hint: 'Take the `.sig` file that was published with the file.',
  });
}

/**
 * Reads a `.crt` file: base64 of PEM, PEM, or DER.
 *
 * @throws VerificationError with code `CERTIFICATE_MALFORMED`.
 */
export function readCertificate(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  // A SEQUENCE whose length takes two more bytes: no text starts like that.
  if (bytes[0] === 0x30 && bytes[1] === 0x82) return bytes;
  const text = bytes.toString('latin1');
  const pem = text.startsWith('-----') ? text : decodeLines(bytes)?.toString('latin1');
  const der = pem === undefined ? undefined : readPem(pem);
  if (der !== undefined) return der;
  throw new VerificationError('the certificate is no single certificate in base64, PEM or DER', {
    code: 'CERTIFICATE_MALFORMED',
    hint: 'Take the `.crt` file that was published with the file.',
  });
}

function decodeLines(bytes: Buffer): Buffer | undefined {
  if (bytes.length > longest) return undefined;
  return decodeBase64(bytes.toString('latin1').replace(/\s+$/, ''));
}
