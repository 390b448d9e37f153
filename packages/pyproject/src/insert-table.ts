/**
 * Puts a new table into a document, in the style of the table it belongs to.
 *
 * @module
 */

import type { AST } from 'toml-eslint-parser';
import { indentOf, writeAssignment, writeStringAmong } from './assignment-style.ts';
import { endOfLine, indentBefore, lineBreakOf, splice, startOfLine } from './text-lines.ts';
import type { TomlDocument } from './toml-document.ts';
import { writeKey } from './toml-key.ts';

/** A table with its first key. */
export interface NewTable {
  readonly table: readonly string[];
  readonly key: string;
  readonly value: string;
}

/** Inserts a table behind its parent and the parent's keys, and returns the new text. */
export function insertTableBelow(text: string, parent: AST.TOMLTable, table: NewTable): string {
  const lineBreak = lineBreakOf(text);
  const offset = endOfTable(text, parent);
  const lines = write(text, parent, table);
  const following = text.slice(offset, endOfLine(text, offset));
  // A file that sets its tables apart by blank lines goes on doing so.
  if (following.trim() === '') lines.unshift('');
  const inserted = lines.join(lineBreak);
  const continues = !text.slice(0, offset).endsWith('\n');
  return splice(text, offset, offset, continues ? lineBreak + inserted : inserted + lineBreak);
}

/** Inserts a table above one of its subtables and the comments right above that, and returns the new text. */
export function insertTableAbove(text: string, child: AST.TOMLTable, table: NewTable): string {
  const lineBreak = lineBreakOf(text);
  let offset = startOfLine(text, child.range[0]);
  while (offset > 0 && isComment(text, startOfLine(text, offset - 1))) {
    offset = startOfLine(text, offset - 1);
  }
  const inserted = [...write(text, child, table), '', ''].join(lineBreak);
  return splice(text, offset, offset, inserted);
}

/** Puts a table with its first key at the end of the text, and returns the new text. */
export function insertTableAtEnd(
  { text, entries }: TomlDocument,
  { table, key, value }: NewTable,
): string {
  const lineBreak = lineBreakOf(text);
  const continues = text !== '' && !text.endsWith('\n');
  const isApart = text === '' || /(?:^|\n)[ \t]*\r?\n$/.test(text);
  const neighbours = entries.map(({ node }) => node);
  const lines = [
    ...(isApart ? [] : ['']),
    `[${writeKey(table)}]`,
    `${key} = ${writeStringAmong(text, neighbours, value)}`,
  ].join(lineBreak);
  return text + (continues ? lineBreak + lines : lines + lineBreak);
}

function write(text: string, relative: AST.TOMLTable, { table, key, value }: NewTable): string[] {
  const { body } = relative;
  const assignment = writeAssignment(text, body, key, writeStringAmong(text, body, value));
  return [
    `${indentBefore(text, relative.range[0]) ?? ''}[${writeKey(table)}]`,
    (indentOf(text, body) ?? '') + assignment,
  ];
}

/** Behind the last key, and behind comments that follow it and belong to no other table. */
function endOfTable(text: string, { key, body }: AST.TOMLTable): number {
  const end = endOfLine(text, body.at(-1)?.range[1] ?? key.range[1]);
  let offset = end;
  while (offset < text.length && isComment(text, offset)) offset = endOfLine(text, offset);
  const next = text.slice(offset, endOfLine(text, offset));
  return next.trim() === '' ? offset : end;
}

function isComment(text: string, offset: number): boolean {
  return /^[ \t]*#/.test(text.slice(offset, endOfLine(text, offset)));
}
