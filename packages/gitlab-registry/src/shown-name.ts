/**
 * Names as messages show them.
 *
 * A file name of the simple index is whatever an uploader chose, escape sequences of a terminal included.
 *
 * @module
 */

const longest = 200;

/** A name on one line, in backticks, without anything that could act on a terminal. */
export function shownName(name: string): string {
  const line = name.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}`]/gu, '\u{fffd}');
  return `\`${line.length > longest ? `${line.slice(0, longest)}…` : line}\``;
}
