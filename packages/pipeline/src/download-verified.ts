/**
 * The consumer's side: `name==version` comes back only if it verifies.
 *
 * Everything that the registry says is data: file names, digests, links. A distribution gets its
 * name in the folder after every distribution of the version was verified, and nothing of it is
 * ever run.
 *
 * @module
 */

import { resolve } from 'node:path';
import { normalizeName, parseVersion } from '@wheelseal/distributions';
import { PipelineError } from './errors.ts';
import { placeAll, type PlacedFile } from './place-files.ts';
import { inPrivateFolder } from './private-folder.ts';
import { receiveDistribution } from './receive-distribution.ts';
import { runStage, type StageOptions } from './release-event.ts';
import { selectFiles, type Selection } from './select-files.ts';
import { sideBySide } from './side-by-side.ts';
import type { RegistryPorts } from './stored-files.ts';
import {
  assertVerified,
  type ReleaseVerdict,
  releaseVerdict,
  type VerifiedDistribution,
} from './verdict.ts';
import { type VerificationPorts, warnOfTrust } from './verify-release.ts';

/** Which release is wanted, and where its signatures are. */
export interface DownloadRequest {
  readonly name: string;
  readonly version: string;
  /** The generic package of the signatures. */
  readonly package: string;
  /** Version of the generic package, in the spelling in which it was published. */
  readonly packageVersion: string;
}

/** What the download stage needs of the outside world. */
export interface DownloadPorts extends RegistryPorts, VerificationPorts {}

/** Options of {@link downloadVerified}. */
export interface DownloadOptions extends StageOptions {
  /** Folder for the distributions; made if it is not there. */
  readonly directory: string;
  /** Also leaves the `.sigstore.json` beside each distribution that has one. */
  readonly bundles?: boolean;
}

/** A verified distribution in its place. */
export type DownloadedDistribution = VerifiedDistribution & PlacedFile;

/** A release that came back. */
export interface DownloadedRelease {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  readonly distributions: readonly DownloadedDistribution[];
}

const width = 4;

/**
 * Downloads all distributions of one version and verifies them. Nothing appears in the folder unless
 * every one of them was signed by the expected signer.
 *
 * @throws PipelineError with code `VERSION_NOT_FOUND`, `SIGNATURE_MISSING`, `VERIFICATION_FAILED` or
 * `FILE_EXISTS`.
 */
export async function downloadVerified(
  request: DownloadRequest,
  ports: DownloadPorts,
  options: DownloadOptions,
): Promise<DownloadedRelease> {
  return runStage('download', options, async (report) => {
    const name = normalizeName(request.name);
    const version = parseVersion(request.version).canonical;
    const directory = resolve(options.directory);
    warnOfTrust(ports, report);
    const { wanted, refused, ignored } = await find(name, version, ports, options);
    for (const message of ignored) report({ type: 'warning', message });
    for (const verdict of refused) report({ type: 'distribution-judged', verdict });
    return inPrivateFolder(directory, async (folder) => {
      const received = await sideBySide(wanted, width, async (file) => {
        const one = await receiveDistribution(file, request, folder, ports, options, report);
        report({ type: 'distribution-judged', verdict: one.verdict });
        return one;
      });
      const verdicts = received.map(({ verdict }) => verdict);
      const whole = releaseVerdict({ name, version }, [...verdicts, ...refused]);
      assertVerified(whole);
      options.signal?.throwIfAborted();
      const places = await placeAll(
        received.flatMap(({ arrivals }) => arrivals),
        directory,
      );
      return { name, version, directory, distributions: placed(whole, places) };
    });
  });
}

async function find(
  name: string,
  version: string,
  { registry }: DownloadPorts,
  { signal }: StageOptions,
): Promise<Selection> {
  const files = await registry.listFiles(name, signal && { signal });
  const selection = selectFiles(files, name, version);
  if (selection.wanted.length > 0 || selection.refused.length > 0) return selection;
  const versions = selection.versions.map((other) => `\`${other}\``).join(', ');
  throw new PipelineError(
    `the registry has no distribution of ${name} ${version}, but of ${versions || 'no version'}`,
    { code: 'VERSION_NOT_FOUND', hint: 'Ask for a version that was published.' },
  );
}

function placed(
  { distributions }: ReleaseVerdict,
  places: ReadonlyMap<string, PlacedFile>,
): readonly DownloadedDistribution[] {
  return distributions.flatMap((verdict) => {
    const place = places.get(verdict.filename);
    return verdict.status === 'verified' && place !== undefined ? [{ ...verdict, ...place }] : [];
  });
}
