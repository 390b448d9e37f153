/**
 * Puts a new key where a person would put it.
 *
 * @module
 */

import { indentOf, writeAssignment, writeStringAmong } from './assignment-style.ts';
import { insertMember } from './insert-member.ts';
import { insertTableAbove, insertTableBelow } from './insert-table.ts';
import { findHeader, findHome, type Home } from './table-home.ts';
import { endOfLine, insertLine, startOfLine } from './text-lines.ts';
import { isBelow, type TomlDocument } from './toml-document.ts';

/** A key to insert. */
export interface NewKey {
  /** The table it belongs to. */
  readonly table: readonly string[];
  /** As it is written in the document. */
  readonly key: string;
  readonly value: string;
  /** Keys of the same table to stand behind; without any of them, the new key comes first. */
  readonly after: readonly string[];
}

/** Inserts a key with a string and returns the new text. */
export function insertKey(document: TomlDocument, newKey: NewKey): string {
  const { table, key, value, after } = newKey;
  const home = findHome(document, table);
  if (home === undefined) return insertWithTable(document, newKey);
  const { text } = document;
  const { container, prefix, members } = home;
  const neighbours = members.map(({ node }) => node);
  const assignment = writeAssignment(
    text,
    neighbours,
    prefix + key,
    writeStringAmong(text, neighbours, value),
  );
  const anchor = members.findLast(({ path }) =>
    after.some((name) => isBelow(path, [...table, name])),
  )?.node;
  if (container.type === 'TOMLInlineTable') {
    return insertMember(text, container, assignment, { after: anchor, before: neighbours[0] });
  }
  const offset = anchor ? endOfLine(text, anchor.range[1]) : firstLine(text, home);
  return insertLine(text, offset, (indentOf(text, neighbours) ?? '') + assignment);
}

/** The table is not written anywhere, or only its subtables are. */
function insertWithTable(document: TomlDocument, { table, key, value }: NewKey): string {
  const { text, tables } = document;
  const child = tables.find(({ resolvedKey }) => isBelow(resolvedKey, table));
  if (child) return insertTableAbove(text, child, { table, key, value });
  const parentPath = table.slice(0, -1);
  const parent = findHeader(document, parentPath);
  if (parent) return insertTableBelow(text, parent, { table, key, value });
  const after = document.entries
    .filter(({ path }) => isBelow(path, parentPath))
    .map(({ path }) => String(path[parentPath.length]));
  return insertKey(document, { table: parentPath, key: `${table.at(-1)}.${key}`, value, after });
}

function firstLine(text: string, { container, prefix, members }: Home): number {
  const [first] = members;
  if (container.type === 'TOMLTable' && prefix === '') {
    // Right below the header: a comment further down belongs to the key it stands above.
    return endOfLine(text, container.key.range[1]);
  }
  return first ? startOfLine(text, first.node.range[0]) : 0;
}
