/**
 * A document on its way from the original to the edited text, one edit after the other.
 *
 * After each edit the text is parsed again, so that the next one finds every offset where it is.
 *
 * @module
 */

import { type NewKey, insertKey } from './insert-key.ts';
import type { ExpectedValue } from './only-edits.ts';
import { removeEntry, removeItem } from './remove-item.ts';
import { splice } from './text-lines.ts';
import { findEntry, parseDocument, type TomlDocument } from './toml-document.ts';
import { stringAt, stringsAt } from './toml-value.ts';
import { writeStringLike } from './toml-string.ts';

/** One value that differs from the original. */
export interface DraftChange extends ExpectedValue {
  readonly before?: string;
  readonly after: string;
}

/** The document so far, and how it differs from the original. */
export interface Draft {
  readonly document: TomlDocument;
  readonly changes: readonly DraftChange[];
}

/** Sets a string where it stands, or inserts it if there is none and it is told where. */
export function setString(
  draft: Draft,
  path: readonly string[],
  value: string,
  place?: Pick<NewKey, 'key' | 'after'>,
): Draft {
  const { document } = draft;
  const before = stringAt(document.value, path);
  if (before === value) return draft;
  const change = { path, value, after: value, ...(before !== undefined && { before }) };
  const entry = findEntry(document, path);
  if (entry) {
    const [start, end] = entry.node.value.range;
    const written = writeStringLike(document.text.slice(start, end), value);
    return replaceText(draft, splice(document.text, start, end, written), change);
  }
  if (place === undefined) return draft;
  const text = insertKey(document, { ...place, table: path.slice(0, -1), value });
  return replaceText(draft, text, change);
}

/** Takes words out of an array of strings; an array that is empty then goes with its key. */
export function removeStrings(
  draft: Draft,
  path: readonly string[],
  words: readonly string[],
): Draft {
  const before = stringsAt(draft.document.value, path);
  const value = before.filter((word) => !words.includes(word));
  if (value.length === before.length) return draft;
  const change = {
    path,
    before: list(before),
    after: list(value),
    ...(value.length > 0 && { value }),
  };
  const removed = value.length > 0 ? before.filter((word) => words.includes(word)) : [undefined];
  const document = removed.reduce(
    (current, word) => parseDocument(remove(current, path, word)),
    draft.document,
  );
  return { document, changes: [...draft.changes, change] };
}

/** Removes one word, or without one the whole key. */
function remove(document: TomlDocument, path: readonly string[], word: string | undefined): string {
  const entry = findEntry(document, path);
  if (entry === undefined) return document.text;
  if (word === undefined) return removeEntry(document, entry);
  const { value } = entry.node;
  const items = value.type === 'TOMLArray' ? value.elements : [];
  const item = items.find((element) => element.type === 'TOMLValue' && element.value === word);
  return item ? removeItem(document, item) : document.text;
}

/** Takes a new text over, in which one value differs. */
export function replaceText({ changes }: Draft, text: string, change: DraftChange): Draft {
  return { document: parseDocument(text), changes: [...changes, change] };
}

function list(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}
