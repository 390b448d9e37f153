/**
 * Where everything but the distributions goes: a generic package, as in GitLab's tutorial.
 *
 * @module
 */

import { parseVersion } from '@wheelseal/distributions';
import type { ContinuousIntegration } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { isSameVersion, type Release } from './release.ts';

/** The generic package that holds everything but the distributions. */
export interface Destination {
  readonly package: string;
  /** As it was asked for, such as `1.0.0-rc.1`; the tutorial's consumers look for that. */
  readonly version: string;
}

/**
 * The destination of a release.
 *
 * @throws PipelineError with code `SETTING_INVALID` when `PACKAGE_VERSION` is another version.
 */
export function destinationOf(
  { packageName, projectName, projectPath, packageVersion }: ContinuousIntegration,
  { name, version }: Pick<Release, 'name' | 'version'>,
): Destination {
  const project = projectName ?? projectPath?.replace(/^.*\//, '');
  const destination = { package: packageName ?? project ?? name };
  if (packageVersion === undefined) return { ...destination, version };
  if (isSame(packageVersion, version)) return { ...destination, version: packageVersion };
  throw new PipelineError(
    `\`PACKAGE_VERSION\` is \`${packageVersion}\`, but the release is ${name} ${version}`,
    {
      code: 'SETTING_INVALID',
      hint: 'Run the rewrite and build stages with the same `PACKAGE_VERSION`.',
    },
  );
}

function isSame(packageVersion: string, version: string): boolean {
  try {
    return isSameVersion(parseVersion(packageVersion).canonical, version);
  } catch {
    return false;
  }
}
