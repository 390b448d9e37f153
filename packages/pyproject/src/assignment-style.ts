/**
 * How a file writes `key = value`, so that a new one looks like its neighbours.
 *
 * @module
 */

import type { AST } from 'toml-eslint-parser';
import { indentBefore } from './text-lines.ts';
import { notationOf, writeString } from './toml-string.ts';

/** Writes `key = value` the way the neighbours are written; without neighbours, the usual way. */
export function writeAssignment(
  text: string,
  neighbours: readonly AST.TOMLKeyValue[],
  key: string,
  value: string,
): string {
  const [first] = neighbours;
  if (first === undefined) return `${key} = ${value}`;
  const column = commonColumn(text, neighbours);
  const equals = /^([ \t]*)=([ \t]*)/.exec(text.slice(first.key.range[1], first.value.range[0]));
  if (column !== undefined && column > key.length) {
    return `${key.padEnd(column)}=${equals?.[2] ?? ' '}${value}`;
  }
  const tight = equals?.[1] === '' && equals[2] === '';
  return `${key}${tight ? '=' : ' = '}${value}`;
}

/** Writes a string in the notation most strings among the neighbours have. */
export function writeStringAmong(
  text: string,
  neighbours: readonly AST.TOMLKeyValue[],
  value: string,
): string {
  const strings = neighbours.flatMap((neighbour) => stringsIn(neighbour.value));
  const literal = strings.filter(
    ({ range }) => notationOf(text.slice(...range)) === 'literal',
  ).length;
  return writeString(value, literal * 2 > strings.length ? 'literal' : 'basic');
}

/** The white space before the first neighbour that begins a line. */
export function indentOf(
  text: string,
  neighbours: readonly AST.TOMLKeyValue[],
): string | undefined {
  return neighbours
    .map((neighbour) => indentBefore(text, neighbour.range[0]))
    .find((indent) => indent !== undefined);
}

/** The column all `=` stand in, if keys of different length were padded to it. */
function commonColumn(text: string, neighbours: readonly AST.TOMLKeyValue[]): number | undefined {
  const columns = neighbours.map(({ key }) => text.indexOf('=', key.range[1]) - key.range[0]);
  const lengths = new Set(neighbours.map(({ key }) => key.range[1] - key.range[0]));
  const [column] = columns;
  return lengths.size > 1 && new Set(columns).size === 1 ? column : undefined;
}

function stringsIn(value: AST.TOMLContentNode): readonly AST.TOMLStringValue[] {
  if (value.type === 'TOMLArray') return value.elements.flatMap(stringsIn);
  return value.type === 'TOMLValue' && value.kind === 'string' ? [value] : [];
}
