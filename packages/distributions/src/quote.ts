/**
 * Foreign text inside a message.
 *
 * A file name may carry line breaks or terminal escapes; neither may reach the reader of an error.
 *
 * @module
 */

const longest = 120;

/** Puts a text into backticks, with control characters spelled out and the middle of a long one left out. */
export function quote(text: string): string {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}`]/gu, escaped);
  if (shown.length <= longest) return `\`${shown}\``;
  return `\`${shown.slice(0, longest / 2)}…${shown.slice(-longest / 2)}\``;
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
