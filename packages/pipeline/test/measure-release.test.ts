import { join } from 'node:path';
import { measureRelease } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import {
  sampleSdist,
  sampleWheel,
  sdistName,
  wheelName,
  writeProject,
} from './sample-distributions.ts';
import { recorder, temporaryFolder, writeFiles } from './workplace.ts';

const platforms = ['cp312-cp312-manylinux_2_28_x86_64', 'cp313-cp313-macosx_11_0_arm64'];
const wheels = platforms.map((tags) => `demo-1.0.0-${tags}.whl`);

/** A project with wheels that other jobs built, and whatever else is given. */
async function builtProject(
  files: Readonly<Record<string, Uint8Array>> = {},
  sample?: { readonly name?: string; readonly version?: string },
) {
  const project = await temporaryFolder();
  await writeProject(project, sample);
  const dist = join(project, 'dist');
  await writeFiles(
    dist,
    Object.fromEntries(
      platforms.map((tag) => [`demo-1.0.0-${tag}.whl`, sampleWheel({ tag }).bytes]),
    ),
  );
  await writeFiles(dist, files);
  return { project, dist };
}

test('wheels of many jobs and one sdist are one release', async () => {
  const { project, dist } = await builtProject({ [sdistName]: sampleSdist().bytes });
  const { onEvent, of } = recorder();

  const release = await measureRelease(dist, { project, version: '1.0', onEvent });

  expect(release).toMatchObject({ name: 'demo', version: '1.0.0' });
  expect(release.distributions.map(({ filename }) => filename)).toEqual([...wheels, sdistName]);
  expect(of('distribution-measured')).toHaveLength(3);
});

test('wheels alone are a release too', async () => {
  const { project, dist } = await builtProject();

  const { distributions } = await measureRelease(dist, { project });

  expect(distributions).toHaveLength(2);
});

test.for([
  ['another name', {}, { name: 'other' }, 'BUILD_UNEXPECTED'],
  ['another version', {}, { version: '2.0' }, 'BUILD_UNEXPECTED'],
  [
    'two sdists',
    { [sdistName]: sampleSdist().bytes, 'demo-1.0.tar.gz': sampleSdist().bytes },
    {},
    'BUILD_UNEXPECTED',
  ],
  [
    'a wheel of another version beside the rest',
    { 'demo-2.0-py3-none-any.whl': sampleWheel({ version: '2.0' }).bytes },
    {},
    'BUILD_UNEXPECTED',
  ],
  [
    'a wheel that is another one inside',
    { 'demo-1.0.0-py2-none-any.whl': sampleWheel({ version: '1.1' }).bytes },
    {},
    'DISTRIBUTION_UNSOUND',
  ],
] as const)('refuses %s', async ([, files, sample, code]) => {
  const { project, dist } = await builtProject(files, sample);

  await expect(measureRelease(dist, { project })).rejects.toMatchObject({
    code,
    hint: expect.any(String),
  });
});

test.for([
  ['a wheel under the tags of another', { 'demo-1.0.0-py2-none-any.whl': sampleWheel() }],
  [
    'a file that `RECORD` does not list',
    {
      'demo-1.0.0-1-py3-none-any.whl': sampleWheel({
        extra: {},
        unlisted: { 'evil.pth': 'import evil' },
      }),
    },
  ],
  ['a path that leads out', { [wheelName]: sampleWheel({ extra: { '../evil.py': '' } }) }],
] as const)('refuses %s, and says everything that is wrong', async ([, files]) => {
  const contents = Object.entries(files).map(([name, { bytes }]) => [name, bytes] as const);
  const { project, dist } = await builtProject(Object.fromEntries(contents));

  await expect(measureRelease(dist, { project })).rejects.toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.stringContaining(contents[0]?.[0] ?? ''),
    hint: expect.any(String),
  });
});

test.for(['', 'text/html'])('only warns of a description that is %j', async (contentType) => {
  const { project, dist } = await builtProject({
    [wheelName]: sampleWheel({ contentType }).bytes,
  });
  const { onEvent, of } = recorder();

  await measureRelease(dist, { project, onEvent });

  expect(of('warning')).toMatchObject([
    { message: expect.stringContaining(wheelName), hint: expect.any(String) },
  ]);
});

test('refuses another version than was asked for', async () => {
  const { project, dist } = await builtProject();

  await expect(measureRelease(dist, { project, version: '1.1' })).rejects.toMatchObject({
    code: 'SETTING_INVALID',
  });
});

test('needs the project it is to agree with', async () => {
  const { dist } = await builtProject();

  await expect(measureRelease(dist, { project: dist })).rejects.toMatchObject({
    code: 'PROJECT_UNREADABLE',
  });
});
