import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { changes, text, warnings } from '../examples/set-release.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

test('shows the example as it is', async () => {
  const example = await readFile(new URL('../examples/set-release.ts', import.meta.url), 'utf8');

  expect(/```ts\n(.*?)```/s.exec(readme)?.[1]).toBe(example);
});

test('lists every code', async () => {
  const source = await readFile(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => `| \`${code}\` `);

  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !readme.includes(code))).toEqual([]);
});

test('has an example that works, and shows its result', () => {
  expect(changes.map(({ key, line }) => `${key} ${line}`)).toEqual([
    'project.name 3',
    'project.version 4',
    'project.urls.Homepage 8',
  ]);
  expect(warnings).toEqual([]);
  expect(/```toml\n(.*?)```/s.exec(readme)?.[1]).toBe(text.trimStart());
});
