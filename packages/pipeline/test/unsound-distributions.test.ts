import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildRelease,
  downloadVerified,
  measureRelease,
  type ReleaseEvent,
} from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { findingConcerns } from '../src/finding-concerns.ts';
import { fakeRegistries, fakeVerifier, policy } from './fake-ports.ts';
import { buildsSamples, machineWith } from './fake-frontend.ts';
import {
  sampleSdist,
  sampleWheel,
  sdistName,
  wheelName,
  writeProject,
} from './sample-distributions.ts';
import { listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';

const distInfo = 'demo-1.0.0.dist-info';
const otherTags = 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: cp313-cp313-win_amd64\n';

/** Wheels of the right name and version, by the code that says what is wrong with them. */
const unsoundWheels = {
  TAGS_MISMATCH: sampleWheel({ spoiled: { [`${distInfo}/WHEEL`]: otherTags } }),
  RECORD_MISMATCH: sampleWheel({ spoiled: { 'demo.py': '"""tampered"""\n' } }),
  RECORD_INCOMPLETE: sampleWheel({ spoiled: { 'added.py': '' } }),
  ENTRY_PATH_UNSAFE: sampleWheel({ spoiled: { '../outside.py': '' } }),
};
const unsound = Object.entries(unsoundWheels).map(([code, { bytes }]) => [code, bytes] as const);

const restructured = (text: string) => `Description-Content-Type: text/x-rst\n\n${text}\n`;
const dangling = sampleWheel({ description: restructured('See the `guide`_ for more.') }).bytes;
const broken = sampleWheel({ description: restructured('A long title\n=====\n\nText.') }).bytes;

/** A frontend that makes the sound sdist, and this wheel or these files. */
async function machineThatBuilds(...files: readonly { filename: string; bytes: Buffer }[]) {
  const writing = files.map(
    ({ filename, bytes }) =>
      `fs.writeFileSync(path.join(out, '${filename}'), Buffer.from('${bytes.toString('base64')}', 'base64'));`,
  );
  return machineWith({ build: `${buildsSamples} ${writing.join(' ')}` });
}

async function sampleProject(): Promise<string> {
  const project = await temporaryFolder();
  await writeProject(project);
  return project;
}

/** Downloads one file that is signed as it is. */
async function download(
  filename: string,
  bytes: Buffer,
  { name = 'demo', version = '1.0.0' } = {},
) {
  const registries = fakeRegistries();
  registries.pypi.push({ filename, bytes });
  const digest = createHash('sha256').update(bytes).digest('hex');
  registries.generic.set(
    `${name}/${version}/${filename}.sigstore.json`,
    Buffer.from(`bundle ${digest}`),
  );
  const folder = await temporaryFolder();
  const { onEvent, of } = recorder();
  const downloading = downloadVerified(
    { name, version, package: name, packageVersion: version },
    { ...registries, verifier: fakeVerifier(), policy },
    { directory: join(folder, 'out'), onEvent },
  );
  return { downloading, folder, of };
}

test.for(unsound)('a build is stopped by %s, and leaves nothing', async ([code, bytes]) => {
  const project = await sampleProject();
  const { environment } = await machineThatBuilds({ filename: wheelName, bytes });

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.stringMatching(new RegExp(`\`${wheelName}\`.*${code}`)),
    hint: expect.any(String),
    cause: { message: expect.stringContaining(code) },
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});

test.for(unsound)('what other jobs built is refused for %s', async ([code, bytes]) => {
  const project = await sampleProject();
  const dist = join(project, 'dist');
  await writeFiles(dist, { [wheelName]: bytes });

  await expect(measureRelease(dist, { project })).rejects.toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.stringContaining(code),
  });
});

test('all errors of all distributions are told at once', async () => {
  const project = await sampleProject();
  const wheel = sampleWheel({
    spoiled: { [`${distInfo}/WHEEL`]: otherTags, '../one.py': '', '../two.py': '' },
  });
  const sdist = { filename: sdistName, bytes: sampleSdist({ version: '2.0.0' }).bytes };
  const { environment } = await machineThatBuilds(wheel, sdist);

  const error: unknown = await buildRelease(project, { environment }).catch(
    (thrown: unknown) => thrown,
  );

  expect(error).toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.stringMatching(
      new RegExp(
        `${wheelName}.*ENTRY_PATH_UNSAFE.*TAGS_MISMATCH.*${sdistName}.*SDIST_FOLDER_MISMATCH`,
      ),
    ),
    hint: expect.stringMatching(/leave it out.*wheel tags.*do not rename/),
    cause: {
      message: expect.stringMatching(/one\.py[^]*two\.py[^]*TAGS_MISMATCH[^]*demo-2\.0\.0/),
    },
  });
});

