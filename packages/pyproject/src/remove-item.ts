/**
 * Takes one item out of an array, one member out of an inline table, or one `key = value` line.
 *
 * @module
 */

import type { AST } from 'toml-eslint-parser';
import { endOfLine, indentBefore, splice, startOfLine } from './text-lines.ts';
import type { Entry, TomlDocument } from './toml-document.ts';

/** Removes an entry, and its line or its comma with it, and returns the new text. */
export function removeEntry(document: TomlDocument, { node, container }: Entry): string {
  if (container.type === 'TOMLInlineTable') return removeItem(document, node);
  const { text } = document;
  const start = startOfLine(text, node.range[0]);
  const end = endOfLine(text, node.range[1]);
  // The last line of a text that does not end in a line break takes the break before it along.
  const dangling = end === text.length && !text.endsWith('\n');
  return splice(text, dangling ? endOfLineBefore(text, start) : start, end, '');
}

/** Removes what stands between two commas, and one of the commas, and returns the new text. */
export function removeItem(
  { text, tokens }: TomlDocument,
  item: AST.TOMLContentNode | AST.TOMLKeyValue,
): string {
  const [start, end] = item.range;
  const next = tokens.find(({ range }) => range[0] >= end);
  const previous = tokens.findLast(({ range }) => range[1] <= start);
  const comma = next?.value === ',' ? next.range[1] : undefined;
  const indent = indentBefore(text, start);
  const rest = text.slice(comma ?? end, endOfLine(text, comma ?? end));
  if (indent !== undefined && /^[ \t]*(?:#.*)?\r?\n$/.test(rest)) {
    return splice(text, startOfLine(text, start), endOfLine(text, comma ?? end), '');
  }
  if (comma !== undefined && /^[ \t]*[\]}]/.test(rest)) {
    return splice(text, text.slice(0, start).trimEnd().length, comma, '');
  }
  if (comma !== undefined) {
    const gap = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
    return splice(text, start, comma + gap, '');
  }
  const [gapStart] = previous?.value === ',' ? previous.range : [start];
  // A comment between the comma and the item stays, and then the comma has to stay before it.
  const from = text.slice(gapStart, start).includes('\n') ? start : gapStart;
  return splice(text, from, end, '');
}

function endOfLineBefore(text: string, start: number): number {
  return text.slice(0, start).replace(/\r?\n$/, '').length;
}
