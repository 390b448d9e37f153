import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inspectRelease } from '../examples/inspect-release.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

test('shows the example as it is', async () => {
  const example = await readFile(
    new URL('../examples/inspect-release.ts', import.meta.url),
    'utf8',
  );

  expect(/```ts\n(.*?)```/s.exec(readme)?.[1]).toBe(example);
});

test('lists every code', async () => {
  const source = await readFile(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => `| \`${code}\` `);

  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !readme.includes(code))).toEqual([]);
});

test('lists every finding with its severity', async () => {
  const source = await readFile(new URL('../src/finding-kinds.ts', import.meta.url), 'utf8');
  const kinds = [...source.matchAll(/^ {2}([A-Z_]+): (error|warning)\(/gm)];
  const rows = kinds.map(([, code, severity]) => new RegExp(`\\| \`${code}\` +\\| ${severity} `));

  expect(kinds.length).toBeGreaterThan(30);
  expect(rows.filter((row) => !row.test(readme))).toEqual([]);
});

test('has an example that works', async () => {
  const lines = await inspectRelease(fileURLToPath(new URL('fixtures', import.meta.url)));

  expect(lines).toEqual([
    expect.stringMatching(/^wheel of ledger-tools 1\.4\.0rc2, \d+ bytes, [0-9a-f]{64}, >=3\.9$/),
    '  warning LICENSE_MISSING: the metadata names no license',
    expect.stringMatching(/^sdist of ledger-tools 1\.4\.0rc2, \d+ bytes, [0-9a-f]{64}, >=3\.9$/),
    '  warning LICENSE_MISSING: the metadata names no license',
  ]);
});
