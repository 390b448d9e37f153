import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { assertUnchanged, measureDistribution, measureFile } from '@wheelseal/distributions';
import { expect, test } from 'vitest';
import { temporaryFile, temporaryFolder } from './archives.ts';

const mebibyte = 1024 * 1024;

test.for([0, 1, 1000, mebibyte - 1, mebibyte, mebibyte + 1, 5 * mebibyte + 17])(
  'measures a file of %d bytes',
  async (size) => {
    const content = randomBytes(size);
    const path = await temporaryFile('file', content);

    expect(await measureFile(path)).toEqual({
      path,
      size,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
  },
);

test('answers with an absolute path', async () => {
  const path = await temporaryFile('file', 'x');

  expect((await measureFile(relative(process.cwd(), path))).path).toBe(path);
});

test('measures what a link points at', async () => {
  const path = await temporaryFile('file', 'x');
  await symlink(path, `${path}.link`);

  expect((await measureFile(`${path}.link`)).size).toBe(1);
});

test('refuses what is not a regular file, and does not wait for a pipe', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'folder'));
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')]);

  for (const name of ['folder', 'pipe', 'absent']) {
    await expect(measureFile(join(folder, name))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      hint: expect.stringContaining('exists'),
      cause: expect.any(Error),
    });
  }
  await expect(measureFile('/dev/null')).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test('opens nothing once the signal is aborted', async () => {
  const options = { signal: AbortSignal.abort() };

  await expect(measureFile('/does/not/exist', options)).rejects.toMatchObject({
    name: 'AbortError',
  });
  await expect(measureDistribution('/not/a/wheel', options)).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('stops in the middle of a file when the signal is aborted', async () => {
  const path = await temporaryFile('file', Buffer.alloc(32 * mebibyte));
  const controller = new AbortController();
  const reason = new Error('enough');
  setImmediate(() => {
    controller.abort(reason);
  });

  await expect(measureFile(path, { signal: controller.signal })).rejects.toBe(reason);
});

test('lets a wrong argument through as a TypeError', async () => {
  await expect(measureFile('a\0b')).rejects.toBeInstanceOf(TypeError);
});

test('measures a distribution with what its name says', async () => {
  const path = await temporaryFile('Ledger.Tools-1.4.0.RC2.tar.gz', 'not even an archive');

  expect(await measureDistribution(path)).toMatchObject({
    path,
    filename: 'Ledger.Tools-1.4.0.RC2.tar.gz',
    kind: 'sdist',
    name: 'ledger-tools',
    version: '1.4.0rc2',
    size: 19,
  });
});

test('refuses a file whose name is no distribution', async () => {
  const path = await temporaryFile('ledger.egg', '');

  await expect(measureDistribution(path)).rejects.toMatchObject({ code: 'FILENAME_INVALID' });
});

test('is content with an unchanged file', async () => {
  const path = await temporaryFile('file', 'bytes');
  const measured = await measureFile(path);

  await expect(assertUnchanged(measured)).resolves.toBeUndefined();
  await expect(
    assertUnchanged({ ...measured, sha256: measured.sha256.toUpperCase() }),
  ).resolves.toBeUndefined();
});

test.for(['bytez', 'bytes!', ''])('notices that a file became %j', async (content) => {
  const path = await temporaryFile('file', 'bytes');
  const measured = await measureFile(path);
  await writeFile(path, content);

  await expect(assertUnchanged(measured)).rejects.toMatchObject({
    code: 'DISTRIBUTION_CHANGED',
    message: expect.stringContaining(measured.sha256),
    hint: expect.stringContaining('build again'),
  });
});

test('compares the size as well', async () => {
  const path = await temporaryFile('file', 'bytes');
  const measured = await measureFile(path);

  await expect(assertUnchanged({ ...measured, size: 6 })).rejects.toMatchObject({
    code: 'DISTRIBUTION_CHANGED',
  });
});

test.for([
  ['', '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8'],
  ['abc', 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319'],
] as const)('computes BLAKE2b-256 of %j for those who ask', async ([content, blake2b256]) => {
  const path = await temporaryFile('file', content);

  expect(await measureFile(path, { blake2b256: true })).toMatchObject({ blake2b256 });
  expect('blake2b256' in (await measureFile(path))).toBe(false);
});

test('computes both digests over several buffers', async () => {
  const content = Buffer.alloc(3 * mebibyte + 5, 'wheel');
  const path = await temporaryFile('demo-1.0.tar.gz', content);

  expect(await measureDistribution(path, { blake2b256: true })).toMatchObject({
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    blake2b256: 'aab09e468931796141968be5c72a79de5655f9b0291832b15425433c8c22bef0',
  });
});

test('measures an old sdist by what is known of it', async () => {
  const path = await temporaryFile('a-1-1.tar.gz', '');

  await expect(measureDistribution(path)).rejects.toMatchObject({ code: 'FILENAME_AMBIGUOUS' });
  expect(await measureDistribution(path, { name: 'A' })).toMatchObject({ version: '1.post1' });
});
