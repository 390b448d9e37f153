/**
 * Whether the distributions in a folder are those of the project.
 *
 * @module
 */

import { basename } from 'node:path';
import {
  findDistributions,
  normalizeName,
  parseDistributionFilename,
  parseVersion,
} from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { ExpectedProject } from './build-version.ts';
import { PipelineError } from './errors.ts';
import { isSameVersion, type Release } from './release.ts';

/**
 * Throws unless the distributions of a release have the expected name and version in their file
 * names. An inspection compares these with what is inside.
 *
 * @throws PipelineError with code `BUILD_UNEXPECTED`.
 */
export function assertExpected(
  { name, version, distributions }: Release,
  expected: ExpectedProject,
): void {
  const complaint = complaintOf({ name, version }, expected);
  const [first] = distributions;
  if (complaint === undefined || first === undefined) return;
  throw unexpected(
    `\`${first.filename}\` is not what \`pyproject.toml\` says: ${complaint}`,
    'Require a build backend that reads `[project]`, such as `setuptools>=61`.',
  );
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
