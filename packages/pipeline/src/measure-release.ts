/**
 * The way into a release for distributions that something else built.
 *
 * @module
 */

import { basename, resolve } from 'node:path';
import { findDistributions, measureDistribution } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { findSignatures } from './release-files.ts';
import { runStage, type StageOptions } from './release-event.ts';
import { nothingToRelease, type Release, releaseOf } from './release.ts';
import { sideBySide } from './side-by-side.ts';

const width = 8;

/**
 * Makes a release of the wheels and the sdist that lie in a folder, with the signatures beside them.
 *
 * @throws PipelineError with code `NOTHING_TO_RELEASE`, or `BUILD_UNEXPECTED` when they do not
 * belong together.
 */
export async function measureRelease(
  directory: string,
  options: StageOptions = {},
): Promise<Release> {
  return runStage('measure', options, async (report) => {
    const release = await measureFolder(resolve(directory), options);
    for (const distribution of release.distributions) {
      report({ type: 'distribution-measured', distribution });
    }
    return release;
  });
}

/** Measures a folder without a word. */
export async function measureFolder(
  directory: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Release> {
  const paths = await list(directory);
  const distributions = await sideBySide(paths, width, async (path) => ({
    ...(await measureDistribution(path, signal && { signal })),
    signatures: await findSignatures(directory, basename(path)),
  }));
  return releaseOf(directory, distributions);
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await findDistributions(directory);
  } catch (error) {
    if (isCodedError(error) && error.code === 'FILE_UNREADABLE') throw nothingToRelease(directory);
    throw error;
  }
}
