import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const guide = await readFile(new URL('../../../docs/guides/sandbox.md', import.meta.url), 'utf8');

const examples = [
  {
    file: 'lose-the-log.ts',
    page: readme,
    output: 'job of sandbox/demo\nlog answered 503, then 200\n',
  },
  {
    file: 'test-an-upload.ts',
    page: guide,
    output: 'first: no answer, second: 400\nleaks: 1\n',
  },
];

test.for(examples)('shows $file as it is, and what it prints', async ({ file, page, output }) => {
  const example = new URL(`../examples/${file}`, import.meta.url);

  expect(/```ts\n(.*?)```/s.exec(page)?.[1]).toBe(await readFile(example, 'utf8'));
  expect(
    execFileSync(process.execPath, ['-C', '@wheelseal/source', fileURLToPath(example)], {
      encoding: 'utf8',
    }),
  ).toBe(output);
});

test.for([
  {
    what: 'setting',
    source: 'gitlab/settings.ts',
    declaration: /interface GitLabSettings \{(.*?)\n\}/s,
    names: /^ {2}(\w+): /gm,
  },
  {
    what: 'fault',
    source: 'spoiled-transfer.ts',
    declaration: /type SpoiledTransfer =(.*?);\n {4}\};/s,
    names: /\| \{\s*readonly (\w+): /g,
  },
])('the guide lists every $what', async ({ source, declaration, names }) => {
  const text = await readFile(new URL(`../src/${source}`, import.meta.url), 'utf8');
  const [, declared = ''] = declaration.exec(text) ?? [];
  const listed = [...declared.matchAll(names)].map(([, name]) => name ?? '');

  expect(listed.length).toBeGreaterThan(4);
  expect(listed.filter((name) => !guide.includes(`\`${name}`))).toEqual([]);
});

test('lists every code', async () => {
  const source = await readFile(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/^ {2}\|? ?'([A-Z_]+)'/gm)].map(([, code]) => `| \`${code}\` `);

  expect(codes).not.toHaveLength(0);
  expect(codes.filter((code) => !readme.includes(code))).toEqual([]);
});
