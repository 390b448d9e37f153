/**
 * A Sigstore bundle: a signature with everything that proves it, in one JSON document.
 *
 * It is read with one strict parser, ours, and the verifier gets nothing but what that parser
 * returned. A second, lenient parser could see another document.
 *
 * @module
 */

import { readBundleJson } from './bundle-json.ts';
import { isIntermediate } from './certificate.ts';
import { certificateText, signatureText } from './detached-signature.ts';
import { isSignature } from './ecdsa.ts';
import { VerificationError } from './errors.ts';
import type { LogEntry } from './log-entry.ts';

/** A file's signature with its certificate and what proves when it was made. */
export interface SignatureBundle {
  readonly mediaType: string;
  /** The certificate of the signer in DER. */
  readonly certificate: Uint8Array;
  /** The signature in DER. */
  readonly signature: Uint8Array;
  /** SHA-256 of the file, as the bundle has it; nothing is verified with it. */
  readonly sha256?: string;
  readonly logEntries: readonly LogEntry[];
  /** RFC 3161 timestamp responses over the signature. */
  readonly timestamps: readonly Uint8Array[];
}

/**
 * Reads the JSON text of a bundle, version 0.1 to 0.3.
 *
 * @throws VerificationError with code `BUNDLE_MALFORMED`, `SIGNATURE_MALFORMED` or
 * `KEY_UNSUPPORTED`.
 */
export function parseBundle(text: string | Uint8Array): SignatureBundle {
  const { mediaType, certificates, digest, ...content } = readBundleJson(text);
  if (!isSignature(content.signature)) {
    throw new VerificationError('the signature in the bundle is no ECDSA signature', {
      code: 'SIGNATURE_MALFORMED',
      hint: 'Take the bundle that was published with the file.',
    });
  }
  return {
    mediaType,
    certificate: leafOf(certificates),
    ...(digest && { sha256: digest.toString('hex') }),
    ...content,
  };
}

/** Splits signature and certificate off a bundle, as the text of a `.sig` and of a `.crt` file. */
export function detachedSignature(bundle: SignatureBundle): {
  readonly signature: string;
  readonly certificate: string;
} {
  return {
    signature: signatureText(bundle.signature),
    certificate: certificateText(bundle.certificate),
  };
}

// Chains end with version 0.2. What follows the leaf is ignored: the trusted root brings its own
// intermediates. A root in there wants to be trusted, and a second leaf to be confused with the first.
function leafOf([leaf, ...others]: readonly Buffer[]): Buffer {
  if (leaf !== undefined && others.every(isIntermediate)) return leaf;
  throw new VerificationError('the bundle brings a certificate that is no intermediate one', {
    code: 'BUNDLE_MALFORMED',
    hint: 'Sign again with a client that writes bundles of version 0.3.',
  });
}
