/**
 * The other values a caller asks for, checked before a document is looked at.
 *
 * @module
 */

import { PyprojectError } from './errors.ts';
import { isHomepageLabel } from './homepage-label.ts';
import { readKey, writeKey } from './toml-key.ts';

/** A string and the keys that lead to it. */
export interface PathValue {
  readonly path: readonly string[];
  readonly value: string;
}

/** Returns the values by their keys; each place may be named once, and none that has an edit of its own. */
export function checkValues(
  values: readonly { readonly path: string | readonly string[]; readonly value: string }[],
): readonly PathValue[] {
  const checked = values.map(({ path, value }) => ({ path: keysOf(path), value }));
  const seen = new Set<string>();
  for (const { path, value } of checked) {
    const key = writeKey(path);
    const own = ownEdit(path);
    if (own !== undefined) throw invalid(`\`${key}\` is not set by its path`, `Give it as ${own}.`);
    if (seen.has(key)) throw invalid(`\`${key}\` is set twice`, 'Give each path once.');
    seen.add(key);
    if (!value.isWellFormed()) {
      throw invalid(
        `the value of \`${key}\` is not Unicode text`,
        'Give text without half a pair.',
      );
    }
  }
  return checked;
}

function keysOf(path: string | readonly string[]): readonly string[] {
  const keys = typeof path === 'string' ? readKey(path) : path;
  if (keys !== undefined && keys.length > 0 && keys.every((key) => key.isWellFormed())) return keys;
  const shown = typeof path === 'string' ? path.replaceAll(/[\p{Cc}`]/gu, '\uFFFD') : '';
  throw invalid(
    `\`${shown}\` is not a path of keys`,
    'Write it as TOML writes a dotted key, such as `tool.commitizen.version`.',
  );
}

/** The edit that takes care of a place, with the checks and the duplicates that belong to it. */
function ownEdit(path: readonly string[]): string | undefined {
  const isProject = path[0] === 'project';
  const isPoetry = path[0] === 'tool' && path[1] === 'poetry';
  if (!isProject && !isPoetry) return undefined;
  const [key, label, ...deeper] = path.slice(isProject ? 1 : 2);
  if (label === undefined) {
    if (key === 'name' || key === 'version') return `the ${key}`;
    return isPoetry && key === 'homepage' ? 'the homepage' : undefined;
  }
  const isHomepage = key === 'urls' && deeper.length === 0 && isHomepageLabel(label);
  return isHomepage ? 'the homepage' : undefined;
}

function invalid(message: string, hint: string): PyprojectError {
  return new PyprojectError(message, { code: 'VALUE_INVALID', hint });
}
