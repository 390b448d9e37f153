/**
 * Documents as text, the way they are kept in files.
 *
 * @module
 */

/** Writes a document with two spaces of indentation and a last newline. */
export function jsonDocument(document: unknown): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
