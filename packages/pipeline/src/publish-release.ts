/**
 * The publish stage: two registries, and nothing visible that has no signature.
 *
 * Signatures go first, then distributions, the manifest last. A run that was cut off anywhere is
 * finished by the next one: what is there with the same bytes is left alone, and nothing is ever
 * overwritten.
 *
 * @module
 */

import { join } from 'node:path';
import { readCoreMetadata } from '@wheelseal/distributions';
import { inPrivateFolder } from './private-folder.ts';
import type { Destination } from './destination.ts';
import {
  assertNoConflict,
  type PlannedFile,
  planPublish,
  type PublishedFile,
  type PublishPlan,
} from './publish-plan.ts';
import { runStage, type StageEvent, type StageOptions } from './release-event.ts';
import { formatManifest, manifestFilename } from './release-manifest.ts';
import type { Release } from './release.ts';
import { type Parcel, sendOrFind } from './send-file.ts';
import { sideBySide } from './side-by-side.ts';
import { type RegistryPorts, storedFiles } from './stored-files.ts';
import { assertVerified } from './verdict.ts';
import { judgeRelease, type VerificationPorts } from './verify-release.ts';
import { writeWhole } from './write-file.ts';

/** What the publish stage needs of the outside world. */
export interface PublishPorts extends RegistryPorts, VerificationPorts {
  readonly destination: Destination;
}

/** Options of {@link publishRelease}. */
export interface PublishOptions extends StageOptions {
  /** Sends nothing, and tells what would be sent. */
  readonly dryRun?: boolean;
}

/** What the publish stage did, or would do. */
export interface PublishedRelease {
  readonly plan: PublishPlan;
  /** Every file that is where it belongs now; empty in a dry run. */
  readonly files: readonly PublishedFile[];
}

type Report = (event: StageEvent) => void;

const width = 4;

/**
 * Publishes a release after verifying it once more.
 *
 * @throws PipelineError with code `SIGNATURE_MISSING` or `VERIFICATION_FAILED` when a distribution is
 * not the signed one, and `PUBLISH_CONFLICT` when other bytes are there: in each case nothing was
 * sent.
 */
export async function publishRelease(
  release: Release,
  ports: PublishPorts,
  options: PublishOptions = {},
): Promise<PublishedRelease> {
  return runStage('publish', options, async (report) => {
    assertVerified(await judgeRelease(release, ports, options));
    const plan = await planFiles(release, ports, options, report);
    if (options.dryRun === true) return { plan, files: [] };
    const files = await inPrivateFolder(release.directory, async (folder) => {
      const parcels = await pack(plan, release, folder, options);
      return sendAll(parcels, release, ports, options, report);
    });
    return { plan, files };
  });
}

async function planFiles(
  release: Release,
  ports: PublishPorts,
  options: StageOptions,
  report: Report,
): Promise<PublishPlan> {
  const stored = storedFiles(release, ports.destination, ports, options);
  const plan = await planPublish(release, ports.destination, stored.digestsOf);
  report({ type: 'publish-planned', plan });
  for (const filename of await stored.strangers()) {
    report({
      type: 'warning',
      message: `\`${filename}\` of this version is published and not part of this release`,
      hint: 'Find out who published it: consumers see it as a file of this version.',
    });
  }
  assertNoConflict(plan);
  return plan;
}

/** Gets everything ready before the first byte is sent, so that a malformed file stops all of them. */
async function pack(
  plan: PublishPlan,
  release: Release,
  folder: string,
  { signal }: StageOptions,
): Promise<readonly Parcel[]> {
  const manifest = join(folder, manifestFilename);
  await writeWhole(manifest, formatManifest(release), 0o644);
  return sideBySide(plan.files, width, async (file): Promise<Parcel> => {
    if (file.content === 'manifest') return { file, path: manifest };
    const path = join(release.directory, file.filename);
    if (file.content === 'signature') return { file, path };
    return { file, path, metadata: await readCoreMetadata(path, signal && { signal }) };
  });
}

async function sendAll(
  parcels: readonly Parcel[],
  release: Release,
  ports: PublishPorts,
  options: StageOptions,
  report: Report,
): Promise<readonly PublishedFile[]> {
  const send = async (parcel: Parcel): Promise<PublishedFile> => {
    const { action, ...file } = parcel.file;
    const isThere = action === 'skip';
    if (!isThere) report({ type: 'upload-started', file: parcel.file });
    const outcome = isThere
      ? 'already-present'
      : await sendOrFind(parcel, release, ports, options, report);
    const published: PublishedFile = { ...file, outcome };
    report({ type: 'upload-finished', file: published });
    return published;
  };
  const of = (content: PlannedFile['content']): readonly Parcel[] =>
    parcels.filter(({ file }) => file.content === content);
  // Files of one generic package go one after another: side by side, GitLab may answer 500.
  return [
    ...(await sideBySide(of('signature'), 1, send)),
    ...(await sideBySide(of('distribution'), width, send)),
    ...(await sideBySide(of('manifest'), 1, send)),
  ];
}
