/**
 * The proof that an edited document differs from the original in the edits alone.
 *
 * @module
 */

import { isDeepStrictEqual } from 'node:util';
import { parse, type TomlTable } from 'smol-toml';
import { PyprojectError } from './errors.ts';
import { isTable } from './toml-value.ts';

/** One value that an edit sets, or takes away. */
export interface ExpectedValue {
  readonly path: readonly string[];
  /** Absent when the key is gone. */
  readonly value?: string | readonly string[];
}

/** Throws unless the edited text means what the original does with exactly the given values set. */
export function assertOnlyEdits(
  original: string,
  edited: string,
  values: readonly ExpectedValue[],
): void {
  const expected = parse(original, { integersAsBigInt: true });
  for (const value of values) set(expected, value);
  const actual = reparse(edited);
  if (isDeepStrictEqual(actual, expected)) return;
  throw unsafe('the rewritten text would mean something else than the edits');
}

function reparse(text: string): TomlTable {
  try {
    return parse(text, { integersAsBigInt: true });
  } catch (cause) {
    throw unsafe('the rewritten text would not be TOML', cause);
  }
}

function unsafe(message: string, cause?: unknown): PyprojectError {
  return new PyprojectError(message, {
    code: 'REWRITE_UNSAFE',
    hint: 'Write name, version and homepage as plain keys of `[project]`, and report the file.',
    ...(cause !== undefined && { cause }),
  });
}

function set(root: TomlTable, { path, value }: ExpectedValue): void {
  let table = root;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(table, key) ? table[key] : undefined;
    const next = isTable(inner) ? inner : parse('');
    table[key] = next;
    table = next;
  }
  const last = path.at(-1) ?? '';
  if (value === undefined) delete table[last];
  else table[last] = typeof value === 'string' ? value : [...value];
}
