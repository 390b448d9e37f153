import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDistributions } from '@wheelseal/distributions';
import { expect, test } from 'vitest';
import { temporaryFile, temporaryFolder } from './archives.ts';

test('lists wheels and sdists and nothing else, sorted', async () => {
  const folder = await temporaryFolder();
  const names = ['b-1.0.tar.gz', 'a-1.0-py3-none-any.whl', 'B-0.9-py3-none-any.whl'];
  const others = ['a-1.0-py3-none-any.whl.sig', 'b-1.0.tar.gz.crt', 'release.json', 'c-1.0.zip'];
  await Promise.all([...names, ...others].map((name) => writeFile(join(folder, name), '')));
  await mkdir(join(folder, 'folder-1.0.tar.gz'));

  expect(await findDistributions(folder)).toEqual(
    ['B-0.9-py3-none-any.whl', 'a-1.0-py3-none-any.whl', 'b-1.0.tar.gz'].map((name) =>
      join(folder, name),
    ),
  );
});

test('finds nothing in an empty folder', async () => {
  expect(await findDistributions(await temporaryFolder())).toEqual([]);
});

test('refuses a folder that is absent or a file', async () => {
  const file = await temporaryFile('file', '');

  for (const path of [file, `${file}-absent`]) {
    await expect(findDistributions(path)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      hint: expect.stringContaining('exists'),
    });
  }
});
