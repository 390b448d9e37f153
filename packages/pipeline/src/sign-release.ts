/**
 * The sign stage: one identity token, one certificate, a signature for every distribution.
 *
 * @module
 */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  IdentityToken,
  SignedDistribution,
  Signer,
  SigningKey,
  SignOptions,
} from '@wheelseal/signing';
import { PipelineError } from './errors.ts';
import { runStage, type StageOptions } from './release-event.ts';
import { assertUnchangedRelease, findSignatures } from './release-files.ts';
import { writeRelease } from './release-manifest.ts';
import {
  nothingToRelease,
  type Release,
  type SignatureKind,
  signatureKinds,
  signatureSuffixes,
} from './release.ts';
import { writeWhole } from './write-file.ts';

/** What the sign stage needs of the outside world, and what it is to make. */
export interface SigningPorts extends Pick<
  SignOptions,
  'shapes' | 'attestation' | 'provenance' | 'trustedRoot' | 'renew'
> {
  readonly signer: Signer;
  /** With what to sign: an identity token, or a key in its place. */
  readonly token: IdentityToken | SigningKey;
  /** Whether a public log shows the project, which is not public, and somebody wants that. */
  readonly isDisclosed?: boolean;
}

const detached: ReadonlySet<SignatureKind> = new Set(['signature', 'certificate']);

/**
 * Signs every distribution and writes the signatures beside it, in the forms that can be verified and
 * those that are asked for. Signatures that are there already are replaced. Nothing is written unless
 * all were signed.
 *
 * @throws PipelineError with code `RELEASE_CHANGED` when a distribution is not the one that was
 * measured.
 * @throws SigningError when Fulcio or Rekor refuse.
 */
export async function signRelease(
  release: Release,
  { signer, token, isDisclosed = false, ...making }: SigningPorts,
  options: StageOptions = {},
): Promise<Release> {
  return runStage('sign', options, async (report) => {
    const { directory, distributions } = release;
    if (distributions.length === 0) throw nothingToRelease(directory);
    await assertUnchangedRelease(withoutSignatures(release), options);
    if (isDisclosed) {
      const { publicDisclosure } = await import('@wheelseal/signing');
      const identity = 'claims' in token ? token : undefined;
      const isStated = making.attestation === true || making.provenance !== undefined;
      const texts = publicDisclosure(identity, { files: distributions, isStated });
      report({ type: 'disclosed', texts });
    }
    const signed = await signer.sign(distributions, token, {
      ...making,
      ...(options.signal && { signal: options.signal }),
      onSigned: ({ filename, sha256, identity, logIndex, integratedTime }) => {
        report({
          type: 'distribution-signed',
          filename,
          sha256,
          ...(identity && { identity: identity.subject, issuer: identity.issuer }),
          ...(logIndex !== undefined && { logIndex }),
          ...(integratedTime && { integratedTime }),
        });
      },
    });
    if (signed.some(({ needsBundle, bundle }) => needsBundle && bundle !== undefined)) {
      report({
        type: 'warning',
        message: 'a Rekor v2 cannot be asked for entries, so these signatures need their bundle',
        hint: 'Publish `.sigstore.json`, and verify by it; `.sig` and `.crt` would prove nothing.',
      });
    }
    const outcomes = distributions.map((distribution) => signatureOf(distribution, signed));
    await Promise.all(outcomes.map(async (outcome) => write(directory, outcome)));
    const next: Release = {
      ...release,
      distributions: await Promise.all(
        distributions.map(async (distribution) => ({
          ...distribution,
          signatures: await findSignatures(directory, distribution.filename),
        })),
      ),
    };
    await writeRelease(next);
    return next;
  });
}

/** The signatures of before are replaced, so that it does not matter what became of them. */
function withoutSignatures(release: Release): Release {
  return {
    ...release,
    distributions: release.distributions.map((distribution) => ({
      ...distribution,
      signatures: [],
    })),
  };
}

function signatureOf(
  { filename, sha256 }: Release['distributions'][number],
  signed: readonly SignedDistribution[],
): SignedDistribution {
  const found = signed.find((one) => one.filename === filename && one.sha256 === sha256);
  if (found !== undefined) return found;
  throw new PipelineError(`the signer gave no signature for \`${filename}\``, {
    code: 'SIGNATURE_MISSING',
    hint: 'Sign again.',
  });
}

// A `.sig` or `.crt` of an earlier signing would contradict the bundle that is made now.
async function write(directory: string, signed: SignedDistribution): Promise<void> {
  await Promise.all(
    signatureKinds.map(async (kind) => {
      const path = join(directory, signed.filename + signatureSuffixes[kind]);
      const text = signed[kind];
      const isStale = text === undefined && signed.bundle !== undefined && detached.has(kind);
      if (text !== undefined) await writeWhole(path, text, 0o644);
      if (isStale) await rm(path, { force: true });
    }),
  );
}
