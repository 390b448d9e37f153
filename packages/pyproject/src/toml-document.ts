/**
 * A TOML document with both its syntax tree and its value.
 *
 * The tree tells where things stand, a second parser tells what they mean. What only one of the two
 * accepts is refused.
 *
 * @module
 */

import { parse as parseValue, TomlError, type TomlTable } from 'smol-toml';
import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { PyprojectError } from './errors.ts';

/** Where a value is: names of keys, and numbers within arrays of tables. */
export type TomlPath = readonly (string | number)[];

/** What can hold a `key = value`: the top of the document, a table with a header, an inline table. */
export type Container = AST.TOMLTopLevelTable | AST.TOMLTable | AST.TOMLInlineTable;

/** One `key = value`. */
export interface Entry {
  readonly path: TomlPath;
  readonly node: AST.TOMLKeyValue;
  readonly container: Container;
  readonly containerPath: TomlPath;
}

/** A parsed document. */
export interface TomlDocument {
  readonly text: string;
  readonly value: TomlTable;
  /** In the order of the text; those of inline tables follow the entry that holds them. */
  readonly entries: readonly Entry[];
  readonly tables: readonly AST.TOMLTable[];
  readonly tokens: readonly AST.Token[];
}

/** Parses TOML 1.1, which every TOML 1.0 document is. */
export function parseDocument(text: string): TomlDocument {
  try {
    // This one goes first: it refuses what is nested so deeply that the other one would overflow.
    const value = parseValue(text, { integersAsBigInt: true });
    const { body, tokens } = parseTOML(text, { tomlVersion: '1.1' });
    const [top] = body;
    return {
      text,
      value,
      entries: listEntries(top),
      tables: top.body.filter((node) => node.type === 'TOMLTable'),
      tokens,
    };
  } catch (cause) {
    throw invalidToml(text, cause);
  }
}

/** Splits the byte order mark, which is no part of TOML, off the text. */
export function splitMark(text: string): { readonly mark: string; readonly content: string } {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  return { mark, content: text.slice(mark.length) };
}

/** The line on which TOML 1.1 begins to be needed, if it is. */
export function firstLineOfToml11(text: string): number | undefined {
  try {
    parseTOML(text, { tomlVersion: '1.0' });
    return undefined;
  } catch (error) {
    return error instanceof ParseError ? error.lineNumber : undefined;
  }
}

/** Finds the `key = value` at a path. */
export function findEntry({ entries }: TomlDocument, path: TomlPath): Entry | undefined {
  return entries.find((entry) => entry.path.length === path.length && isBelow(entry.path, path));
}

/** Whether a path is the other one or leads on from it. */
export function isBelow(path: TomlPath, parent: TomlPath): boolean {
  return parent.every((key, index) => path[index] === key);
}

function listEntries(top: AST.TOMLTopLevelTable): readonly Entry[] {
  return top.body.flatMap((node) =>
    node.type === 'TOMLTable'
      ? node.body.flatMap((inner) => entriesOf(inner, node, node.resolvedKey))
      : entriesOf(node, top, []),
  );
}

function entriesOf(
  node: AST.TOMLKeyValue,
  container: Container,
  containerPath: TomlPath,
): readonly Entry[] {
  const path = [...containerPath, ...node.key.keys.map(nameOf)];
  const { value } = node;
  const inner =
    value.type === 'TOMLInlineTable'
      ? value.body.flatMap((member) => entriesOf(member, value, path))
      : [];
  return [{ path, node, container, containerPath }, ...inner];
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

function invalidToml(text: string, cause: unknown): unknown {
  const found = placeOf(cause);
  if (found === undefined) return cause;
  const { line, column, reason } = found;
  const shown = (text.split(/\r?\n/)[line - 1] ?? '').trim().slice(0, 120);
  return new PyprojectError(
    `line ${line}, column ${column} is not TOML: ${reason} in ${quote(shown)}`,
    { code: 'TOML_INVALID', hint: `Correct line ${line} of \`pyproject.toml\`.`, cause },
  );
}

function placeOf(
  error: unknown,
): { readonly line: number; readonly column: number; readonly reason: string } | undefined {
  if (error instanceof ParseError) {
    const { lineNumber: line, column, message } = error;
    return { line, column: column + 1, reason: reasonOf(message) };
  }
  if (error instanceof TomlError) {
    const { line, column, message } = error;
    return { line, column, reason: reasonOf(message.split('\n')[0] ?? '') };
  }
  return undefined;
}

function reasonOf(message: string): string {
  const reason = message.replace(/^Invalid TOML document: /, '').replace(/\.$/, '');
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}

/** A line may hold a URL with a password, and control characters. */
function quote(line: string): string {
  const safe = line
    .replaceAll(/\/\/[^/\s@"']*@/g, '//[MASKED]@')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`]/gu, '�');
  return `\`${safe}\``;
}
