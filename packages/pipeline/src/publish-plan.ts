/**
 * What there is to publish, what is there already, and what is in the way.
 *
 * A digest that the registry prints is what an uploader claimed. A file counts as present only when
 * its bytes were read back and are the same.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { Destination } from './destination.ts';
import { PipelineError } from './errors.ts';
import { formatManifest, manifestFilename } from './release-manifest.ts';
import type { Release } from './release.ts';
import { sideBySide } from './side-by-side.ts';

/** A file that belongs into a registry. */
export interface ReleaseFile {
  readonly registry: 'generic' | 'pypi';
  readonly content: 'signature' | 'distribution' | 'manifest';
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
}

/** A file with what has to be done about it. */
export interface PlannedFile extends ReleaseFile {
  readonly action: 'upload' | 'skip' | 'conflict';
  /** Digest of the other bytes that are there, in a conflict. */
  readonly stored?: string;
}

/** A file that is where it belongs. */
export interface PublishedFile extends ReleaseFile {
  readonly outcome: 'uploaded' | 'already-present';
}

/** Everything about a release that belongs into the registries, in the order of publishing. */
export interface PublishPlan {
  readonly name: string;
  readonly version: string;
  readonly destination: Destination;
  readonly files: readonly PlannedFile[];
}

/** Digests of what is stored under the name of a file; none when nothing is. */
export type StoredDigests = (file: ReleaseFile) => Promise<readonly string[]>;

const width = 4;

/** Lists the files of a release in the order of publishing: signatures, distributions, manifest. */
function filesOf(release: Release): readonly ReleaseFile[] {
  const manifest = formatManifest(release);
  const signatures = release.distributions.flatMap((distribution) => distribution.signatures);
  return [
    ...signatures.map(({ filename, size, sha256 }) => ({
      registry: 'generic' as const,
      content: 'signature' as const,
      filename,
      size,
      sha256,
    })),
    ...release.distributions.map(({ filename, size, sha256 }) => ({
      registry: 'pypi' as const,
      content: 'distribution' as const,
      filename,
      size,
      sha256,
    })),
    {
      registry: 'generic',
      content: 'manifest',
      filename: manifestFilename,
      size: Buffer.byteLength(manifest),
      sha256: sha256Of(manifest),
    },
  ];
}

/** Compares a release with the registries, byte for byte. Sends nothing. */
export async function planPublish(
  release: Release,
  destination: Destination,
  storedDigests: StoredDigests,
): Promise<PublishPlan> {
  const { name, version } = release;
  const files = await sideBySide(filesOf(release), width, async (file) =>
    judgeStored(file, await storedDigests(file)),
  );
  return { name, version, destination, files };
}

/** What has to be done about a file, given what is stored under its name. */
export function judgeStored(
  { registry, content, filename, size, sha256 }: ReleaseFile,
  digests: readonly string[],
): PlannedFile {
  const file: ReleaseFile = { registry, content, filename, size, sha256 };
  const stored = digests.find((digest) => digest !== sha256);
  if (stored !== undefined) return { ...file, action: 'conflict', stored };
  return { ...file, action: digests.length === 0 ? 'upload' : 'skip' };
}

/**
 * Throws if something else is in the way.
 *
 * @throws PipelineError with code `PUBLISH_CONFLICT`, which carries the plan.
 */
export function assertNoConflict(plan: PublishPlan): void {
  const conflicts = plan.files.filter(({ action }) => action === 'conflict');
  if (conflicts.length === 0) return;
  const list = conflicts.map(({ filename, stored }) => `\`${filename}\` (sha256 \`${stored}\`)`);
  throw new PipelineError(
    `${plan.name} ${plan.version} is published already with other bytes: ${list.join(', ')}`,
    {
      code: 'PUBLISH_CONFLICT',
      hint: 'Publish under a new version, or publish the very files that were published first.',
      plan,
    },
  );
}

/** Digest of a text or of bytes, in lower-case hex. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
