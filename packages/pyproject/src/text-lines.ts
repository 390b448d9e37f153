/**
 * Lines of a text, found from offsets.
 *
 * @module
 */

/** Replaces a span of a text. */
export function splice(text: string, start: number, end: number, replacement: string): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The offset at which the line of an offset begins. */
export function startOfLine(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset at which the line of an offset ends, its line break included. */
export function endOfLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

/** The white space a line begins with, or `undefined` if something else stands before the offset. */
export function indentBefore(text: string, offset: number): string | undefined {
  const before = text.slice(startOfLine(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The line break a text uses: its first one. */
export function lineBreakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** The number of the line of an offset, from 1. */
export function lineNumberAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Inserts a whole line at an offset where one begins or the text ends. */
export function insertLine(text: string, offset: number, line: string): string {
  const lineBreak = lineBreakOf(text);
  const continues = offset === text.length && offset > 0 && !text.endsWith('\n');
  return splice(text, offset, offset, continues ? lineBreak + line : line + lineBreak);
}
