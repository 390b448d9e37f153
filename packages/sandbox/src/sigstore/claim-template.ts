/**
 * The templates by which Fulcio turns claims of a token into text: a small part of Go's.
 *
 * @module
 */

/** A claim that a template needs is missing; the message is Go's. */
export class ClaimError extends Error {}

/** Claims as text, by name. */
export type ClaimTexts = ReadonlyMap<string, string>;

const condition = String.raw`\{\{if eq \.(\w+) "(\w+)"\}\}(.*?)\{\{ else \}\}(.*?)\{\{end\}\}`;
const insertion = String.raw`\{\{ \.(\w+) \}\}`;
const action = new RegExp(`${condition}|${insertion}`, 'g');

/** Spells claims as Go prints them. */
export function claimTexts(claims: Readonly<Record<string, unknown>>): ClaimTexts {
  return new Map(Object.entries(claims).map(([name, value]) => [name, printed(value)]));
}

/**
 * Fills in a template.
 *
 * @throws ClaimError when a claim is missing.
 */
export function renderTemplate(template: string, claims: ClaimTexts): string {
  return template.replaceAll(
    action,
    (
      whole: string,
      compared: string,
      value: string,
      same: string,
      other: string,
      inserted: string | undefined,
      offset: number,
    ) => {
      const name = inserted ?? compared;
      const claim = claims.get(name);
      if (claim === undefined) throw missing(name, offset + whole.indexOf(`.${name}`));
      if (inserted !== undefined) return claim;
      return claim === value ? same : other;
    },
  );
}

function missing(name: string, column: number): ClaimError {
  const place = `template: :1:${column}: executing "" at <.${name}>`;
  return new ClaimError(`${place}: map has no entry for key "${name}"`);
}

function printed(value: unknown): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  return JSON.stringify(value) ?? '<nil>';
}
