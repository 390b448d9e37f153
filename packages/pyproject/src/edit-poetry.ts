/**
 * The edits in the `[tool.poetry]` table.
 *
 * @module
 */

import { type Draft, setString } from './draft.ts';
import { findHomepageLabel } from './homepage-label.ts';
import type { PyprojectEdits } from './requested-edits.ts';
import { stringAt, tableAt } from './toml-value.ts';

const table = ['tool', 'poetry'];
const urls = [...table, 'urls'];

/** What Poetry's own order of keys has before the homepage. */
const beforeHomepage = ['name', 'version', 'description', 'license', 'authors', 'readme'];

/** Sets what is asked for; what is missing is inserted on demand only. */
export function editPoetry(
  start: Draft,
  { name, version, homepage }: PyprojectEdits,
  { insert }: { readonly insert: boolean },
): Draft {
  if (tableAt(start.document.value, table) === undefined) return start;
  const set = (draft: Draft, key: string, value: string, after: readonly string[]): Draft =>
    setString(draft, [...table, key], value, insert ? { key, after } : undefined);
  let draft = start;
  if (name !== undefined) draft = set(draft, 'name', name, []);
  if (version !== undefined) draft = set(draft, 'version', version, ['name']);
  if (homepage === undefined) return draft;
  const label = findHomepageLabel(draft.document, urls);
  if (label !== undefined) draft = setString(draft, [...urls, label], homepage);
  const isKey = stringAt(draft.document.value, [...table, 'homepage']) !== undefined;
  return isKey || label === undefined ? set(draft, 'homepage', homepage, beforeHomepage) : draft;
}
