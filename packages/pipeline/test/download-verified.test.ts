import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadVerified } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { fakeRegistries, fakeVerifier, policy, refusal } from './fake-ports.ts';
import { sampleSdist, sampleWheel, sdistName, wheelName } from './sample-distributions.ts';
import { contentsOf, listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';
import { createHash } from 'node:crypto';

const request = { name: 'Demo', version: '1.0', package: 'demo', packageVersion: '1.0.0' };
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** The wheel with `.sig` and `.crt`, as the tutorial leaves it; the sdist with a bundle. */
function published(version = '1.0.0') {
  const registries = fakeRegistries();
  const wheel = sampleWheel();
  const sdist = sampleSdist();
  registries.pypi.push(wheel, sdist);
  const put = (name: string, text: string) =>
    registries.generic.set(`demo/${version}/${name}`, Buffer.from(text));
  put(`${wheelName}.sig`, `signature ${digest(wheel.bytes)}`);
  put(`${wheelName}.crt`, 'certificate');
  put(`${sdistName}.sigstore.json`, `bundle ${digest(sdist.bytes)}`);
  return { ...registries, put, verifier: fakeVerifier(), policy };
}

test('brings the distributions of one version, verified', async () => {
  const directory = join(await temporaryFolder(), 'out');
  const { onEvent, of } = recorder();

  const downloaded = await downloadVerified(request, published(), { directory, onEvent });

  expect(downloaded).toMatchObject({ name: 'demo', version: '1.0', directory });
  expect(downloaded.distributions).toMatchObject([
    {
      filename: wheelName,
      path: join(directory, wheelName),
      material: 'detached',
      outcome: 'downloaded',
    },
    {
      filename: sdistName,
      path: join(directory, sdistName),
      material: 'bundle',
      outcome: 'downloaded',
    },
  ]);
  expect(await listing(directory)).toEqual([wheelName, sdistName]);
  expect(of('distribution-judged')).toHaveLength(2);
  expect(of('download-finished')).toHaveLength(2);
});

test('leaves the bundle beside a distribution when asked to', async () => {
  const directory = await temporaryFolder();

  await downloadVerified(request, published(), { directory, bundles: true });

  expect(await listing(directory)).toEqual([wheelName, sdistName, `${sdistName}.sigstore.json`]);
});

test('a second run finds everything there', async () => {
  const directory = await temporaryFolder();
  await downloadVerified(request, published(), { directory });
  const before = await contentsOf(directory);

  const { distributions } = await downloadVerified(request, published(), { directory });

  expect(distributions.map(({ outcome }) => outcome)).toEqual([
    'already-present',
    'already-present',
  ]);
  expect(await contentsOf(directory)).toEqual(before);
});

test('passes over other versions, other projects and what is no distribution', async () => {
  const ports = published();
  const directory = await temporaryFolder();
  for (const filename of [
    'demo-1.0.1.tar.gz',
    'evil-1.0.0.tar.gz',
    'demo-1.0.0.egg',
    `${wheelName}.sig`,
  ]) {
    ports.pypi.push({ filename, bytes: Buffer.from('x') });
  }
  const { onEvent, of } = recorder();

  await downloadVerified(request, ports, { directory, onEvent });

  expect(await listing(directory)).toEqual([wheelName, sdistName]);
  expect(of('warning').map(({ message }) => message)).toEqual([
    expect.stringContaining('evil-1.0.0.tar.gz'),
    expect.stringContaining('demo-1.0.0.egg'),
    expect.stringContaining(`${wheelName}.sig`),
  ]);
});

test.for([
  '../evil-1.0.0.tar.gz',
  '..\\evil-1.0.0.tar.gz',
  '/etc/evil-1.0.0.tar.gz',
  'C:evil-1.0.0.tar.gz',
  'demo-1.0.0\u0000.tar.gz',
  'demo-1.0.0\u001B[2J.tar.gz',
  'demo-1.0.0\u202E.tar.gz',
])('refuses a listed file called %j, and takes nothing', async (filename) => {
  const ports = published();
  ports.pypi.push({ filename, bytes: Buffer.from('x') });
  const folder = await temporaryFolder();
  const directory = join(folder, 'some', 'new', 'out');

  const downloading = downloadVerified(request, ports, { directory });

  await expect(downloading).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    message: expect.stringContaining('FILENAME_INVALID'),
  });
  await expect(downloading).rejects.not.toThrow(/\p{C}/u);
  expect(await listing(folder)).toEqual([]);
});

test('an unsigned file keeps all others out, and every file is named', async () => {
  const ports = published();
  ports.generic.delete(`demo/1.0.0/${wheelName}.crt`);
  const folder = await temporaryFolder();

  await expect(
    downloadVerified(request, ports, { directory: join(folder, 'out') }),
  ).rejects.toMatchObject({
    code: 'SIGNATURE_MISSING',
    message: expect.stringMatching(
      new RegExp(`${wheelName}.*SIGNATURE_MISSING.*${sdistName}.*verified`),
    ),
    verdict: { verified: false },
  });
  expect(await listing(folder)).toEqual([]);
});

