/**
 * Whether the distributions in a folder are those of the project.
 *
 * @module
 */

import { basename, join } from 'node:path';
import {
  findDistributions,
  normalizeName,
  parseDistributionFilename,
  parseVersion,
} from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { ExpectedProject } from './build-version.ts';
import { PipelineError } from './errors.ts';
import type { StageEvent } from './release-event.ts';
import { isSameVersion, type Release } from './release.ts';
import { assertSound } from './soundness.ts';

/** How the check of distributions is watched and ended. */
export interface CheckOptions {
  readonly report: (event: StageEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Throws unless every distribution of a release has the expected name and version, in its file name
 * and inside, and is sound.
 *
 * @throws PipelineError with code `BUILD_UNEXPECTED` or `DISTRIBUTION_UNSOUND`.
 */
export async function assertExpected(
  { directory, name, version, distributions }: Release,
  expected: ExpectedProject,
  { report, signal }: CheckOptions,
): Promise<void> {
  const complaint = complaintOf({ name, version }, expected);
  const [first] = distributions;
  if (complaint !== undefined && first !== undefined) {
    throw unexpected(
      `\`${first.filename}\` is not what \`pyproject.toml\` says: ${complaint}`,
      'Require a build backend that reads `[project]`, such as `setuptools>=61`.',
    );
  }
  const files = distributions.map(({ filename, sha256 }) => ({
    path: join(directory, filename),
    sha256,
  }));
  await assertSound(files, report, signal);
}

/**
 * Throws if distributions of another project or version lie in a folder, which would be shipped.
 *
 * @throws PipelineError with code `BUILD_UNEXPECTED`.
 */
export async function assertNoLeftovers(
  directory: string,
  expected: ExpectedProject,
): Promise<void> {
  const paths = await findDistributions(directory).catch((error: unknown) => {
    if (isCodedError(error) && error.code === 'FILE_UNREADABLE') return [];
    throw error;
  });
  for (const path of paths) {
    const filename = basename(path);
    const complaint = complaintOf(parseDistributionFilename(filename), expected);
    if (complaint === undefined) continue;
    throw unexpected(
      `\`${filename}\` is left over from another build: ${complaint}`,
      `Remove it from \`${directory}\`, or build into an empty folder.`,
    );
  }
}

function complaintOf(
  found: { readonly name: string; readonly version: string },
  { name, version }: ExpectedProject,
): string | undefined {
  if (name !== undefined && normalizeName(found.name) !== normalizeName(name)) {
    return `name \`${found.name}\`, expected \`${normalizeName(name)}\``;
  }
  if (version !== undefined && !isSameVersion(found.version, version)) {
    return `version \`${found.version}\`, expected \`${parseVersion(version).canonical}\``;
  }
  return undefined;
}

function unexpected(message: string, hint: string): PipelineError {
  return new PipelineError(message, { code: 'BUILD_UNEXPECTED', hint });
}
