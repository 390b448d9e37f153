/**
 * Text of foreign origin without anything that steers a terminal.
 *
 * @module
 */

import { stripVTControlCharacters } from 'node:util';

/** Leaves out escape sequences and control characters, except line breaks and tabs. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\t]/gu, '');
}
