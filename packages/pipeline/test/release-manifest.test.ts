import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measureRelease, readRelease, writeRelease } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { sampleWheel, sdistName, wheelName, writeSamples } from './sample-distributions.ts';
import { contentsOf, recorder, temporaryFolder, writeFiles } from './workplace.ts';

async function writtenRelease(): Promise<string> {
  const folder = await temporaryFolder();
  await writeSamples(folder);
  await writeRelease(await measureRelease(folder));
  return folder;
}

interface Manifest {
  schemaVersion: number;
  name: string;
  version: string;
  distributions: {
    filename: string;
    kind: string;
    size: number;
    sha256: string;
    signatures: object[];
  }[];
}

async function changeManifest(
  folder: string,
  change: (manifest: Manifest, first: Manifest['distributions'][number]) => void,
): Promise<void> {
  const path = join(folder, 'release.json');
  const manifest: Manifest = JSON.parse(await readFile(path, 'utf8'));
  change(manifest, manifest.distributions[0]!);
  await writeFile(path, JSON.stringify(manifest));
}

test('measures what lies in a folder', async () => {
  const folder = await temporaryFolder();
  await writeSamples(folder);
  await writeFiles(folder, { [`${wheelName}.sig`]: 'sig', [`${wheelName}.crt`]: 'crt', note: 'x' });
  const { onEvent, of } = recorder();

  const release = await measureRelease(folder, { onEvent });

  expect(release).toMatchObject({
    schemaVersion: 1,
    directory: folder,
    name: 'demo',
    version: '1.0.0',
    distributions: [
      {
        filename: wheelName,
        kind: 'wheel',
        size: sampleWheel().bytes.length,
        sha256: expect.stringMatching(/^[\da-f]{64}$/),
        signatures: [
          { kind: 'signature', filename: `${wheelName}.sig`, size: 3 },
          { kind: 'certificate', filename: `${wheelName}.crt`, size: 3 },
        ],
      },
      { filename: sdistName, kind: 'sdist', signatures: [] },
    ],
  });
  expect(of('distribution-measured')).toHaveLength(2);
});

test('a release comes back from its manifest, also in another folder', async () => {
  const folder = await writtenRelease();
  const elsewhere = await temporaryFolder();
  await cp(folder, elsewhere, { recursive: true });

  expect(await readRelease(elsewhere)).toEqual({
    ...(await readRelease(folder)),
    directory: elsewhere,
  });
});

test('the manifest knows no path and is the same each time', async () => {
  const folder = await writtenRelease();
  const text = await readFile(join(folder, 'release.json'), 'utf8');

  await writeRelease(await readRelease(folder));

  expect(text).not.toContain(folder);
  expect(await readFile(join(folder, 'release.json'), 'utf8')).toBe(text);
});

test('without a manifest the folder is measured', async () => {
  const folder = await temporaryFolder();
  await writeSamples(folder);

  expect(await readRelease(folder)).toEqual(await measureRelease(folder));
});

test('takes in signatures that came after the manifest', async () => {
  const folder = await writtenRelease();
  await writeFiles(folder, { [`${sdistName}.sig`]: 'sig', [`${sdistName}.crt`]: 'crt' });

  const { distributions } = await readRelease(folder);

  expect(distributions[1]?.signatures.map(({ kind }) => kind)).toEqual([
    'signature',
    'certificate',
  ]);
});

test.for(['empty', 'absent'])('an %s folder is nothing to release', async (kind) => {
  const folder = join(await temporaryFolder(), kind === 'absent' ? 'dist' : '');

  for (const open of [readRelease, measureRelease]) {
    await expect(open(folder)).rejects.toMatchObject({
      code: 'NOTHING_TO_RELEASE',
      hint: expect.stringContaining('build'),
    });
  }
});

