/**
 * The forms in which a signature comes, and what is read out of each.
 *
 * @module
 */

import { parseAttestation, publishPredicateType } from './attestation.ts';
import { parseBundle, type BundleKey } from './bundle.ts';
import { digestOf, type FileDigest } from './digested-file.ts';
import { VerificationError } from './errors.ts';
import type { Evidence } from './evidence.ts';
import type { SignedContent } from './signed-content.ts';
import { assertStatementOf } from './statement.ts';

/** A signature and its proofs in one document: a bundle, or the attestation of a package index. */
export type SelfContainedMaterial =
  { readonly bundle: string | Uint8Array } | { readonly attestation: string | Uint8Array };

/** What is to be verified, and by whose key. */
export interface ReadMaterial {
  readonly evidence: Evidence;
  readonly key: BundleKey;
}

// Bundles of the first version have the log's promise, and its proof only by chance.
const firstVersion = 'application/vnd.dev.sigstore.bundle+json;version=0.1';

/**
 * Reads what a document holds for a file.
 *
 * @throws VerificationError if it is malformed, or with code `DIGEST_MISMATCH` if it says itself that
 * it is for another file.
 */
export function readMaterial(material: SelfContainedMaterial, file: FileDigest): ReadMaterial {
  const digest = digestOf(file);
  const { mediaType, key, ...proofs } =
    'bundle' in material ? parseBundle(material.bundle) : parseAttestation(material.attestation);
  const { content } = proofs;
  if (content.kind === 'message' && (content.sha256 ?? file.sha256) !== file.sha256) {
    throw new VerificationError(
      `the bundle is for the digest \`${content.sha256}\`, the file has \`${file.sha256}\``,
      {
        code: 'DIGEST_MISMATCH',
        hint: 'Get the file and its bundle again; one of them was changed.',
      },
    );
  }
  const isPromiseEnough = mediaType === firstVersion;
  return { key, evidence: { ...proofs, digest, isPromiseEnough } };
}

/**
 * Throws unless what was signed is about the file, once its signature was found to be good.
 *
 * @returns the predicate type of an attestation; `undefined` where the file itself was signed.
 * @throws VerificationError with the code of what does not hold.
 */
export function assertAbout(
  material: SelfContainedMaterial,
  content: SignedContent,
  file: FileDigest,
): string | undefined {
  if (content.kind === 'message') return undefined;
  const predicateType = assertStatementOf(content, file);
  if ('attestation' in material && predicateType !== publishPredicateType) {
    throw new VerificationError('the attestation states something else than the publication', {
      code: 'STATEMENT_MALFORMED',
      hint: `Take the attestation with the predicate type \`${publishPredicateType}\`.`,
    });
  }
  return predicateType;
}