test('a file that was there before the build is inspected too', async () => {
  const project = await sampleProject();
  const filename = 'demo-1.0.0-cp313-cp313-win_amd64.whl';
  await writeFiles(join(project, 'dist'), { [filename]: sampleWheel().bytes });
  const { environment } = await machineWith();

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.stringMatching(new RegExp(`${filename}.*TAGS_MISMATCH`)),
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log', filename]);
});

test.for([
  { how: 'probably', code: 'DESCRIPTION_SUSPICIOUS', bytes: dangling },
  { how: 'certainly', code: 'DESCRIPTION_BROKEN', bytes: broken },
])('a description that $how does not render is a warning, and no more', async ({ code, bytes }) => {
  const project = await sampleProject();
  const { environment } = await machineThatBuilds({ filename: wheelName, bytes });
  const [built, measured] = [recorder(), recorder()];

  await buildRelease(project, { environment, onEvent: built.onEvent });
  await measureRelease(join(project, 'dist'), { project, onEvent: measured.onEvent });

  for (const { of } of [built, measured]) {
    expect(of('warning')).toMatchObject([
      {
        message: expect.stringMatching(new RegExp(`${wheelName}.*${code}`)),
        hint: expect.stringContaining('readme'),
      },
    ]);
  }
});

test('a warning about several distributions is given once, with all their names', async () => {
  const project = await sampleProject();
  const wheels = ['cp312-cp312-win_amd64', 'cp313-cp313-win_amd64'].map((tags) =>
    sampleWheel({ tags, description: restructured('See the `guide`_.') }),
  );
  const dist = join(project, 'dist');
  for (const { filename, bytes } of wheels) await writeFiles(dist, { [filename]: bytes });
  const { onEvent, of } = recorder();

  await measureRelease(dist, { project, onEvent });

  expect(of('warning')).toHaveLength(1);
  for (const { filename } of wheels) expect(of('warning')[0]?.message).toContain(filename);
});

test('warnings are heard when there are errors too', async () => {
  const project = await sampleProject();
  const bytes = sampleWheel({
    description: restructured('See the `guide`_.'),
    spoiled: { 'added.py': '' },
  }).bytes;
  const { environment } = await machineThatBuilds({ filename: wheelName, bytes });
  const { onEvent, of } = recorder();

  await expect(buildRelease(project, { environment, onEvent })).rejects.toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.not.stringContaining('DESCRIPTION_SUSPICIOUS'),
  });
  expect(of('warning')).toHaveLength(1);
});

test('what was written to after its inspection is not released', async () => {
  const project = await sampleProject();
  const { environment } = await machineThatBuilds({ filename: wheelName, bytes: dangling });
  let output = '';
  const onEvent = (event: ReleaseEvent) => {
    // `uv build --out-dir OUTPUT PROJECT`
    if (event.type === 'build-started') output = event.command.at(-2) ?? '';
    if (event.type === 'warning') writeFileSync(join(output, wheelName), sampleWheel().bytes);
  };

  await expect(buildRelease(project, { environment, onEvent })).rejects.toMatchObject({
    code: 'DISTRIBUTION_CHANGED',
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});

test('a signature that a build leaves is not taken for one', async () => {
  const project = await sampleProject();
  const { environment } = await machineThatBuilds({
    filename: `${wheelName}.sig`,
    bytes: Buffer.from('no signature'),
  });

  const { distributions } = await buildRelease(project, { environment });

  expect(distributions.map(({ signatures }) => signatures)).toEqual([[], []]);
});

test('what is only measured is not inspected: a signature decides', async () => {
  const dist = await temporaryFolder();
  await writeFiles(dist, { [wheelName]: unsoundWheels.TAGS_MISMATCH.bytes });

  expect((await measureRelease(dist)).distributions).toHaveLength(1);
});

test.for(unsound)('a signed wheel is refused for %s, and leaves no file', async ([code, bytes]) => {
  const { downloading, folder, of } = await download(wheelName, bytes);

  await expect(downloading).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    cause: {
      code: 'DISTRIBUTION_UNSAFE',
      message: expect.stringContaining(code),
      hint: expect.stringContaining('maintainer'),
      cause: { message: expect.stringContaining(code) },
    },
  });
  expect(of('distribution-judged')).toMatchObject([
    { verdict: { status: 'refused', filename: wheelName, error: { code: 'DISTRIBUTION_UNSAFE' } } },
  ]);
  expect(await listing(folder)).toEqual([]);
});

