import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

const example = new URL('../examples/lose-the-log.ts', import.meta.url);
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

test('shows the example as it is', async () => {
  expect(/```ts\n(.*?)```/s.exec(readme)?.[1]).toBe(await readFile(example, 'utf8'));
});

test('lists every code', async () => {
  const source = await readFile(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/^ {2}\|? ?'([A-Z_]+)'/gm)].map(([, code]) => `| \`${code}\` `);

  expect(codes).not.toHaveLength(0);
  expect(codes.filter((code) => !readme.includes(code))).toEqual([]);
});

test('has an example that works', () => {
  const output = execFileSync(
    process.execPath,
    ['-C', '@wheelseal/source', fileURLToPath(example)],
    { encoding: 'utf8' },
  );

  expect(output).toBe('job of sandbox/demo\nlog answered 503, then 200\n');
});
