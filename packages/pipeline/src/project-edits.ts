/**
 * What a release changes in `pyproject.toml`, as the CI says it.
 *
 * @module
 */

import { normalizeName } from '@wheelseal/distributions';
import type { PyprojectEdits } from '@wheelseal/pyproject';
import type { ContinuousIntegration } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';

/**
 * The edits of a release: name, version and homepage of the GitLab project.
 *
 * The version is `PACKAGE_VERSION`, otherwise the tag without the `v` that many write before it.
 *
 * @throws PipelineError with code `SETTING_INVALID` when no Python name can be made of the
 * project's.
 */
export function projectEdits({
  projectName,
  projectUrl,
  packageVersion,
  commitTag,
}: ContinuousIntegration): PyprojectEdits {
  const version = packageVersion ?? commitTag?.replace(/^v(?=\d)/i, '');
  return {
    ...(projectName !== undefined && { name: pythonName(projectName) }),
    ...(version !== undefined && { version }),
    ...(projectUrl !== undefined && { homepage: projectUrl }),
  };
}

/**
 * GitLab lets a project's name begin or end with an underscore or a dot, Python does not. Other
 * characters are not guessed at: two projects must not become one name.
 */
function pythonName(projectName: string): string {
  const trimmed = projectName.replace(/^[-_.\s]+|[-_.\s]+$/g, '').replace(/\s+/g, '-');
  try {
    return normalizeName(trimmed);
  } catch (cause) {
    throw new PipelineError(`no Python name can be made of the project's name \`${projectName}\``, {
      code: 'SETTING_INVALID',
      hint: 'Give a name of ASCII letters, digits, dashes, underscores and dots.',
      cause,
    });
  }
}
