/**
 * What takes a project's version from version control while it is built.
 *
 * @module
 */

import { normalizeName } from '@wheelseal/distributions';
import type { TomlTable } from 'smol-toml';
import { stringAt, stringsAt } from './toml-value.ts';

/** By their normalised names; the first that a project requires is the one it asks. */
const plugins: readonly string[] = [
  'hatch-vcs',
  'flit-scm',
  'setuptools-scm',
  'vcs-versioning',
  'poetry-dynamic-versioning',
  'uv-dynamic-versioning',
  'setuptools-git-versioning',
  'versioningit',
  'versioneer',
  'pbr',
];

/** Finds the plugin among the build requirements; `pdm-backend` brings its own. */
export function findVersionPlugin(value: TomlTable): string | undefined {
  const required = new Set(stringsAt(value, ['build-system', 'requires']).map(nameOf));
  const plugin = plugins.find((name) => required.has(name));
  if (plugin !== undefined) return plugin;
  if (!required.has('pdm-backend')) return undefined;
  return sourceOf(value) === 'scm' ? 'pdm-backend' : undefined;
}

function nameOf(requirement: string): string {
  const [name] = /^\s*[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/.exec(requirement) ?? [];
  return name === undefined ? '' : normalizeName(name.trim());
}

/** A setting of a tool is the tool's to judge: what is no string is none here. */
function sourceOf(value: TomlTable): string | undefined {
  try {
    return stringAt(value, ['tool', 'pdm', 'version', 'source']);
  } catch {
    return undefined;
  }
}
