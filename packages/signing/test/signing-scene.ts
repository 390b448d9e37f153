/**
 * What most tests start from: a sandbox, a signer and a verifier that trust it, and a policy that
 * accepts its job.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { startSandbox, type Sandbox, type SandboxOptions } from '@wheelseal/sandbox';
import {
  createSigner,
  createVerifier,
  exactIdentity,
  loadTrustedRoot,
  parseIdentityToken,
  type DigestedFile,
  type IdentityPolicy,
  type Patience,
  type SignedDistribution,
  type Signer,
  type TrustedRoot,
  type Verifier,
} from '@wheelseal/signing';

/** What was signed with an identity, in the shapes that are usual with a Rekor v1. */
export type Signed = SignedDistribution &
  Required<
    Pick<
      SignedDistribution,
      'bundle' | 'signature' | 'certificate' | 'identity' | 'logIndex' | 'integratedTime'
    >
  >;

/** The identifier of a publish attestation, by the letter of PEP 740; nothing is asked there. */
export const publishPredicateType = 'https://docs.pypi.org/attestations/publish/v1';

export interface Scene extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly signer: Signer;
  readonly trustedRoot: TrustedRoot;
  readonly verifier: Verifier;
  readonly policy: IdentityPolicy;
  /** Signs files with one certificate. */
  sign(...files: readonly DigestedFile[]): Promise<readonly Signed[]>;
  /** Signs two files with one certificate. */
  signBoth(one: DigestedFile, other: DigestedFile): Promise<readonly [Signed, Signed]>;
  /** Signs one file with a certificate of its own, for other claims where they are given. */
  signOne(file: DigestedFile, claims?: Readonly<Record<string, unknown>>): Promise<Signed>;
}

/** Patience that waits for nothing: what fails is tried again at once. */
export const atOnce: Patience = { wait: async () => undefined };

export async function openScene(options?: SandboxOptions): Promise<Scene> {
  const sandbox = await startSandbox(options);
  const { fulcio: fulcioUrl, rekor: rekorUrl } = sandbox.urls;
  const signer = createSigner({ fulcioUrl, rekorUrl, patience: atOnce });
  const trustedRoot = await loadTrustedRoot({ path: sandbox.trust.trustedRoot });
  const sign: Scene['sign'] = async (...files) => {
    const signed = await signer.sign(files, parseIdentityToken(await sandbox.mintToken()));
    return signed.map(whole);
  };
  return {
    sandbox,
    signer,
    trustedRoot,
    verifier: createVerifier(trustedRoot, { rekorUrl }),
    policy: exactIdentity({
      issuer: setting(sandbox, 'CERTIFICATE_OIDC_ISSUER'),
      subject: setting(sandbox, 'CERTIFICATE_IDENTITY'),
    }),
    sign,
    signBoth: async (...files) => {
      const [one, other] = await sign(...files);
      return [one!, other!];
    },
    signOne: async (file, claims) => {
      const token = parseIdentityToken(await sandbox.mintToken(claims));
      const [signed] = await signer.sign([file], token);
      return whole(signed!);
    },
    [Symbol.asyncDispose]: async () => sandbox.close(),
  };
}

/** The same, with nothing of it missing. */
export function whole(signed: SignedDistribution): Signed {
  const { bundle, signature, certificate, identity, logIndex, integratedTime } = signed;
  if (bundle === undefined || signature === undefined || certificate === undefined) {
    throw new Error('a shape is missing');
  }
  if (identity === undefined || logIndex === undefined || integratedTime === undefined) {
    throw new Error('signer, log or time is missing');
  }
  return { ...signed, bundle, signature, certificate, identity, logIndex, integratedTime };
}

export function setting(sandbox: Sandbox, name: string): string {
  const value = sandbox.environment[name];
  if (value === undefined) throw new Error(`the sandbox sets no ${name}`);
  return value;
}

export function fileOf(content: string, filename = 'demo-1.0.0-py3-none-any.whl'): DigestedFile {
  return { filename, sha256: createHash('sha256').update(content).digest('hex') };
}
