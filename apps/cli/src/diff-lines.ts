/**
 * A unified diff in colours.
 *
 * @module
 */

import type { Paint } from './terminal.ts';

/** The lines of a diff, each in the colour of what it says. */
export function diffLines(diff: string, paint: Paint): readonly string[] {
  const lines = diff === '' ? [] : diff.replace(/\n$/, '').split('\n');
  return lines.map((line, index) => {
    const color = index < 2 ? paint.bold : colorOf(line, paint);
    return color(withoutControls(line));
  });
}

function colorOf(line: string, paint: Paint): (text: string) => string {
  if (line.startsWith('+')) return paint.green;
  if (line.startsWith('-')) return paint.red;
  return line.startsWith('@@') ? paint.cyan : (text) => text;
}

/** TOML allows a few characters that steer a terminal; a line that ends in CRLF goes on to do so. */
function withoutControls(line: string): string {
  return line.replaceAll(/[^\P{Cc}\t\r]|\r(?!$)/gu, '');
}
