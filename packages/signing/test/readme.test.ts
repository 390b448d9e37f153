import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { signAndVerify } from '../examples/sign-and-verify.ts';

const folder = new URL('..', import.meta.url);

test('shows the example as it is', async () => {
  const readme = await readFile(new URL('README.md', folder), 'utf8');
  const example = await readFile(new URL('examples/sign-and-verify.ts', folder), 'utf8');

  expect(/```ts\n([^]*?)```/.exec(readme)?.[1]).toBe(example);
});

test('shows every error code', async () => {
  const readme = await readFile(new URL('README.md', folder), 'utf8');
  const errors = await readFile(new URL('src/errors.ts', folder), 'utf8');
  const codes = [...errors.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code);

  expect(codes.length).toBeGreaterThan(20);
  expect([...readme.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code)).toEqual(codes);
});

test('runs the example', async () => {
  await using sandbox = await startSandbox();
  const directory = await mkdtemp(join(tmpdir(), 'wheelseal-signing-'));
  try {
    const path = join(directory, 'demo-1.0.0-py3-none-any.whl');
    await writeFile(path, 'the wheel');

    await expect(signAndVerify(path, sandbox.environment)).resolves.toMatchObject({
      material: 'bundle',
      identity: { subject: sandbox.environment['CERTIFICATE_IDENTITY'] },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
