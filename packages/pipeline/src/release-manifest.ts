/**
 * `release.json`: a release between two processes.
 *
 * It lies beside the files it names, wherever that folder is copied to. It is not signed, and is
 * believed in nothing that the files do not confirm.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findDistributions, parseDistributionFilename } from '@wheelseal/distributions';
import { z } from 'zod';
import { assertUnchangedRelease, findSignatures } from './release-files.ts';
import { PipelineError } from './errors.ts';
import { measureRelease } from './measure-release.ts';
import type { StageOptions } from './release-event.ts';
import { isSameVersion, type Release, signatureKinds, signatureSuffixes } from './release.ts';
import { writeWhole } from './write-file.ts';

/** Name of the manifest in its folder and in the registry. */
export const manifestFilename = 'release.json';

type Manifest = Omit<Release, 'directory'>;

const size = z.number().int().nonnegative();
const sha256 = z.string().regex(/^[\da-f]{64}$/);
const versioned = z.object({ schemaVersion: z.number().int() });
const manifest: z.ZodType<Manifest> = z.object({
  schemaVersion: z.literal(1),
  name: z.string(),
  version: z.string(),
  distributions: z
    .array(
      z.object({
        filename: z.string(),
        kind: z.enum(['wheel', 'sdist']),
        size,
        sha256,
        signatures: z.array(
          z.object({ kind: z.enum(signatureKinds), filename: z.string(), size, sha256 }),
        ),
      }),
    )
    .min(1),
});

/** The text of a release's manifest: the same release gives the same bytes. */
export function formatManifest({ schemaVersion, name, version, distributions }: Release): string {
  const document: Manifest = { schemaVersion, name, version, distributions };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Writes the manifest of a release into its folder. */
export async function writeRelease(release: Release): Promise<void> {
  await writeWhole(join(release.directory, manifestFilename), formatManifest(release), 0o644);
}

/**
 * Reads the release in a folder: by its manifest, or, where none was written, by measuring the
 * distributions that lie there. Signatures that lie beside and are not in the manifest are taken in.
 *
 * @throws PipelineError with code `NOTHING_TO_RELEASE`, `RELEASE_MALFORMED`, `RELEASE_CHANGED` or
 * `BUILD_UNEXPECTED`.
 */
export async function readRelease(directory: string, options: StageOptions = {}): Promise<Release> {
  const folder = resolve(directory);
  const text = await readManifest(folder);
  if (text === undefined) return measureRelease(folder, options);
  const release: Release = { ...parseManifest(text), directory: folder };
  await assertNothingAdded(release);
  await assertUnchangedRelease(release, options);
  return { ...release, distributions: await withSignatures(release) };
}

/**
 * Reads the text of a manifest.
 *
 * @throws PipelineError with code `RELEASE_MALFORMED`.
 */
function parseManifest(text: string): Manifest {
  try {
    const document: unknown = JSON.parse(text);
    const { schemaVersion } = versioned.parse(document);
    if (schemaVersion !== 1) throw new Error(`schema version ${schemaVersion}, expected 1`);
    const parsed = manifest.parse(document);
    assertConsistent(parsed);
    return parsed;
  } catch (cause) {
    throw malformed(cause instanceof z.ZodError ? new Error(z.prettifyError(cause)) : cause);
  }
}

/** Every name must be a plain file name, and belong where it stands. */
function assertConsistent({ name, version, distributions }: Manifest): void {
  const names = new Set(distributions.map(({ filename }) => filename));
  if (names.size !== distributions.length) throw new Error('a file is listed twice');
  for (const { filename, kind, signatures } of distributions) {
    const parsed = parseDistributionFilename(filename);
    if (parsed.kind !== kind || parsed.name !== name || !isSameVersion(parsed.version, version)) {
      throw new Error(`\`${filename}\` is not a ${kind} of ${name} ${version}`);
    }
    for (const signature of signatures) {
      if (signature.filename === filename + signatureSuffixes[signature.kind]) continue;
      throw new Error(`\`${signature.filename}\` is not the ${signature.kind} of \`${filename}\``);
    }
  }
}

async function readManifest(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, manifestFilename), 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw malformed(cause);
  }
}

async function assertNothingAdded({ directory, distributions }: Release): Promise<void> {
  const listed = new Set(distributions.map(({ filename }) => join(directory, filename)));
  const added = (await findDistributions(directory)).filter((path) => !listed.has(path));
  if (added.length === 0) return;
  throw new PipelineError(`\`${added.join('`, `')}\` is not part of the release`, {
    code: 'RELEASE_CHANGED',
    hint: `Remove it, or delete \`${manifestFilename}\` to measure the whole folder again.`,
  });
}

async function withSignatures({
  directory,
  distributions,
}: Release): Promise<Release['distributions']> {
  return Promise.all(
    distributions.map(async (distribution) => ({
      ...distribution,
      signatures: await findSignatures(directory, distribution.filename),
    })),
  );
}

function malformed(cause: unknown): PipelineError {
  return new PipelineError(`\`${manifestFilename}\` is not a release manifest`, {
    code: 'RELEASE_MALFORMED',
    hint: 'Run the build stage again.',
    cause,
  });
}
