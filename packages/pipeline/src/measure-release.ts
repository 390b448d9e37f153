/**
 * The way into a release for distributions that something else built.
 *
 * @module
 */

import { basename, resolve } from 'node:path';
import {
  type Distribution,
  findDistributions,
  measureDistribution,
} from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { readProjectMetadata } from '@wheelseal/pyproject';
import { type ExpectedProject, expectedProject } from './build-version.ts';
import { assertExpected } from './built-distributions.ts';
import { findSignatures } from './release-files.ts';
import { runStage, type StageOptions } from './release-event.ts';
import { nothingToRelease, type Release, type ReleasedDistribution, releaseOf } from './release.ts';
import { readProjectFile } from './rewrite-project.ts';
import { sideBySide } from './side-by-side.ts';

/** A distribution as it was measured, with what lies beside it. */
export type MeasuredDistribution = Distribution & Pick<ReleasedDistribution, 'signatures'>;

/** Options of {@link measureRelease}. */
export interface MeasureOptions extends StageOptions {
  /** Folder with the `pyproject.toml` that the distributions must agree with. */
  readonly project?: string;
  /** The version that was asked for. */
  readonly version?: string;
}

const width = 8;

/**
 * Makes a release of the wheels and the sdist that lie in a folder, with the signatures beside them.
 *
 * @throws PipelineError with code `NOTHING_TO_RELEASE`, or `BUILD_UNEXPECTED` when they do not
 * belong together or to the project.
 */
export async function measureRelease(
  directory: string,
  options: MeasureOptions = {},
): Promise<Release> {
  return runStage('measure', options, async (report) => {
    const { project, version } = options;
    const expected = project === undefined ? undefined : await expectationOf(project, version);
    const release = await measureFolder(resolve(directory), options);
    if (expected !== undefined) {
      await assertExpected(release, expected, { report, signal: options.signal });
    }
    for (const distribution of release.distributions) {
      report({ type: 'distribution-measured', distribution });
    }
    return release;
  });
}

async function expectationOf(
  project: string,
  version: string | undefined,
): Promise<ExpectedProject> {
  const { text } = await readProjectFile(project);
  return expectedProject(readProjectMetadata(text), version);
}

/** Measures a folder without a word. */
export async function measureFolder(
  directory: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Release> {
  return releaseOf(directory, await measureAll(directory, options));
}

/** Measures what lies in a folder, whether or not it makes a release. */
export async function measureAll(
  directory: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly MeasuredDistribution[]> {
  const paths = await list(directory);
  return sideBySide(paths, width, async (path) => ({
    ...(await measureDistribution(path, signal && { signal })),
    signatures: await findSignatures(directory, basename(path)),
  }));
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await findDistributions(directory);
  } catch (error) {
    if (isCodedError(error) && error.code === 'FILE_UNREADABLE') throw nothingToRelease(directory);
    throw error;
  }
}