test('a refused file keeps all others out', async () => {
  const ports = published();
  ports.put(`${wheelName}.sig`, 'signature of another file');
  const folder = await temporaryFolder();

  await expect(
    downloadVerified(request, ports, { directory: join(folder, 'out') }),
  ).rejects.toMatchObject({ code: 'VERIFICATION_FAILED', cause: { code: 'DIGEST_MISMATCH' } });
  expect(await listing(folder)).toEqual([]);
});

test.for([
  { what: 'an older version', bytes: sampleWheel({ version: '0.9.0' }).bytes },
  { what: 'another project', bytes: sampleWheel({ name: 'other' }).bytes },
])('$what of the same signer is refused under this name', async ({ bytes }) => {
  const registries = fakeRegistries();
  registries.pypi.push({ filename: wheelName, bytes });
  const bundle = Buffer.from(`bundle ${digest(bytes)}`);
  registries.generic.set(`demo/1.0.0/${wheelName}.sigstore.json`, bundle);
  const ports = { ...registries, verifier: fakeVerifier(), policy };
  const folder = await temporaryFolder();

  await expect(
    downloadVerified(request, ports, { directory: join(folder, 'out') }),
  ).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    cause: {
      code: 'DISTRIBUTION_UNSAFE',
      message: expect.stringMatching(/METADATA_(?:MISMATCH|MISSING)/),
    },
  });
  expect(await listing(folder)).toEqual([]);
});

test('takes the bundle where there is one', async () => {
  const ports = published();
  ports.put(`${wheelName}.sigstore.json`, `bundle ${digest(sampleWheel().bytes)}`);
  ports.put(`${wheelName}.sig`, 'not even looked at');

  const { distributions } = await downloadVerified(request, ports, {
    directory: await temporaryFolder(),
  });

  expect(distributions[0]).toMatchObject({ material: 'bundle' });
});

test('refuses one name with two contents', async () => {
  const ports = published();
  ports.pypi.push(sampleWheel({ content: 'x' }));

  await expect(
    downloadVerified(request, ports, { directory: await temporaryFolder() }),
  ).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    cause: { message: expect.stringContaining('more than once') },
  });
});

test('other bytes in the way are left alone, and nothing is added', async () => {
  const directory = await temporaryFolder();
  await writeFiles(directory, { [sdistName]: 'precious' });
  const before = await contentsOf(directory);

  await expect(downloadVerified(request, published(), { directory })).rejects.toMatchObject({
    code: 'FILE_EXISTS',
    message: expect.stringContaining(sdistName),
    hint: expect.stringContaining('folder'),
  });
  expect(await contentsOf(directory)).toEqual(before);
});

test('does not write through a link that is in the way', async () => {
  const directory = await temporaryFolder();
  await symlink('elsewhere', join(directory, wheelName));

  await expect(downloadVerified(request, published(), { directory })).rejects.toMatchObject({
    code: 'FILE_EXISTS',
  });
  expect(await listing(directory)).toEqual([wheelName]);
});

test('names the versions there are', async () => {
  const downloading = downloadVerified({ ...request, version: '2.0' }, published(), {
    directory: await temporaryFolder(),
  });

  await expect(downloading).rejects.toMatchObject({
    code: 'VERSION_NOT_FOUND',
    message: expect.stringContaining('1.0.0'),
    hint: expect.any(String),
  });
});

test('finds signatures under the canonical spelling of the version too', async () => {
  const asked = { ...request, packageVersion: '1.0.0-rc.1' };
  const downloading = downloadVerified(asked, published('1.0.0rc1'), {
    directory: await temporaryFolder(),
  });

  await expect(downloading).resolves.toMatchObject({ distributions: [{}, {}] });
});

test('a registry that does not answer is no verdict', async () => {
  const ports = published();
  const folder = await temporaryFolder();
  ports.hooks.before = ({ call }) => {
    if (call === 'get') throw refusal('REGISTRY_UNAVAILABLE', '503');
  };

  await expect(
    downloadVerified(request, ports, { directory: join(folder, 'out') }),
  ).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
  expect(await listing(folder)).toEqual([]);
});

test.for([
  ['NAME_INVALID', { ...request, name: '../demo' }],
  ['VERSION_INVALID', { ...request, version: 'latest' }],
] as const)('asks nobody on %s', async ([code, wrong]) => {
  const ports = published();

  await expect(
    downloadVerified(wrong, ports, { directory: await temporaryFolder() }),
  ).rejects.toMatchObject({ code });
  expect(ports.calls).toEqual([]);
});

test('says which folder cannot be made', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { file: '' });
  const directory = join(folder, 'file', 'out');

  await expect(downloadVerified(request, published(), { directory })).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: expect.stringContaining(directory),
    hint: expect.stringContaining('folder'),
  });
});
