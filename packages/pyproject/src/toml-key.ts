/**
 * Keys as they are written: read from a dotted key, written bare or quoted.
 *
 * @module
 */

import { ParseError, parseTOML } from 'toml-eslint-parser';
import { writeString } from './toml-string.ts';

/** Reads a dotted key such as `tool."my tool".version`; undefined when it is none. */
export function readKey(text: string): readonly string[] | undefined {
  if (/[\r\n]/.test(text)) return undefined;
  try {
    const [top] = parseTOML(`${text} = 0`, { tomlVersion: '1.0' }).body;
    const [entry] = top.body;
    // A text that brings its own `=`, a comment or a header along is more than a key.
    if (top.body.length !== 1 || entry?.type !== 'TOMLKeyValue') return undefined;
    if (entry.value.range[0] !== text.length + 3) return undefined;
    return entry.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** Writes a key, quoted where it has to be. */
export function writeKey(path: readonly string[]): string {
  return path
    .map((key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : writeString(key, 'basic')))
    .join('.');
}
