import { readProjectMetadata, rewritePyproject } from '@wheelseal/pyproject';
import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { anyDocument, render } from './random-document.ts';

/** `npm run test:long` asks for more. */
const numRuns = Number(process.env['WHEELSEAL_TEST_RUNS'] ?? 2000);
const timeout = 20_000 + numRuns * 100;

const name = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,6}[A-Za-z0-9])?$/);
const version = fc.constantFrom('0', '1.2.3', '1!2.0rc1', '1.0.post1.dev2+local.1');
const homepage = fc
  .stringMatching(/^[A-Za-z0-9._~/?&=%#-]{0,12}$/)
  .map((path) => `https://host/${path}`);
const values = fc.record({ name, version, homepage });

test('replaces the three values and no other byte', { timeout }, () => {
  fc.assert(
    fc.property(anyDocument, values, values, (pieces, before, after) => {
      const original = render(pieces, before);
      const { text, changes } = rewritePyproject(original, after);
      expect(text).toBe(render(pieces, after));
      expect(changes.length).toBe(
        (['name', 'version', 'homepage'] as const).filter((key) => before[key] !== after[key])
          .length,
      );
      for (const change of changes) {
        expect(text.split('\n')[change.line - 1]).toContain(change.key.split('.').at(-1));
      }
      expect(rewritePyproject(text, after)).toMatchObject({ text, changes: [] });
    }),
    { numRuns },
  );
});

test('replaces one value and no other byte', { timeout }, () => {
  const which = fc.constantFrom('name', 'version', 'homepage');
  fc.assert(
    fc.property(anyDocument, values, values, which, (pieces, before, after, key) => {
      const { text } = rewritePyproject(render(pieces, before), { [key]: after[key] });
      expect(text).toBe(render(pieces, { ...before, [key]: after[key] }));
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
});

test('adds what is missing and keeps every line', { timeout }, () => {
  fc.assert(
    fc.property(anyDocument, values, values, (pieces, before, after) => {
      const original = withoutProject(render(pieces, before));
      const { text } = rewritePyproject(original, after);
      const kept = text.split(/(?<=\n)/);
      for (const line of original.split(/(?<=\n)/)) {
        const found = kept.findIndex((other) => other === line || other === `${line}\n`);
        const padded = kept.findIndex((other) => other === `${line}\r\n`);
        expect(Math.max(found, padded), line).toBeGreaterThanOrEqual(0);
        kept.splice(0, Math.max(found, padded) + 1);
      }
      expect(readProjectMetadata(text)).toMatchObject({
        name: after.name,
        version: after.version,
        urls: { Homepage: after.homepage },
      });
      const { project: _, ...others } = parse(text.replace('\uFEFF', ''));
      const { project: __, ...originals } = parse(original.replace('\uFEFF', ''));
      expect(others).toEqual(originals);
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
});

test('sets any value and means nothing else', { timeout }, () => {
  const key = fc.constantFrom('k', 'name', 'a b', 'é', '');
  const path = fc.tuple(
    fc.constantFrom('tool', 'project', 'x'),
    fc.constantFrom('new', 'urls', 'other'),
    key,
  );
  const value = fc.string({ unit: 'binary', maxLength: 6 });
  fc.assert(
    fc.property(anyDocument, values, path, value, (pieces, before, keys, text) => {
      const original = render(pieces, before);
      const set = [{ path: keys, value: text }];
      const rewrite = rewritePyproject(original, { set });
      const lines = rewrite.text.split(/(?<=\n)/);
      // Nothing is taken away, at most something is put between two bytes.
      const start = original.length - commonEnd(original, rewrite.text);
      expect(rewrite.text.startsWith(original.slice(0, start))).toBe(true);
      expect(lines.length).toBeGreaterThanOrEqual(original.split(/(?<=\n)/).length);
      const [table, inner, last] = keys;
      expect(parse(rewrite.text.replace('\uFEFF', ''))).toMatchObject({
        [table]: { [inner]: { [last]: text } },
      });
      expect(rewritePyproject(rewrite.text, { set })).toMatchObject({ changes: [] });
    }),
    { numRuns: Math.ceil(numRuns / 10) },
  );
});

function commonEnd(first: string, second: string): number {
  let length = 0;
  while (length < first.length && first.at(-1 - length) === second.at(-1 - length)) length += 1;
  return length;
}

/** The same document under another name of the table, with an empty project in the end. */
function withoutProject(text: string): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const renamed = text.replaceAll(
    /(?<=^[ \t\uFEFF]*\[?["']?)project(?=["']?(?:\]| *\.| = \{))/gm,
    'other',
  );
  return `${renamed}${lineBreak}[project]${lineBreak}`;
}
