/**
 * The sign stage: one identity token, one certificate, a signature for every distribution.
 *
 * @module
 */

import { join } from 'node:path';
import type { IdentityToken, SignedDistribution, Signer } from '@wheelseal/signing';
import { PipelineError } from './errors.ts';
import { runStage, type StageOptions } from './release-event.ts';
import { assertUnchangedRelease, findSignatures } from './release-files.ts';
import { writeRelease } from './release-manifest.ts';
import { nothingToRelease, type Release, signatureKinds, signatureSuffixes } from './release.ts';
import { writeWhole } from './write-file.ts';

/** What the sign stage needs of the outside world. */
export interface SigningPorts {
  readonly signer: Signer;
  readonly token: IdentityToken;
  /** Whether a public log shows the project, which is not public, and somebody wants that. */
  readonly isDisclosed?: boolean;
}

/**
 * Signs every distribution and writes the signatures beside it, in every form. Signatures that are
 * there already are replaced. Nothing is written unless all were signed.
 *
 * @throws PipelineError with code `RELEASE_CHANGED` when a distribution is not the one that was
 * measured.
 * @throws SigningError when Fulcio or Rekor refuse.
 */
export async function signRelease(
  release: Release,
  { signer, token, isDisclosed = false }: SigningPorts,
  options: StageOptions = {},
): Promise<Release> {
  return runStage('sign', options, async (report) => {
    const { directory, distributions } = release;
    if (distributions.length === 0) throw nothingToRelease(directory);
    await assertUnchangedRelease(withoutSignatures(release), options);
    if (isDisclosed) {
      const { publicDisclosure } = await import('@wheelseal/signing');
      report({ type: 'disclosed', texts: publicDisclosure(token, { files: distributions }) });
    }
    const signed = await signer.sign(distributions, token, {
      ...(options.signal && { signal: options.signal }),
      onSigned: ({ filename, sha256, identity, logIndex, integratedTime }) => {
        const { subject, issuer } = identity;
        report({
          type: 'distribution-signed',
          filename,
          sha256,
          identity: subject,
          issuer,
          logIndex,
          integratedTime,
        });
      },
    });
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

async function write(directory: string, signed: SignedDistribution): Promise<void> {
  await Promise.all(
    signatureKinds.map(async (kind) => {
      const path = join(directory, signed.filename + signatureSuffixes[kind]);
      await writeWhole(path, signed[kind], 0o644);
    }),
  );
}
