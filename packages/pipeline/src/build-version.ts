/**
 * The version that a build is told, where it would otherwise ask git.
 *
 * What git says depends on tags, on the depth of the clone and on every changed file; a release has
 * one version, and that is the one that was asked for.
 *
 * @module
 */

import { normalizeName } from '@wheelseal/distributions';
import type { ProjectMetadata } from '@wheelseal/pyproject';
import type { Environment } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { isSameVersion } from './release.ts';

/** What is known of a project's name and version; a value that only the backend knows is absent. */
export interface ExpectedProject {
  readonly name?: string;
  readonly version?: string;
}

/**
 * What the distributions of a project must be called, and which version they must have.
 *
 * @throws PipelineError with code `SETTING_INVALID` when another version was asked for than stands
 * in `pyproject.toml`.
 */
export function expectedProject(
  metadata: ProjectMetadata,
  wanted: string | undefined,
): ExpectedProject {
  const { name } = metadata;
  const version = expectedVersion(metadata, wanted);
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
}

function expectedVersion(
  { table, version, versionPlugin }: ProjectMetadata,
  wanted: string | undefined,
): string | undefined {
  // Poetry wants a version in any case; where a plugin knows better it means nothing.
  const isPlaceholder = table === 'tool.poetry' && versionPlugin !== undefined;
  const stated = isPlaceholder ? undefined : version;
  if (wanted === undefined || stated === undefined) return wanted ?? stated;
  if (isSameVersion(wanted, stated)) return stated;
  throw new PipelineError(
    `version \`${wanted}\` was asked for, but \`pyproject.toml\` has \`${stated}\``,
    { code: 'SETTING_INVALID', hint: 'Run the rewrite stage first, or ask for that version.' },
  );
}

/** Variables that tell a plugin the version. */
export function versionVariables(
  { versionPlugin = '' }: ProjectMetadata,
  { name, version }: ExpectedProject,
): Environment {
  const variables = told[versionPlugin];
  if (version === undefined || variables === undefined) return {};
  return Object.fromEntries(variables(name).map((variable) => [variable, version]));
}

/** By plugin; one that is not here cannot be told, and is checked like everything that is built. */
const told: Readonly<Record<string, (name: string | undefined) => readonly string[]>> = {
  'setuptools-scm': setuptoolsScm,
  'vcs-versioning': setuptoolsScm,
  'flit-scm': anySetuptoolsScm,
  'hatch-vcs': anySetuptoolsScm,
  'pdm-backend': () => ['PDM_BUILD_SCM_VERSION'],
  'poetry-dynamic-versioning': () => ['POETRY_DYNAMIC_VERSIONING_BYPASS'],
  'uv-dynamic-versioning': () => ['UV_DYNAMIC_VERSIONING_BYPASS'],
  pbr: () => ['PBR_VERSION'],
};

/** The plain variable would also be the version of everything that is built for the build. */
function setuptoolsScm(name: string | undefined): readonly string[] {
  if (name === undefined) return ['SETUPTOOLS_SCM_PRETEND_VERSION'];
  const suffix = normalizeName(name).replaceAll('-', '_').toUpperCase();
  return [`SETUPTOOLS_SCM_PRETEND_VERSION_FOR_${suffix}`];
}

/** These do not tell setuptools-scm which project they ask for. */
function anySetuptoolsScm(name: string | undefined): readonly string[] {
  return ['SETUPTOOLS_SCM_PRETEND_VERSION', ...setuptoolsScm(name)];
}
