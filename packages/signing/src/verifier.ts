/**
 * Verifies that a file was signed by whom it must be, from a bundle, an attestation, or from `.sig` and
 * `.crt`.
 *
 * A bundle brings its log entry. Without one, the log is asked; what it answers is verified in the
 * same way.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { parseCertificate } from './certificate.ts';
import { readCertificate, readSignature } from './detached-signature.ts';
import { digestOf, type FileDigest } from './digested-file.ts';
import { VerificationError } from './errors.ts';
import { assertSignedBy, verifyEvidence } from './evidence.ts';
import { assertIdentity, type IdentityPolicy, type PolicyContext } from './identity-policy.ts';
import { earliestEntry, type SearchedLog } from './log-search.ts';
import { assertAbout, readMaterial, type SelfContainedMaterial } from './signature-material.ts';
import { trustOf, type Trust } from './trust.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { verificationOf, type Verification } from './verification.ts';

/** The contents of a `.sig` and a `.crt` file. */
export interface DetachedMaterial {
  readonly signature: string | Uint8Array;
  readonly certificate: string | Uint8Array;
}

/** A signature: a bundle, an attestation, or the contents of a `.sig` and a `.crt` file. */
export type SignatureMaterial = SelfContainedMaterial | DetachedMaterial;

/** Settings of {@link createVerifier}. */
export interface VerifierOptions {
  /** The log to ask for the entries of detached signatures. */
  readonly rekorUrl?: URL;
  readonly dispatcher?: Dispatcher;
  readonly now?: () => Date;
}

/** Settings of {@link Verifier.verify}: what the policy may know of the file, and a signal. */
export interface VerifyOptions extends PolicyContext {
  readonly signal?: AbortSignal;
}

/** Verifies files against one trusted root. */
export interface Verifier {
  /**
   * Returns only if the signature is good and the policy accepts its signer.
   *
   * @throws VerificationError with the code of what does not hold.
   */
  verify(
    file: FileDigest,
    material: SignatureMaterial,
    policy: IdentityPolicy,
    options?: VerifyOptions,
  ): Promise<Verification>;
}

interface Surroundings extends SearchedLog {
  readonly now: Date;
}

/** Prepares verification. Does no I/O; only a detached signature needs the log. */
export function createVerifier(trustedRoot: TrustedRoot, options: VerifierOptions = {}): Verifier {
  const trust = trustOf(trustedRoot);
  const { now = () => new Date() } = options;
  return {
    async verify(file, material, policy, { signal, versions } = {}) {
      assertPolicy(policy);
      signal?.throwIfAborted();
      const verification =
        'signature' in material
          ? await verifyDetached(material, file, trust, { ...options, signal, now: now() })
          : verifySelfContained(material, file, trust, now());
      // Last, so that no name is believed, or shown, that nobody vouches for.
      assertIdentity(verification.identity, policy, versions && { versions });
      return verification;
    },
  };
}

// Nobody gets a verdict by leaving the question out.
function assertPolicy(policy: IdentityPolicy | undefined): void {
  if (typeof policy?.accepts === 'function') return;
  throw new TypeError('a policy is required');
}

function verifySelfContained(
  material: SelfContainedMaterial,
  file: FileDigest,
  trust: Trust,
  now: Date,
): Verification {
  const { key, evidence } = readMaterial(material, file);
  if ('publicKeyHint' in key) {
    throw new VerificationError('the bundle names a public key, expected a certificate', {
      code: 'KEY_UNSUPPORTED',
      hint: 'Verify with the public key instead of an identity.',
    });
  }
  const finding = verifyEvidence({ ...evidence, ...key }, trust, now);
  const predicateType = assertAbout(material, evidence.content, file);
  const kind = 'bundle' in material ? 'bundle' : 'attestation';
  return verificationOf(finding, kind, predicateType);
}

async function verifyDetached(
  material: DetachedMaterial,
  file: FileDigest,
  trust: Trust,
  { now, ...log }: Surroundings,
): Promise<Verification> {
  const certificate = readCertificate(material.certificate);
  const signature = readSignature(material.signature);
  const digest = digestOf(file);
  const evidence = { content: { kind: 'message', signature } as const, digest, timestamps: [] };
  // Before the log is asked, so that it learns nothing of files that were not signed.
  assertSignedBy(parseCertificate(certificate), evidence);
  const signed = { key: { certificate }, signature, digest };
  const finding = await earliestEntry(log, signed, (entry) =>
    verifyEvidence({ ...evidence, certificate, logEntries: [entry] }, trust, now),
  );
  return verificationOf(finding, 'detached', undefined);
}
