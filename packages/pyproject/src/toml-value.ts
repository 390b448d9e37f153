/**
 * Reads values out of a parsed document.
 *
 * @module
 */

import type { TomlTable } from 'smol-toml';
import { PyprojectError } from './errors.ts';

/** Whether a value is a table, and not an array or a date. */
export function isTable(value: unknown): value is TomlTable {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** The table at a path, if there is one; something else on the way is refused. */
export function tableAt(root: TomlTable, path: readonly string[]): TomlTable | undefined {
  let table = root;
  for (const [index, key] of path.entries()) {
    const value = Object.hasOwn(table, key) ? table[key] : undefined;
    if (value === undefined) return undefined;
    if (!isTable(value)) throw wrongType(path.slice(0, index + 1), 'a table');
    table = value;
  }
  return table;
}

/** The string at a path, if there is a value; one of another type is refused. */
export function stringAt(root: TomlTable, path: readonly string[]): string | undefined {
  const value = valueAt(root, path);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(path, 'a string');
}

/** The strings of the array at a path; none if there is no value, and everything else is refused. */
export function stringsAt(root: TomlTable, path: readonly string[]): readonly string[] {
  const value = valueAt(root, path) ?? [];
  if (Array.isArray(value)) {
    const strings = value.filter((item) => typeof item === 'string');
    if (strings.length === value.length) return strings;
  }
  throw wrongType(path, 'an array of strings');
}

/** The value at a path, if there is one. */
function valueAt(root: TomlTable, path: readonly string[]): unknown {
  const table = tableAt(root, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  return table && Object.hasOwn(table, key) ? table[key] : undefined;
}

function wrongType(path: readonly string[], expected: string): PyprojectError {
  return new PyprojectError(`\`${path.join('.')}\` is not ${expected}`, {
    code: 'VALUE_NOT_STRING',
    hint: `Make \`${path.join('.')}\` ${expected}.`,
  });
}
