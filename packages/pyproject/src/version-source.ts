/**
 * Where build backends and their plugins are told to take a version from.
 *
 * @module
 */

import { isBelow, type TomlDocument } from './toml-document.ts';

const sources: readonly string[] = [
  'tool.hatch.version',
  'tool.pdm.version',
  'tool.poetry-dynamic-versioning',
  'tool.scikit-build.metadata.version',
  'tool.setuptools.dynamic.version',
  'tool.setuptools_scm',
  'tool.uv-dynamic-versioning',
  'tool.versioneer',
  'tool.versioningit',
];

/** Finds the settings of a document that say where a version comes from. */
export function versionSources({ entries, tables }: TomlDocument): readonly string[] {
  return sources.filter((source) => {
    const path = source.split('.');
    return (
      entries.some((entry) => isBelow(entry.path, path)) ||
      tables.some(({ resolvedKey }) => isBelow(resolvedKey, path))
    );
  });
}
