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
  readCoreMetadata,
} from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { PipelineError } from './errors.ts';
import { isSameVersion, type Release } from './release.ts';

/** What is known of a project's name and version; a value that only the backend knows is absent. */
export interface ExpectedProject {
  readonly name?: string;
  readonly version?: string;
}

/**
 * Throws unless a build left a wheel and an sdist with the expected name and version, in their file
 * names and inside.
 *
 * @throws PipelineError with code `BUILD_UNEXPECTED`.
 * @throws DistributionError when the inside is malformed or contradicts the file name.
 */
export async function assertBuilt(release: Release, expected: ExpectedProject): Promise<void> {
  for (const kind of ['wheel', 'sdist'] as const) {
    if (release.distributions.some((distribution) => distribution.kind === kind)) continue;
    throw unexpected(`the build made no ${kind}`, 'Look at what the build backend says.');
  }
  for (const { filename } of release.distributions) {
    const complaint = complaintOf(release, expected);
    if (complaint !== undefined) {
      throw unexpected(
        `\`${filename}\` is not what \`pyproject.toml\` says: ${complaint}`,
        'Require a build backend that reads `[project]`, such as `setuptools>=61`.',
      );
    }
    await readCoreMetadata(join(release.directory, filename));
  }
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
