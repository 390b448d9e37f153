/**
 * Writes a string in the notation another one has.
 *
 * @module
 */

/** The four notations of a string in TOML. */
export type Notation = 'basic' | 'literal' | 'multi-line basic' | 'multi-line literal';

/** Tells the notation of a string as it stands in a document. */
export function notationOf(raw: string): Notation {
  if (raw.startsWith('"""')) return 'multi-line basic';
  if (raw.startsWith("'''")) return 'multi-line literal';
  return raw.startsWith("'") ? 'literal' : 'basic';
}

/** Writes a string of one line; a literal notation that cannot carry it gives way to the basic one. */
export function writeString(value: string, notation: Notation, opening = ''): string {
  const mark = notation.startsWith('multi-line') ? 3 : 1;
  if (notation.endsWith('literal') && !/['\p{Cc}]/u.test(value)) {
    const quotes = "'".repeat(mark);
    return quotes + opening + value + quotes;
  }
  const quotes = '"'.repeat(mark);
  return quotes + opening + escape(value) + quotes;
}

/** Writes a string in the place of another one, keeping its notation and a line break that opens it. */
export function writeStringLike(raw: string, value: string): string {
  const [, opening = ''] = /^(?:"""|''')(\r?\n)/.exec(raw) ?? [];
  return writeString(value, notationOf(raw), opening);
}

function escape(value: string): string {
  return value.replaceAll(/["\\\p{Cc}]/gu, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
