/**
 * Rows of cells as lines.
 *
 * @module
 */

import { stripVTControlCharacters } from 'node:util';

/** Rows with each column as wide as its widest cell. */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const isLast = column === row.length - 1;
      return isLast ? cell : cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell));
    });
    return `    ${cells.join('  ')}`;
  });
}

/** Columns a text takes, colours left out. */
function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
