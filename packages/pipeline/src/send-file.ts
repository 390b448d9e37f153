/**
 * One upload, and the truth about one that failed.
 *
 * An upload may fail because somebody else was faster, or because only the answer was lost. Then the
 * bytes that are there decide, not the answer.
 *
 * @module
 */

import { type CoreMetadata, parseDistributionFilename } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { Destination } from './destination.ts';
import {
  assertNoConflict,
  judgeStored,
  type PlannedFile,
  type PublishedFile,
} from './publish-plan.ts';
import type { StageEvent, StageOptions } from './release-event.ts';
import type { Release } from './release.ts';
import { type RegistryPorts, storedFiles } from './stored-files.ts';

/** A file that is ready to be sent. */
export interface Parcel {
  readonly file: PlannedFile;
  readonly path: string;
  /** Of a distribution. */
  readonly metadata?: CoreMetadata;
}

interface SendPorts extends RegistryPorts {
  readonly destination: Destination;
}

type Report = (event: StageEvent) => void;

const unsettled: ReadonlySet<string> = new Set([
  'REGISTRY_CONFLICT',
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_UNEXPECTED_RESPONSE',
]);

/**
 * Sends a file, or finds that it is there with the same bytes.
 *
 * @throws PipelineError with code `PUBLISH_CONFLICT` when it is there with other bytes.
 */
export async function sendOrFind(
  parcel: Parcel,
  release: Release,
  ports: SendPorts,
  options: StageOptions,
  report: Report,
): Promise<PublishedFile['outcome']> {
  options.signal?.throwIfAborted();
  try {
    await upload(parcel, release, ports, options, report);
    return 'uploaded';
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isCodedError(error) || !unsettled.has(error.code)) throw error;
    const found = await findStored(parcel.file, release, ports, options);
    if (found === undefined) throw error;
    return found;
  }
}

async function findStored(
  file: PlannedFile,
  release: Release,
  ports: SendPorts,
  options: StageOptions,
): Promise<PublishedFile['outcome'] | undefined> {
  const { destination } = ports;
  const { digestsOf } = storedFiles(release, destination, ports, options);
  // Who cannot be asked has not answered; what the upload said then stands.
  const digests = await digestsOf(file).catch(() => []);
  options.signal?.throwIfAborted();
  const judged = judgeStored(file, digests);
  assertNoConflict({ name: release.name, version: release.version, destination, files: [judged] });
  return judged.action === 'skip' ? 'already-present' : undefined;
}

async function upload(
  { file, path, metadata }: Parcel,
  { name, version }: Release,
  { registry, packages, destination }: SendPorts,
  { signal }: StageOptions,
  report: Report,
): Promise<void> {
  const { filename, size, sha256 } = file;
  const source = { path, size, sha256 };
  const options = {
    ...(signal && { signal }),
    onProgress: (bytes: number) => report({ type: 'upload-progress', file, bytes }),
  };
  if (metadata === undefined) {
    await packages.upload({ ...destination, filename }, source, options);
    return;
  }
  const { kind } = parseDistributionFilename(filename);
  await registry.upload({ ...source, filename, kind, name, version }, metadata, {
    ...options,
    onWarning: (message) => report({ type: 'warning', message }),
  });
}