test('a signed wheel under a name of other tags is refused', async () => {
  const { downloading, folder } = await download(
    'demo-1.0.0-cp313-cp313-win_amd64.whl',
    sampleWheel().bytes,
  );

  await expect(downloading).rejects.toMatchObject({
    cause: { code: 'DISTRIBUTION_UNSAFE', message: expect.stringContaining('TAGS_MISMATCH') },
  });
  expect(await listing(folder)).toEqual([]);
});

test('a signed sdist of another version inside is refused', async () => {
  const { downloading } = await download(sdistName, sampleSdist({ version: '0.9.0' }).bytes);

  await expect(downloading).rejects.toMatchObject({
    cause: {
      code: 'DISTRIBUTION_UNSAFE',
      message: expect.stringMatching(
        /METADATA_MISMATCH.*SDIST_FOLDER_MISMATCH|SDIST_FOLDER_MISMATCH.*METADATA_MISMATCH/,
      ),
    },
  });
});

test.for([
  ['certainly', broken],
  ['probably', dangling],
] as const)('a consumer hears nothing of a description that %s is broken', async ([, bytes]) => {
  const { downloading, of } = await download(wheelName, bytes);

  expect((await downloading).distributions).toMatchObject([{ status: 'verified' }]);
  expect(of('warning')).toEqual([]);
});

test('signed garbage is refused as what it is', async () => {
  const { downloading, folder } = await download(wheelName, Buffer.from('no archive'));

  await expect(downloading).rejects.toMatchObject({
    cause: { code: 'DISTRIBUTION_UNSAFE', message: expect.stringContaining('ARCHIVE_INVALID') },
  });
  expect(await listing(folder)).toEqual([]);
});

test('an old sdist whose name alone does not tell its version is found by its project', async () => {
  const { filename, bytes } = sampleSdist({ name: 'a', version: '1-1' });
  const { downloading, of } = await download(filename, bytes, { name: 'a', version: '1.post1' });

  expect(filename).toBe('a-1-1.tar.gz');
  expect((await downloading).distributions).toMatchObject([{ filename, status: 'verified' }]);
  expect(of('warning')).toEqual([]);
});

test('one of another project that could be read like this is refused', async () => {
  const { bytes } = sampleSdist({ name: 'a-1', version: '1' });
  const { downloading } = await download('a-1-1.tar.gz', bytes, { name: 'a', version: '1.post1' });

  await expect(downloading).rejects.toMatchObject({
    cause: { code: 'DISTRIBUTION_UNSAFE', message: expect.stringContaining('METADATA_MISMATCH') },
  });
});

test('every finding is decided about, and nobody is refused a file for a warning', async () => {
  const readme = await readFile(new URL('../../distributions/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| `([A-Z_]+)` +\| (error|warning) /gm)];
  const severities = new Map(rows.map(([, code = '', severity = '']) => [code, severity]));

  expect([...severities.keys()].toSorted()).toEqual(Object.keys(findingConcerns).toSorted());
  const refused = Object.entries(findingConcerns).flatMap(([code, concern]) =>
    concern === 'consumer' ? [code] : [],
  );
  expect(refused).toEqual(
    [...severities].flatMap(([code, severity]) =>
      severity === 'error' &&
      /^(?:ARCHIVE|ENTRY|METADATA|RECORD)_|^(?:WHEEL_INVALID|TAGS_MISMATCH|SDIST_FOLDER_MISMATCH)$/.test(
        code,
      )
        ? [code]
        : [],
    ),
  );
});
