/**
 * Signs a batch of files: one key and one certificate, and of each file the shapes that are asked for.
 *
 * Only digests are needed. Whoever measured the files has read them.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { createBatch } from './batch.ts';
import { identityOf, ownKey, type CredentialSupply, type Progress } from './credential.ts';
import { digestOf, type DigestedFile } from './digested-file.ts';
import { SigningError } from './errors.ts';
import { assertUnexpired, type IdentityToken } from './identity-token.ts';
import type { Patience } from './patience.ts';
import type { Predicate } from './predicate.ts';
import { keyPairOf, type SigningKey } from './private-key.ts';
import { selfCheck } from './self-check.ts';
import { signContent } from './sign-content.ts';
import { assertPossible, needsBundle, usualShapes, type FileShape } from './signature-shape.ts';
import type { SignedDistribution } from './signed-distribution.ts';
import { mapSideBySide } from './side-by-side.ts';
import type { LogService } from './signing-config.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** The services of one Sigstore, as far as a signature is to have them. */
export interface SigstoreServices {
  /** Fulcio, which an identity token needs. */
  readonly fulcioUrl?: URL;
  /** A Rekor v1. */
  readonly rekorUrl?: URL;
  /** In the place of `rekorUrl`: logs of any version, each of which gets an entry. */
  readonly logs?: readonly LogService[];
  /** A timestamp authority. */
  readonly timestampUrl?: URL;
  /** In the place of `timestampUrl`: authorities, each of which gives a timestamp. */
  readonly timestampUrls?: readonly URL[];
  /** Sends all requests; undici's global dispatcher when absent. */
  readonly dispatcher?: Dispatcher;
  /** The clock that the identity token is looked at by. */
  readonly now?: () => Date;
  /** How long the services are waited for. */
  readonly patience?: Patience;
}

/** Settings of {@link Signer.sign}. */
export interface SignOptions {
  /** Shapes of each file's own signature; those that can be verified when absent. */
  readonly shapes?: readonly FileShape[];
  /** Whether to attest that the signer publishes each file (PEP 740). */
  readonly attestation?: boolean;
  /** How each file was built; see `gitlabProvenance`. */
  readonly provenance?: Predicate;
  /** Whom to trust: with it, every signature is verified before it counts. */
  readonly trustedRoot?: TrustedRoot;
  readonly signal?: AbortSignal;
  /** Told of each file as soon as it is signed. */
  readonly onSigned?: (signed: SignedDistribution) => void;
}

/** Signs files with the identity of a token, or with a key of one's own. */
export interface Signer {
  /**
   * Signs all files, or none that counts: the first failure ends the batch.
   *
   * @throws SigningError with the code of what failed.
   */
  sign(
    files: readonly DigestedFile[],
    signer: IdentityToken | SigningKey,
    options?: SignOptions,
  ): Promise<readonly SignedDistribution[]>;
}

const atOnce = 4;

/** Opens the services for signing. Does no I/O. */
export function createSigner(services: SigstoreServices): Signer {
  const { rekorUrl, timestampUrl, dispatcher, patience, now } = services;
  const { logs = rekorUrl ? [{ url: rekorUrl, version: 1 }] : [] } = services;
  const { timestampUrls = timestampUrl ? [timestampUrl] : [] } = services;
  return {
    async sign(files, signer, { signal, trustedRoot, ...options } = {}) {
      assertFiles(files);
      signal?.throwIfAborted();
      const key = 'publicKeyHint' in signer ? await keyPairOf(signer) : undefined;
      const conditions = { key, logs };
      const { shapes = usualShapes(conditions) } = options;
      const plan = { ...options, shapes, needsBundle: needsBundle(conditions) };
      assertPossible(plan, conditions);
      const batch = createBatch(files, plan);
      const connection = { logs, timestampUrls, dispatcher, patience };
      const supply =
        'publicKeyHint' in signer
          ? ownKey(await keyPairOf(signer))
          : certificates(signer, { ...services, logs, timestampUrls }, batch.progress);
      await mapSideBySide(batch.tasks, { atOnce, signal }, async (task, one) => {
        const proven = await signContent(task.unsigned, supply, { ...connection, signal: one });
        await selfCheck(task.file, proven, { trustedRoot, key, now, signal: one });
        task.done(proven);
      });
      return batch.signed;
    },
  };
}

function assertFiles(files: readonly DigestedFile[]): void {
  files.forEach(digestOf);
  if (files.length > 0) return;
  throw new SigningError('there is no file to sign', {
    code: 'NOTHING_TO_SIGN',
    hint: 'Build the distributions first.',
  });
}

function certificates(
  token: IdentityToken,
  services: SigstoreServices & Required<Pick<SigstoreServices, 'logs' | 'timestampUrls'>>,
  progress: () => Progress,
): CredentialSupply {
  const { fulcioUrl, logs, timestampUrls, now = () => new Date() } = services;
  assertToken(token);
  assertUnexpired(token.expiresAt, now());
  if (fulcioUrl === undefined) {
    throw missing('there is no Fulcio for the identity token', 'Name it with `FULCIO_URL`.');
  }
  if (logs.length === 0) {
    throw missing(
      'there is no transparency log, without which no certificate counts',
      'Name it with `REKOR_URL`.',
    );
  }
  if (timestampUrls.length === 0 && !logs.some(({ version }) => version === 1)) {
    throw new SigningError(
      'a Rekor v2 does not say when it took an entry, so nothing would prove it',
      {
        code: 'TIME_UNPROVEN',
        hint: 'Name a timestamp authority with `TIMESTAMP_URL`, or sign with a Rekor v1.',
      },
    );
  }
  const { dispatcher, patience } = services;
  return identityOf(token, { fulcioUrl, dispatcher, patience }, { now, progress });
}

// The value is not enumerable: a copy made by spreading has lost it.
function assertToken({ value }: IdentityToken): void {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError('the identity token has no value');
}

function missing(message: string, hint: string): SigningError {
  return new SigningError(message, { code: 'SERVICE_MISSING', hint });
}
