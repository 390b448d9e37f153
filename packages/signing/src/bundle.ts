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
import { isSignatureForm } from './elliptic-curve.ts';
import { VerificationError } from './errors.ts';
import type { LogEntry } from './log-entry.ts';
import type { SignedContent } from './signed-content.ts';

/** Who signed: the holder of a certificate, or of a key that a hint names. */
export type BundleKey =
  | {
      /** The certificate of the signer in DER. */
      readonly certificate: Uint8Array;
    }
  | { readonly publicKeyHint: string };

/** A signature with its key and what proves when it was made. */
export interface SignatureBundle {
  readonly mediaType: string;
  readonly key: BundleKey;
  readonly content: SignedContent;
  readonly logEntries: readonly LogEntry[];
  /** RFC 3161 timestamp responses over the signature. */
  readonly timestamps: readonly Uint8Array[];
}

/**
 * Reads the JSON text of a bundle, version 0.1 to 0.3.
 *
 * @throws VerificationError with code `BUNDLE_MALFORMED` or `SIGNATURE_MALFORMED`.
 */
export function parseBundle(text: string | Uint8Array): SignatureBundle {
  const { key, ...bundle } = readBundleJson(text);
  if ('publicKeyHint' in key) return { ...bundle, key };
  // Of a certificate's key the kind is known, and with it the one form its signatures have.
  if (bundle.content.kind === 'message' && !isSignatureForm(bundle.content.signature)) {
    throw new VerificationError('the signature in the bundle is no ECDSA signature', {
      code: 'SIGNATURE_MALFORMED',
      hint: 'Take the bundle that was published with the file.',
    });
  }
  return { ...bundle, key: { certificate: leafOf(key.certificates) } };
}

/**
 * Splits signature and certificate off a bundle, as the text of a `.sig` and of a `.crt` file. There
 * is no certificate where the bundle names a public key.
 *
 * @throws VerificationError with code `BUNDLE_MALFORMED` if the bundle holds an attestation: its
 * signature is not over the file.
 */
export function detachedSignature({ content, key }: SignatureBundle): {
  readonly signature: string;
  readonly certificate?: string;
} {
  if (content.kind === 'envelope') {
    throw new VerificationError(
      'the bundle holds an attestation, expected the signature of a file',
      {
        code: 'BUNDLE_MALFORMED',
        hint: 'Take the bundle that was published with the file.',
      },
    );
  }
  return {
    signature: signatureText(content.signature),
    ...('certificate' in key && { certificate: certificateText(key.certificate) }),
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
