/**
 * Verifies that a file was signed by whom it must be, from a bundle or from `.sig` and `.crt`.
 *
 * A bundle brings its log entry. Without one, the log is asked; what it answers is verified in the
 * same way.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { parseBundle } from './bundle.ts';
import { parseCertificate } from './certificate.ts';
import { readCertificate, readSignature } from './detached-signature.ts';
import { digestOf, type DigestedFile } from './digested-file.ts';
import { VerificationError } from './errors.ts';
import { signingKeyOf, verifyEvidence, type Finding } from './evidence.ts';
import { assertIdentity, type IdentityPolicy, type PolicyContext } from './identity-policy.ts';
import { findLogEntries } from './rekor.ts';
import type { SignerIdentity } from './signer-identity.ts';
import { trustOf } from './trust.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** A signature: a bundle, or the contents of a `.sig` and a `.crt` file. */
export type SignatureMaterial =
  | { readonly bundle: string | Uint8Array }
  | { readonly signature: string | Uint8Array; readonly certificate: string | Uint8Array };

/** What verification found. */
export interface Verification {
  readonly identity: SignerIdentity;
  readonly logIndex: string;
  readonly integratedTime: Date;
  readonly material: 'bundle' | 'detached';
}

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
    file: DigestedFile,
    material: SignatureMaterial,
    policy: IdentityPolicy,
    options?: VerifyOptions,
  ): Promise<Verification>;
}

/** Prepares verification. Does no I/O; only a detached signature needs the log. */
export function createVerifier(trustedRoot: TrustedRoot, options: VerifierOptions = {}): Verifier {
  trustOf(trustedRoot);
  const { now = () => new Date() } = options;
  return {
    async verify(file, material, policy, { signal, versions } = {}) {
      assertPolicy(policy);
      signal?.throwIfAborted();
      const digest = digestOf(file);
      const finding =
        'bundle' in material
          ? verifyBundle(material.bundle, file, digest, trustedRoot, now())
          : await verifyDetached(material, digest, trustedRoot, { ...options, signal, now });
      // Last, so that no name is believed, or shown, that nobody vouches for.
      assertIdentity(finding.identity, policy, versions && { versions });
      return { ...finding, material: 'bundle' in material ? 'bundle' : 'detached' };
    },
  };
}

// Nobody gets a verdict by leaving the question out.
function assertPolicy(policy: IdentityPolicy | undefined): void {
  if (typeof policy?.accepts === 'function') return;
  throw new TypeError('a policy is required');
}

function verifyBundle(
  text: string | Uint8Array,
  file: DigestedFile,
  digest: Buffer,
  trustedRoot: TrustedRoot,
  now: Date,
): Finding {
  const { key, content, ...proofs } = parseBundle(text);
  if (content.kind !== 'message') {
    throw new VerificationError(
      'the bundle holds an attestation, expected the signature of a file',
      {
        code: 'BUNDLE_MALFORMED',
        hint: 'Take the `.sigstore.json` file that was published with the file.',
      },
    );
  }
  if ('publicKeyHint' in key) {
    throw new VerificationError('the bundle names a public key, expected a certificate', {
      code: 'KEY_UNSUPPORTED',
      hint: 'Sign with an identity token.',
    });
  }
  const { signature, sha256 } = content;
  if (sha256 !== undefined && sha256 !== file.sha256) {
    throw new VerificationError(
      `the bundle is for the digest \`${sha256}\`, the file has \`${file.sha256}\``,
      {
        code: 'DIGEST_MISMATCH',
        hint: 'Get the file and its bundle again; one of them was changed.',
      },
    );
  }
  return verifyEvidence({ ...key, signature, digest, ...proofs }, trustedRoot, now);
}

async function verifyDetached(
  material: Exclude<SignatureMaterial, { bundle: unknown }>,
  digest: Buffer,
  trustedRoot: TrustedRoot,
  connection: VerifierOptions & { signal: AbortSignal | undefined; now: () => Date },
): Promise<Finding> {
  const { rekorUrl, now } = connection;
  const signed = {
    certificate: readCertificate(material.certificate),
    signature: readSignature(material.signature),
    digest,
  };
  // Before the log is asked, so that it learns nothing of files that were not signed.
  signingKeyOf(signed, parseCertificate(signed.certificate));
  if (rekorUrl === undefined) {
    throw new VerificationError('there is no log to ask for the entry of the signature', {
      code: 'LOG_UNREACHABLE',
      hint: 'Name the log with `--rekor-url` or `REKOR_URL`, or verify the bundle.',
    });
  }
  const entries = await findLogEntries({ ...connection, rekorUrl }, signed);
  if (entries.length === 0) {
    throw new VerificationError('the transparency log does not know the signature', {
      code: 'LOG_ENTRY_MISSING',
      hint: 'Check that `REKOR_URL` is the log the file was signed with.',
    });
  }
  return earliest(
    entries.map(
      (entry) => () =>
        verifyEvidence({ ...signed, logEntries: [entry], timestamps: [] }, trustedRoot, now()),
    ),
  );
}

// The log may know a signature more than once. Each entry stands for itself; the first one counts.
function earliest(candidates: readonly (() => Finding)[]): Finding {
  const findings: Finding[] = [];
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    try {
      findings.push(candidate());
    } catch (error) {
      failures.push(error);
    }
  }
  const [first, ...rest] = findings;
  if (first === undefined) throw failures[0];
  return rest.reduce((best, one) => (one.integratedTime < best.integratedTime ? one : best), first);
}
