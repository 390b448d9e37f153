import { readProjectMetadata, rewritePyproject } from '@wheelseal/pyproject';
import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { anyDocument, render } from './random-document.ts';

const name = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,6}[A-Za-z0-9])?$/);
const version = fc.constantFrom('0', '1.2.3', '1!2.0rc1', '1.0.post1.dev2+local.1');
const homepage = fc
  .stringMatching(/^[A-Za-z0-9._~/?&=%#-]{0,12}$/)
  .map((path) => `https://host/${path}`);
const values = fc.record({ name, version, homepage });

test('replaces the three values and no other byte', () => {
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
    { numRuns: 1000 },
  );
});

test('replaces one value and no other byte', () => {
  const which = fc.constantFrom('name', 'version', 'homepage');
  fc.assert(
    fc.property(anyDocument, values, values, which, (pieces, before, after, key) => {
      const { text } = rewritePyproject(render(pieces, before), { [key]: after[key] });
      expect(text).toBe(render(pieces, { ...before, [key]: after[key] }));
    }),
    { numRuns: 300 },
  );
});

test('adds what is missing and keeps every line', () => {
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
    { numRuns: 300 },
  );
});

/** The same document under another name of the table, with an empty project in the end. */
function withoutProject(text: string): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const renamed = text.replaceAll(
    /(?<=^[ \t\uFEFF]*\[?["']?)project(?=["']?(?:\]| *\.| = \{))/gm,
    'other',
  );
  return `${renamed}${lineBreak}[project]${lineBreak}`;
}
