/**
 * Puts a value at any path into a document, together with the tables that are missing.
 *
 * @module
 */

import { insertKey } from './insert-key.ts';
import { insertTableAbove, insertTableAtEnd, insertTableBelow } from './insert-table.ts';
import { findHeader, findHome } from './table-home.ts';
import { isBelow, type TomlDocument } from './toml-document.ts';
import { writeKey } from './toml-key.ts';

/** Inserts a string behind the other keys of its table and returns the new text. */
export function insertValue(
  document: TomlDocument,
  path: readonly string[],
  value: string,
): string {
  const { text, tables } = document;
  const table = path.slice(0, -1);
  const key = writeKey(path.slice(-1));
  if (findHome(document, table)) {
    return insertKey(document, { table, key, value, after: membersOf(document, table) });
  }
  const child = tables.find(({ resolvedKey }) => isBelow(resolvedKey, table));
  if (child) return insertTableAbove(text, child, { table, key, value });
  const ancestor = nearestAncestor(document, table);
  const header = ancestor && findHeader(document, ancestor);
  if (header) return insertTableBelow(text, header, { table, key, value });
  if (ancestor === undefined) return insertTableAtEnd(document, { table, key, value });
  // Written between braces or as dotted keys: a header would define the table twice.
  return insertKey(document, {
    table: ancestor,
    key: writeKey(path.slice(ancestor.length)),
    value,
    after: membersOf(document, ancestor),
  });
}

function nearestAncestor(
  document: TomlDocument,
  table: readonly string[],
): readonly string[] | undefined {
  return table
    .map((_, index) => table.slice(0, -1 - index))
    .find((ancestor) => ancestor.length > 0 && findHome(document, ancestor) !== undefined);
}

function membersOf({ entries }: TomlDocument, table: readonly string[]): readonly string[] {
  return entries
    .filter(({ path }) => path.length > table.length && isBelow(path, table))
    .map(({ path }) => String(path[table.length]));
}
