import { readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inspectDistribution, measureDistribution, measureFile } from '@wheelseal/distributions';
import { expect, test } from 'vitest';
import { tarball, temporaryFile, temporaryFolder, withRecord, zip } from './archives.ts';
import { metadata, sdistFiles, wheelFiles } from './inspected.ts';

const filename = 'demo-1.0-py3-none-any.whl';
const sound = zip(withRecord(wheelFiles()));

test('says what a distribution is, with its digest and its metadata', async () => {
  const path = await temporaryFile(filename, sound);
  const distribution = await measureDistribution(path);

  expect(await inspectDistribution(path)).toEqual({
    distribution,
    metadata: expect.objectContaining({ name: 'demo', licenseExpression: 'MIT' }),
    findings: [],
  });
});

test('measures what it is asked to', async () => {
  const path = await temporaryFile(filename, sound);
  const measured = await measureFile(path, { blake2b256: true });

  expect((await inspectDistribution(path, { blake2b256: true })).distribution).toMatchObject(
    measured,
  );
});

test('inspects what was measured, under whatever name it lies', async () => {
  const path = await temporaryFile(filename, sound);
  const measured = await measureDistribution(path);
  const moved = join(dirname(path), 'download.part');
  await rename(path, moved);

  const { distribution, findings } = await inspectDistribution({ ...measured, path: moved });

  expect(distribution).toEqual({ ...measured, path: moved });
  expect(findings).toEqual([]);
});

test('refuses what has other bytes than were measured', async () => {
  const path = await temporaryFile(filename, sound);
  const measured = await measureDistribution(path);
  await writeFile(path, zip(withRecord(wheelFiles(metadata({ Summary: 'Other' })))));

  await expect(inspectDistribution(measured)).rejects.toMatchObject({
    code: 'DISTRIBUTION_CHANGED',
  });
});

test('gives each finding its severity and a hint, errors first', async () => {
  const wheel = zip(withRecord(wheelFiles(metadata({ 'Requires-Python': '', Version: '2.0' }))));
  const { findings } = await inspectDistribution(await temporaryFile(filename, wheel));

  expect(findings).toEqual([
    {
      code: 'METADATA_MISMATCH',
      severity: 'error',
      message: `the core metadata of \`${filename}\` is for \`demo\` \`2.0\``,
      hint: expect.stringContaining('do not rename'),
    },
    {
      code: 'REQUIRES_PYTHON_MISSING',
      severity: 'warning',
      message: expect.stringContaining('which Python'),
      hint: expect.stringContaining('requires-python'),
    },
  ]);
});

test('leaves the metadata out where there is none to read', async () => {
  const inspection = await inspectDistribution(await temporaryFile(filename, 'no archive'));

  expect(inspection).toMatchObject({ distribution: { name: 'demo', size: 10 } });
  expect('metadata' in inspection).toBe(false);
});

test('reads an old name of an sdist by what is known', async () => {
  const entries = sdistFiles.map(({ name, content }) => ({
    name: name.replace('demo-1.0', 'demo-1-1'),
    content: name.endsWith('PKG-INFO') ? metadata({ Version: '1.post1' }) : content,
  }));
  const path = await temporaryFile('demo-1-1.tar.gz', await tarball(entries));

  await expect(inspectDistribution(path)).rejects.toMatchObject({ code: 'FILENAME_AMBIGUOUS' });
  const { distribution, findings } = await inspectDistribution(path, { name: 'demo' });
  expect(distribution.version).toBe('1.post1');
  expect(findings).toEqual([]);
  expect((await inspectDistribution(distribution)).findings).toEqual([]);
});

test('refuses a file that is absent or has another name', async () => {
  const folder = await temporaryFolder();

  await expect(inspectDistribution(join(folder, filename))).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  });
  await expect(inspectDistribution(join(folder, 'demo.egg'))).rejects.toMatchObject({
    code: 'FILENAME_INVALID',
  });
});

test('writes nothing', async () => {
  const path = await temporaryFile(filename, sound);
  await inspectDistribution(path);

  expect(await readdir(dirname(path))).toEqual([filename]);
});

test('opens nothing once the signal is aborted, and stops when it is', async () => {
  const options = { signal: AbortSignal.abort() };
  await expect(inspectDistribution('/absent/x.whl', options)).rejects.toMatchObject({
    name: 'AbortError',
  });

  const large = { name: 'demo/large', content: Buffer.alloc(50_000_000, 'abc') };
  const wheel = await temporaryFile(filename, zip(withRecord([...wheelFiles(), large])));
  const sdist = await temporaryFile(
    'demo-1.0.tar.gz',
    await tarball([...sdistFiles, { name: 'demo-1.0/x', content: 'x'.repeat(50_000_000) }]),
  );
  for (const path of [wheel, sdist]) {
    const controller = new AbortController();
    const reason = new Error('enough');
    const inspecting = inspectDistribution(path, { signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 5);
    await expect(inspecting).rejects.toBe(reason);
  }
});
