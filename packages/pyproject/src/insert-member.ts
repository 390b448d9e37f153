/**
 * Puts a new member into an inline table.
 *
 * @module
 */

import type { AST } from 'toml-eslint-parser';
import { indentBefore, lineBreakOf, splice } from './text-lines.ts';

/** Inserts `key = value` behind one member, or before the other one, and returns the new text. */
export function insertMember(
  text: string,
  table: AST.TOMLInlineTable,
  assignment: string,
  place: {
    readonly after: AST.TOMLKeyValue | undefined;
    readonly before: AST.TOMLKeyValue | undefined;
  },
): string {
  const next = place.after ? table.body[table.body.indexOf(place.after) + 1] : place.before;
  // Before the next member rather than behind the last comma: a comment may stand there.
  if (next) {
    const [offset] = next.range;
    return splice(text, offset, offset, `${assignment},${separatorBefore(text, next)}`);
  }
  const last = table.body.at(-1);
  if (last) {
    const [, offset] = last.range;
    return splice(text, offset, offset, `,${separatorBefore(text, last)}${assignment}`);
  }
  const [start, end] = table.range;
  const inside = text.slice(start + 1, end - 1);
  if (/^[ \t]*$/.test(inside)) return splice(text, start + 1, end - 1, ` ${assignment} `);
  return splice(text, end - 1, end - 1, `${assignment} `);
}

/** Members on lines of their own stay so. */
function separatorBefore(text: string, member: AST.TOMLKeyValue): string {
  const indent = indentBefore(text, member.range[0]);
  return indent === undefined ? ' ' : lineBreakOf(text) + indent;
}
