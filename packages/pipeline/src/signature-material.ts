/**
 * The signatures that lie beside a distribution, and whether they say the same.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import type { SignatureMaterial } from '@wheelseal/signing';
import { PipelineError } from './errors.ts';
import { assertUnchangedFile } from './release-files.ts';
import type { ReleasedDistribution, SignatureKind } from './release.ts';

/** The content of the signature files that are there. */
export type SignatureContents = { readonly [Kind in SignatureKind]?: Buffer };

const largest = 1024 * 1024;

/**
 * Reads the signatures of a distribution that the release knows, which must be unchanged. What else
 * lies beside would not be published with it, and does not count.
 *
 * @throws PipelineError with code `RELEASE_CHANGED` or `VERIFICATION_FAILED`.
 */
export async function readSignatures(
  directory: string,
  { signatures }: ReleasedDistribution,
): Promise<SignatureContents> {
  const contents = await Promise.all(
    signatures.map(async (signature) => {
      if (signature.size > largest) throw tooLarge(signature.filename);
      const { path } = await assertUnchangedFile(directory, signature);
      return [signature.kind, await readFile(path)] as const;
    }),
  );
  return Object.fromEntries(contents);
}

/**
 * What to verify: the bundle where there is one, otherwise signature and certificate.
 *
 * @throws PipelineError with code `SIGNATURE_MISSING`.
 */
export function materialOf(
  filename: string,
  { bundle, signature, certificate }: SignatureContents,
): SignatureMaterial {
  if (bundle !== undefined) return { bundle };
  if (signature !== undefined && certificate !== undefined) return { signature, certificate };
  const lone = signature ?? certificate;
  const half =
    lone === undefined ? '' : `, only a \`${signature === undefined ? '.crt' : '.sig'}\``;
  throw new PipelineError(`\`${filename}\` has no signature${half}`, {
    code: 'SIGNATURE_MISSING',
    hint: 'Expected is a `.sigstore.json`, or a `.sig` with a `.crt`, made by the sign stage or by cosign.',
  });
}

/** The statements beside a distribution, each of which has to verify as well: they are published too. */
export function statementsOf({
  attestation,
  provenance,
}: SignatureContents): readonly SignatureMaterial[] {
  return [
    ...(attestation === undefined ? [] : [{ attestation }]),
    ...(provenance === undefined ? [] : [{ bundle: provenance }]),
  ];
}

/**
 * Throws if a detached signature or certificate is not the one in the bundle beside it: a consumer
 * who reads the other form would get another answer.
 *
 * @throws PipelineError with code `VERIFICATION_FAILED`.
 */
export async function assertAgreement(
  filename: string,
  { bundle, ...detached }: SignatureContents,
): Promise<void> {
  if (bundle === undefined || Object.keys(detached).length === 0) return;
  const { detachedSignature, parseBundle } = await import('@wheelseal/signing');
  const held = detachedSignature(parseBundle(bundle));
  for (const kind of ['signature', 'certificate'] as const) {
    const content = detached[kind]?.toString().trim();
    if (content === undefined || content === held[kind]?.trim()) continue;
    throw new PipelineError(`the ${kind} beside \`${filename}\` is not the one in its bundle`, {
      code: 'VERIFICATION_FAILED',
      hint: 'Sign again, so that all forms of the signature come from one certificate.',
    });
  }
}

function tooLarge(filename: string): PipelineError {
  return new PipelineError(`\`${filename}\` is larger than ${largest} bytes`, {
    code: 'VERIFICATION_FAILED',
    hint: 'Sign again.',
  });
}
