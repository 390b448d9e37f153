/**
 * Any other single string of a document, by its path.
 *
 * @module
 */

import { type Draft, replaceText, setString } from './draft.ts';
import { PyprojectError } from './errors.ts';
import { insertValue } from './insert-value.ts';
import type { PathValue } from './requested-values.ts';
import { stringAt } from './toml-value.ts';
import { writeKey } from './toml-key.ts';

/** Sets each value where it stands, or inserts it. */
export function editValues(start: Draft, values: readonly PathValue[]): Draft {
  return values.reduce(editValue, start);
}

function editValue(draft: Draft, { path, value }: PathValue): Draft {
  const { document } = draft;
  if (stringAt(document.value, path) !== undefined) return setString(draft, path, value);
  if (path.length > 1) {
    return replaceText(draft, insertValue(document, path, value), { path, value, after: value });
  }
  throw new PyprojectError(`there is no \`${writeKey(path)}\` outside of all tables`, {
    code: 'KEY_MISSING',
    hint: 'Name a key within a table, such as `tool.name.key`.',
  });
}
