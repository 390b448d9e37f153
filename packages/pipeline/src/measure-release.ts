/**
 * The way into a release for distributions that something else built.
 *
 * @module
 */

import { basename, dirname, resolve } from 'node:path';
import {
  type Distribution,
  findDistributions,
  inspectDistribution,
  measureDistribution,
} from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { readProjectMetadata } from '@wheelseal/pyproject';
import { type ExpectedProject, expectedProject } from './build-version.ts';
import { assertExpected } from './built-distributions.ts';
import { assertSound, type Inspected } from './distribution-findings.ts';
import { findSignatures } from './release-files.ts';
import { runStage, type StageEvent, type StageOptions } from './release-event.ts';
import { nothingToRelease, type Release, type ReleasedDistribution, releaseOf } from './release.ts';
import { readProjectFile } from './rewrite-project.ts';
import { sideBySide } from './side-by-side.ts';

/** A distribution as it was measured, with what lies beside it. */
type MeasuredDistribution = Distribution & Pick<ReleasedDistribution, 'signatures'>;

/** A distribution that was looked into while it was measured. */
export type InspectedDistribution = MeasuredDistribution & Inspected;

/** Options of {@link measureRelease}. */
export interface MeasureOptions extends StageOptions {
  /**
   * Folder with the `pyproject.toml` that the distributions must agree with; they are inspected
   * like those of a build then.
   */
  readonly project?: string;
  /** The version that was asked for. */
  readonly version?: string;
}

const width = 8;

/**
 * Makes a release of the wheels and the sdist that lie in a folder, with the signatures beside them.
 *
 * @throws PipelineError with code `NOTHING_TO_RELEASE`, `BUILD_UNEXPECTED` when they do not belong
 * together or to the project, or `DISTRIBUTION_UNSOUND`.
 */
export async function measureRelease(
  directory: string,
  options: MeasureOptions = {},
): Promise<Release> {
  return runStage('measure', options, async (report) => {
    const { project, version } = options;
    const folder = resolve(directory);
    const release =
      project === undefined
        ? await measureFolder(folder, options)
        : await inspectFolder(folder, await expectationOf(project, version), { options, report });
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
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Release> {
  const measured = await sideBySide(await list(directory), width, async (path) => ({
    ...(await measureDistribution(path, signal && { signal })),
    signatures: await signaturesOf(path),
  }));
  return releaseOf(directory, measured);
}

/** Inspects distributions, whether or not they make a release. */
export async function inspectAll(
  paths: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<readonly InspectedDistribution[]> {
  return sideBySide(paths, width, async (path) => {
    const { distribution, findings } = await inspectDistribution(path, signal && { signal });
    return { ...distribution, findings, signatures: await signaturesOf(path) };
  });
}

async function inspectFolder(
  directory: string,
  expected: ExpectedProject,
  {
    options,
    report,
  }: { readonly options: MeasureOptions; readonly report: (event: StageEvent) => void },
): Promise<Release> {
  const inspected = await inspectAll(await list(directory), options);
  const release = releaseOf(directory, inspected);
  assertExpected(release, expected);
  assertSound(inspected, report);
  return release;
}

async function signaturesOf(path: string): Promise<MeasuredDistribution['signatures']> {
  return findSignatures(dirname(path), basename(path));
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return await findDistributions(directory);
  } catch (error) {
    if (isCodedError(error) && error.code === 'FILE_UNREADABLE') throw nothingToRelease(directory);
    throw error;
  }
}
