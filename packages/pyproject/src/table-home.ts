/**
 * Where the keys of a table are written.
 *
 * @module
 */

import type { AST } from 'toml-eslint-parser';
import {
  type Container,
  type Entry,
  findEntry,
  isBelow,
  type TomlDocument,
  type TomlPath,
} from './toml-document.ts';

/** Where keys of a table are written, and with which prefix. */
export interface Home {
  readonly container: Container;
  readonly prefix: string;
  /** The entries of the container that belong to the table. */
  readonly members: readonly Entry[];
}

/** A table is written under its header, between braces, or as dotted keys somewhere above. */
export function findHome(document: TomlDocument, table: TomlPath): Home | undefined {
  const header = findHeader(document, table);
  if (header) return { container: header, prefix: '', members: membersOf(document, header) };
  const value = findEntry(document, table)?.node.value;
  if (value?.type === 'TOMLInlineTable') {
    return { container: value, prefix: '', members: membersOf(document, value) };
  }
  const dotted = document.entries.find(
    ({ path, containerPath }) =>
      path.length > table.length && containerPath.length < table.length && isBelow(path, table),
  );
  if (dotted === undefined) return undefined;
  const depth = table.length - dotted.containerPath.length;
  const last = dotted.node.key.keys[depth - 1];
  const [start] = dotted.node.key.range;
  return {
    container: dotted.container,
    prefix: `${document.text.slice(start, last?.range[1] ?? start)}.`,
    members: membersOf(document, dotted.container).filter(({ path }) => isBelow(path, table)),
  };
}

/** The header of a table, if it has one. */
export function findHeader({ tables }: TomlDocument, table: TomlPath): AST.TOMLTable | undefined {
  return tables.find(
    ({ resolvedKey }) => resolvedKey.length === table.length && isBelow(resolvedKey, table),
  );
}

function membersOf({ entries }: TomlDocument, container: Container): readonly Entry[] {
  return entries.filter((entry) => entry.container === container);
}
