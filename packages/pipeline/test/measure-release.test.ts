import { join } from 'node:path';
import { measureRelease } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { sampleSdist, sampleWheel, sdistName, writeProject } from './sample-distributions.ts';
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
  for (const tags of platforms) {
    const { filename, bytes } = sampleWheel({ tags });
    await writeFiles(dist, { [filename]: bytes });
  }
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
