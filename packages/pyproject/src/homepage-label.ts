/**
 * The label of the homepage among a project's URLs.
 *
 * Labels are compared the way the well-known labels of the packaging specifications are: without
 * punctuation and white space, in lower case. `Home-Page` is the homepage, too.
 *
 * @module
 */

import { PyprojectError } from './errors.ts';
import { type Entry, isBelow, type TomlDocument } from './toml-document.ts';

/** Whether a label is a spelling of `Homepage`. */
export function isHomepageLabel(label: string): boolean {
  return label.replaceAll(/[!-/:-@[-`{-~\s]/g, '').toLowerCase() === 'homepage';
}

/** Finds the one label of the homepage in a table of URLs. */
export function findHomepageLabel(
  document: TomlDocument,
  table: readonly string[],
): string | undefined {
  const [label, another] = labelsIn(document, table).filter(isHomepageLabel);
  if (another === undefined) return label;
  throw new PyprojectError(
    `\`${table.join('.')}\` has both \`${label}\` and \`${another}\`, which mean the same`,
    { code: 'KEY_AMBIGUOUS', hint: 'Remove one of the two.' },
  );
}

/** Spells a new label the way its neighbours are spelled and quoted. */
export function newHomepageLabel(
  document: TomlDocument,
  table: readonly string[],
): { readonly label: string; readonly written: string } {
  const labels = labelsIn(document, table);
  const lower = labels.length > 0 && labels.every((other) => other === other.toLowerCase());
  const label = lower ? 'homepage' : 'Homepage';
  const quotes = new Set(neighbours(document, table).map((entry) => quoteOf(document, entry)));
  const [quote = ''] = quotes.size === 1 ? quotes : [];
  return { label, written: quote + label + quote };
}

function labelsIn(document: TomlDocument, table: readonly string[]): readonly string[] {
  return neighbours(document, table).map(({ path }) => String(path.at(-1)));
}

function neighbours({ entries }: TomlDocument, table: readonly string[]): readonly Entry[] {
  return entries.filter(({ path }) => path.length === table.length + 1 && isBelow(path, table));
}

function quoteOf({ text }: TomlDocument, { node }: Entry): string {
  const first = text.charAt(node.key.keys.at(-1)?.range[0] ?? 0);
  return first === '"' || first === "'" ? first : '';
}
