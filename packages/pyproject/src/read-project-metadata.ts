/**
 * What a `pyproject.toml` says about its project and how it is built.
 *
 * @module
 */

import type { TomlTable } from 'smol-toml';
import { warningsFor } from './file-warnings.ts';
import { findProjectTable } from './find-project-table.ts';
import type { ProjectTable } from './project-table.ts';
import { parseDocument, splitMark } from './toml-document.ts';
import { isTable, stringAt, stringsAt, tableAt } from './toml-value.ts';
import { findVersionPlugin } from './version-plugin.ts';

/** The metadata of a project, spelled as it stands in the file. */
export interface ProjectMetadata {
  /** The table it was read from. */
  readonly table: ProjectTable;
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  /** The fields the build backend fills in. */
  readonly dynamic: readonly string[];
  readonly requiresPython?: string;
  /** By their labels, as these are spelled. */
  readonly urls: Readonly<Record<string, string>>;
  /** Such as `Ada Lovelace <ada@example.org>`. */
  readonly authors: readonly string[];
  readonly buildBackend?: string;
  readonly buildRequires: readonly string[];
  /** The build requirement that knows the version from git, such as `setuptools-scm`. */
  readonly versionPlugin?: string;
  /** What a build would stumble over, each one clause. */
  readonly warnings: readonly string[];
}

/**
 * Reads the text of a `pyproject.toml`.
 *
 * @throws PyprojectError with code `TOML_INVALID`, `PROJECT_TABLE_MISSING` or `VALUE_NOT_STRING`.
 */
export function readProjectMetadata(text: string): ProjectMetadata {
  const document = parseDocument(splitMark(text).content);
  const { value } = document;
  const table = findProjectTable(document);
  const path = table.split('.');
  const name = stringAt(value, [...path, 'name']);
  const version = stringAt(value, [...path, 'version']);
  const description = stringAt(value, [...path, 'description']);
  const requiresPython = stringAt(value, [...path, 'requires-python']);
  const buildBackend = stringAt(value, ['build-system', 'build-backend']);
  const versionPlugin = findVersionPlugin(value);
  const dynamic = table === 'project' ? stringsAt(value, ['project', 'dynamic']) : [];
  return {
    table,
    ...(name !== undefined && { name }),
    ...(version !== undefined && { version }),
    ...(description !== undefined && { description }),
    dynamic,
    ...(requiresPython !== undefined && { requiresPython }),
    urls: readUrls(value, table),
    authors: readAuthors(tableAt(value, path)?.['authors']),
    ...(buildBackend !== undefined && { buildBackend }),
    buildRequires: stringsAt(value, ['build-system', 'requires']),
    ...(versionPlugin !== undefined && { versionPlugin }),
    warnings: warningsFor(document),
  };
}

function readUrls(value: TomlTable, table: ProjectTable): Readonly<Record<string, string>> {
  const path = [...table.split('.'), 'urls'];
  const labels = Object.keys(tableAt(value, path) ?? {});
  const urls = labels.map((label) => [label, stringAt(value, [...path, label]) ?? ''] as const);
  const own = (table === 'project' ? [] : ['homepage', 'repository', 'documentation']).flatMap(
    (label) => {
      const url = stringAt(value, [...table.split('.'), label]);
      return url === undefined ? [] : [[label, url] as const];
    },
  );
  return Object.fromEntries([...own, ...urls]);
}

function readAuthors(authors: unknown): readonly string[] {
  if (!Array.isArray(authors)) return [];
  return authors.flatMap((author: unknown) => {
    if (typeof author === 'string') return [author];
    if (!isTable(author)) return [];
    const name = stringAt(author, ['name']);
    const email = stringAt(author, ['email']);
    if (email === undefined) return name === undefined ? [] : [name];
    return [name === undefined ? email : `${name} <${email}>`];
  });
}
