/**
 * The files of a release on disk.
 *
 * @module
 */

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type MeasuredFile, measureFile } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { PipelineError } from './errors.ts';
import { type Release, type SignatureFile, signatureKinds, signatureSuffixes } from './release.ts';
import { sideBySide } from './side-by-side.ts';

const width = 8;

interface Measured {
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * Measures every file of a release again.
 *
 * @throws PipelineError with code `RELEASE_CHANGED`, which names every file that is another one.
 */
export async function assertUnchangedRelease(
  { directory, distributions }: Release,
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const files = distributions.flatMap((distribution) => [distribution, ...distribution.signatures]);
  const findings = await sideBySide(files, width, async (file) =>
    changeOf(directory, file, options),
  );
  const changes = findings.filter((finding) => finding !== undefined);
  if (changes.length > 0) throw changed(changes);
}

/**
 * Measures one file of a release again.
 *
 * @throws PipelineError with code `RELEASE_CHANGED`.
 */
export async function assertUnchangedFile(
  directory: string,
  file: Measured,
  options: { readonly signal?: AbortSignal } = {},
): Promise<MeasuredFile> {
  const change = await changeOf(directory, file, options);
  if (change !== undefined) throw changed([change]);
  return { path: join(directory, file.filename), size: file.size, sha256: file.sha256 };
}

/** Measures the signatures that lie beside a distribution. */
export async function findSignatures(
  directory: string,
  filename: string,
): Promise<readonly SignatureFile[]> {
  const found = await Promise.all(
    signatureKinds.map(async (kind) => {
      const name = filename + signatureSuffixes[kind];
      const path = join(directory, name);
      if (!(await exists(path))) return [];
      const { size, sha256 } = await measureFile(path);
      return [{ kind, filename: name, size, sha256 }];
    }),
  );
  return found.flat();
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

interface Change {
  readonly text: string;
  readonly cause?: unknown;
}

async function changeOf(
  directory: string,
  { filename, size, sha256 }: Measured,
  options: { readonly signal?: AbortSignal },
): Promise<Change | undefined> {
  try {
    const found = await measureFile(join(directory, filename), options);
    if (found.sha256 === sha256 && found.size === size) return undefined;
    return { text: `\`${filename}\` has digest \`${found.sha256}\`, expected \`${sha256}\`` };
  } catch (cause) {
    if (!isCodedError(cause)) throw cause;
    return { text: `\`${filename}\` cannot be read`, cause };
  }
}

function changed(changes: readonly Change[]): PipelineError {
  const cause = changes.find((change) => change.cause !== undefined)?.cause;
  return new PipelineError(
    `the release changed after it was measured: ${changes.map(({ text }) => text).join(', ')}`,
    {
      code: 'RELEASE_CHANGED',
      hint: 'Restore the files from the job that built and signed them, or build and sign again.',
      ...(cause !== undefined && { cause }),
    },
  );
}
