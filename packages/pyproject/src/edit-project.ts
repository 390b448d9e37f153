/**
 * The edits in the `[project]` table.
 *
 * @module
 */

import type { TomlTable } from 'smol-toml';
import { type Draft, removeStrings, setString } from './draft.ts';
import { PyprojectError } from './errors.ts';
import { findHomepageLabel, newHomepageLabel } from './homepage-label.ts';
import type { PyprojectEdits } from './requested-edits.ts';
import type { TomlDocument } from './toml-document.ts';
import { stringAt, stringsAt } from './toml-value.ts';
import { findVersionPlugin } from './version-plugin.ts';
import { versionSources } from './version-source.ts';

/** Sets what is asked for, inserts what is missing, and makes static what was dynamic. */
export function editProject(start: Draft, edits: PyprojectEdits): Draft {
  const { name, version, homepage } = edits;
  assertComplete(start.document, edits);
  let draft = start;
  if (name !== undefined) {
    draft = setString(draft, ['project', 'name'], name, { key: 'name', after: [] });
  }
  // A field may not be static and dynamic at once.
  draft = removeStrings(draft, ['project', 'dynamic'], fieldsOf(edits));
  if (version !== undefined) {
    draft = setString(draft, ['project', 'version'], version, { key: 'version', after: ['name'] });
  }
  return homepage === undefined ? draft : setHomepage(draft, homepage);
}

/** Throws when one of the edited fields is the build backend's to fill in. */
export function assertNotDynamic({ value }: TomlDocument, edits: PyprojectEdits): void {
  const [field] = dynamicFields(value, edits);
  if (field === undefined) return;
  throw new PyprojectError(`\`project.${field}\` is dynamic: the build backend fills it in`, {
    code: 'FIELD_DYNAMIC',
    hint: `Give the backend its ${field}, or allow that \`${field}\` becomes static.`,
  });
}

/** Says which of the edited fields were the build backend's to fill in, and what follows from that. */
export function noLongerDynamic(document: TomlDocument, edits: PyprojectEdits): readonly string[] {
  const fields = dynamicFields(document.value, edits);
  const plugin = fields.includes('version') ? findVersionPlugin(document.value) : undefined;
  const unwritten =
    plugin === undefined
      ? []
      : [`\`${plugin}\` may not write its version file for a version that is static`];
  return [...fields.map((field) => staticNow(document, field)), ...unwritten];
}

function staticNow(document: TomlDocument, field: string): string {
  const sources = field === 'version' ? versionSources(document) : [];
  const source =
    sources.length === 0
      ? 'where the build backend took it from'
      : sources.map((name) => `\`${name}\``).join(' and ');
  return `\`project.${field}\` was dynamic and is static now; ${source} is no longer asked`;
}

function dynamicFields(value: TomlTable, edits: PyprojectEdits): readonly string[] {
  const fields = fieldsOf(edits);
  return stringsAt(value, ['project', 'dynamic']).filter((field) => fields.includes(field));
}

function assertComplete({ value }: TomlDocument, { name, version }: PyprojectEdits): void {
  if (name === undefined && stringAt(value, ['project', 'name']) === undefined) {
    throw missing('name');
  }
  const dynamic = stringsAt(value, ['project', 'dynamic']);
  if (version !== undefined || dynamic.includes('version')) return;
  if (stringAt(value, ['project', 'version']) === undefined) throw missing('version');
}

function missing(key: string): PyprojectError {
  return new PyprojectError(`\`project.${key}\` is missing and was not given`, {
    code: 'KEY_MISSING',
    hint: `Give a ${key}; no build backend accepts \`[project]\` without one.`,
  });
}

function setHomepage(draft: Draft, homepage: string): Draft {
  const table = ['project', 'urls'];
  const existing = findHomepageLabel(draft.document, table);
  if (existing !== undefined) return setString(draft, [...table, existing], homepage);
  const { label, written } = newHomepageLabel(draft.document, table);
  return setString(draft, [...table, label], homepage, { key: written, after: [] });
}

function fieldsOf({ name, version, homepage }: PyprojectEdits): readonly string[] {
  return [
    ...(name === undefined ? [] : ['name']),
    ...(version === undefined ? [] : ['version']),
    ...(homepage === undefined ? [] : ['urls']),
  ];
}