test('names every file that changed', async () => {
  const folder = await writtenRelease();
  await writeFiles(folder, { [wheelName]: sampleWheel({ content: 'other' }).bytes });
  await truncate(join(folder, sdistName), 10);

  await expect(readRelease(folder)).rejects.toMatchObject({
    code: 'RELEASE_CHANGED',
    message: expect.stringMatching(new RegExp(`${wheelName}.*${sdistName}`)),
    hint: expect.stringContaining('sign'),
  });
});

test('notices a signature that changed or went', async () => {
  const folder = await temporaryFolder();
  await writeSamples(folder);
  await writeFiles(folder, { [`${wheelName}.sig`]: 'sig' });
  await writeRelease(await measureRelease(folder));

  await writeFiles(folder, { [`${wheelName}.sig`]: 'sIg' });
  await expect(readRelease(folder)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });

  await rm(join(folder, `${wheelName}.sig`));
  await expect(readRelease(folder)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });
});

test('notices a distribution that went, and one that was added', async () => {
  const folder = await writtenRelease();
  const added = 'demo-1.0.0-py2-none-any.whl';
  await writeFiles(folder, { [added]: sampleWheel().bytes });
  await expect(readRelease(folder)).rejects.toMatchObject({
    code: 'RELEASE_CHANGED',
    message: expect.stringContaining(added),
  });

  await rm(join(folder, added));
  await rm(join(folder, wheelName));
  await expect(readRelease(folder)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });
});

test.for<[string, Parameters<typeof changeManifest>[1]]>([
  ['another schema version', (manifest) => (manifest.schemaVersion = 2)],
  ['no distribution', (manifest) => (manifest.distributions = [])],
  ['a path in place of a name', (_, first) => (first.filename = '../demo-1.0.0-py3-none-any.whl')],
  [
    'a signature elsewhere',
    (_, first) =>
      (first.signatures = [
        { kind: 'signature', filename: '/etc/passwd', size: 1, sha256: 'a'.repeat(64) },
      ]),
  ],
  ['another kind', (_, first) => (first.kind = 'sdist')],
  ['another name', (manifest) => (manifest.name = 'other')],
  ['another version', (manifest) => (manifest.version = '2.0')],
  ['a version that is none', (manifest) => (manifest.version = 'x')],
  ['a file twice', ({ distributions }, first) => distributions.push(first)],
  ['a short digest', (_, first) => (first.sha256 = 'abc')],
  ['a negative size', (_, first) => (first.size = -1)],
])('refuses a manifest with %s', async ([, change]) => {
  const folder = await writtenRelease();
  await changeManifest(folder, change);

  await expect(readRelease(folder)).rejects.toMatchObject({
    code: 'RELEASE_MALFORMED',
    hint: expect.stringContaining('build'),
    cause: expect.any(Error),
  });
});

test('refuses a manifest that is not JSON, and leaves it alone', async () => {
  const folder = await writtenRelease();
  await writeFiles(folder, { 'release.json': '{' });
  const before = await contentsOf(folder);

  await expect(readRelease(folder)).rejects.toMatchObject({ code: 'RELEASE_MALFORMED' });
  expect(await contentsOf(folder)).toEqual(before);
});

test('refuses distributions that do not belong together', async () => {
  const folder = await temporaryFolder();
  await writeSamples(folder);
  const old = sampleWheel({ version: '0.9' });
  await writeFiles(folder, { [old.filename]: old.bytes });

  await expect(measureRelease(folder)).rejects.toMatchObject({
    code: 'BUILD_UNEXPECTED',
    message: expect.stringContaining('0.9'),
    hint: expect.stringContaining('left over'),
  });
});

test('takes two spellings of one version for the same', async () => {
  const folder = await temporaryFolder();
  await writeSamples(folder, { version: '1.0' });
  const more = sampleWheel({ version: '1.0.0' });
  await writeFiles(folder, { [more.filename]: more.bytes });

  expect((await measureRelease(folder)).distributions).toHaveLength(3);
});

test('ends on an abort', async () => {
  const folder = await writtenRelease();

  await expect(readRelease(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});
