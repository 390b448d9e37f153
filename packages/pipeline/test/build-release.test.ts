import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRelease, readRelease } from '@wheelseal/pipeline';
import { expect, test, vi } from 'vitest';
import { buildsSamples, machineWith } from './fake-frontend.ts';
import {
  sampleSdist,
  sampleWheel,
  sdistName,
  wheelName,
  writeProject,
  writeSamples,
} from './sample-distributions.ts';
import { contentsOf, listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';

interface Recorded {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function recorded(record: string): Promise<Recorded> {
  const read: Recorded = JSON.parse(await readFile(record, 'utf8'));
  return read;
}

async function sampleProject(sample?: { readonly name?: string; readonly version?: string }) {
  const project = await temporaryFolder();
  await writeProject(project, sample);
  return project;
}

test('builds a wheel and an sdist, and writes the manifest', async () => {
  const project = await sampleProject();
  const { environment, record } = await machineWith();
  const { onEvent, of } = recorder();

  const release = await buildRelease(project, { environment, onEvent });

  expect(release).toMatchObject({
    name: 'demo',
    version: '1.0.0',
    directory: join(project, 'dist'),
  });
  expect(await listing(join(project, 'dist'))).toEqual([
    'build.log',
    wheelName,
    sdistName,
    'release.json',
  ]);
  expect(await readRelease(join(project, 'dist'))).toEqual(release);
  expect(of('build-started')).toMatchObject([{ frontend: 'uv', describe: 'uv 9.9.9' }]);
  expect(of('build-output')).toMatchObject([{ line: 'Successfully built', stream: 'stdout' }]);
  expect(of('distribution-measured')).toHaveLength(2);
  expect((await recorded(record)).args).toEqual([
    'build',
    '--out-dir',
    expect.any(String),
    project,
  ]);
});

test.for([
  [['uv', 'build', 'python'], 'uv'],
  [['build', 'python'], 'build'],
  [['python'], 'private'],
] as const)('of %s it takes %s', async ([programs, frontend]) => {
  const { environment } = await machineWith({ programs });
  const { onEvent, of } = recorder();

  await buildRelease(await sampleProject(), { environment, onEvent });

  expect(of('build-started')).toMatchObject([{ frontend }]);
});

test('takes the frontend that was asked for', async () => {
  const { environment } = await machineWith({ programs: ['uv', 'build'] });
  const { onEvent, of } = recorder();

  await buildRelease(await sampleProject(), { environment, frontend: 'build', onEvent });

  expect(of('build-started')).toMatchObject([{ frontend: 'build', describe: 'build 1.2.3' }]);
});

test('makes the private environment once, in the cache folder', async () => {
  const { environment, cache } = await machineWith({ programs: ['python'] });
  const { onEvent, of } = recorder();

  await buildRelease(await sampleProject(), { environment, onEvent });
  await buildRelease(await sampleProject(), { environment, onEvent });

  expect(of('build-environment-created')).toHaveLength(1);
  expect(await listing(join(cache, 'wheelseal'))).toEqual([
    expect.stringMatching(/^build-environment-[\da-f]{16}$/),
  ]);
});

test('makes the private environment again when it does not work any more', async () => {
  const { environment, cache } = await machineWith({ programs: ['python'] });
  await buildRelease(await sampleProject(), { environment });
  const [name = ''] = await listing(join(cache, 'wheelseal'));
  await writeFiles(join(cache, 'wheelseal', name), { 'bin/python': '#!/nowhere/python\n' });

  await buildRelease(await sampleProject(), { environment });

  expect(await listing(join(cache, 'wheelseal'))).toEqual([name]);
});

test.for([
  ['no program at all', [], {}],
  ['no such frontend', ['uv'], { frontend: 'build' }],
] as const)('says what to install with %s', async ([, programs, options]) => {
  const project = await sampleProject();
  const { environment } = await machineWith({ programs });
  const before = await contentsOf(project);

  await expect(buildRelease(project, { environment, ...options })).rejects.toMatchObject({
    code: 'BUILD_FRONTEND_MISSING',
    hint: expect.stringContaining('uv'),
  });
  expect(await contentsOf(project)).toEqual(before);
  expect(await listing(project)).toEqual(['pyproject.toml']);
});

test('starts no program in the project, where Python would find a `build.py`', async () => {
  const project = await sampleProject();
  const { environment, record } = await machineWith({ programs: ['build'] });

  await buildRelease(project, { environment });

  const { cwd } = await recorded(record);
  expect(cwd).not.toBe(project);
  await expect(stat(cwd)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('gives the build no secret and shows none', async () => {
  const canary = 'canary-0123456789';
  const { environment, record } = await machineWith({
    build: `${buildsSamples} console.error('token is ${canary}');`,
    environment: {
      CI_JOB_TOKEN: canary,
      SIGSTORE_ID_TOKEN: `${canary}-id`,
      GITLAB_TOKEN: `${canary}-gl`,
      TWINE_PASSWORD: `${canary}-tw`,
      UV_PUBLISH_TOKEN: `${canary}-uv`,
      AWS_SECRET_ACCESS_KEY: `${canary}-aws`,
      CI_REPOSITORY_URL: `https://gitlab-ci-token:${canary}@gitlab.test/g/p.git`,
      CI_PROJECT_NAME: 'demo',
    },
  });
  const { onEvent, events, of } = recorder();

  await buildRelease(await sampleProject(), { environment, onEvent });

  const seen = (await recorded(record)).environment;
  expect(JSON.stringify(seen)).not.toContain('canary');
  expect(seen).toMatchObject({ CI_PROJECT_NAME: 'demo' });
  expect(JSON.stringify(events)).not.toContain('canary');
  expect(of('build-output').map(({ line }) => line)).toContain('token is [MASKED]');
});

test('keeps the index of what the build requires, and warns of the credentials in it', async () => {
  const index = 'https://user:canary-0123@index.test/simple';
  const { environment, record } = await machineWith({ environment: { PIP_INDEX_URL: index } });
  const { onEvent, of } = recorder();

  await buildRelease(await sampleProject(), { environment, onEvent });

  expect((await recorded(record)).environment).toMatchObject({ PIP_INDEX_URL: index });
  expect(of('warning')).toMatchObject([{ message: expect.stringContaining('PIP_INDEX_URL') }]);
});

test.for([
  [
    'SOURCE_DATE_EPOCH',
    { SOURCE_DATE_EPOCH: '1', CI_COMMIT_TIMESTAMP: '2023-05-19T10:17:12-04:00' },
    '1',
  ],
  ['the CI', { CI_COMMIT_TIMESTAMP: '2023-05-19T10:17:12-04:00' }, '1684505832'],
  ['git', {}, '1700000000'],
] as const)('takes the time of the build from %s', async ([, variables, epoch]) => {
  const { environment, record } = await machineWith({
    programs: ['uv', 'git'],
    environment: variables,
  });
  const { onEvent, of } = recorder();

  await buildRelease(await sampleProject(), { environment, onEvent });

  expect((await recorded(record)).environment).toMatchObject({ SOURCE_DATE_EPOCH: epoch });
  expect(of('build-started')).toMatchObject([{ sourceDateEpoch: epoch }]);
});

test('shows the end of the output of a build that failed, and leaves nothing but its log', async () => {
  const project = await sampleProject();
  const { environment } = await machineWith({
    build: `fs.writeFileSync(path.join(out, '${wheelName}'), ''); console.log('compiling'); console.error('error: no such header'); process.exitCode = 3;`,
  });

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: expect.stringContaining('3'),
    hint: expect.stringContaining(join(project, 'dist', 'build.log')),
    cause: { message: expect.stringContaining('error: no such header') },
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});

test.for([
  ['nothing', '', /no wheel and no sdist/],
  [
    'no sdist',
    `fs.copyFileSync(path.join(samples, '${wheelName}'), path.join(out, '${wheelName}'))`,
    /no sdist/,
  ],
  [
    'no wheel',
    `fs.copyFileSync(path.join(samples, '${sdistName}'), path.join(out, '${sdistName}'))`,
    /no wheel/,
  ],
] as const)('refuses a build that makes %s', async ([, build, message]) => {
  const project = await sampleProject();
  const { environment } = await machineWith({ build });

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'BUILD_UNEXPECTED',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});

test.for([
  [{ name: 'unknown' }, /name `unknown`, expected `demo`/],
  [{ version: '0.0.0' }, /version `0.0.0`, expected `1.0.0`/],
] as const)('refuses distributions other than the project says: %j', async ([sample, message]) => {
  const project = await sampleProject();
  await writeSamples(join(project, 'dist'));
  const before = await contentsOf(project);
  const { environment } = await machineWith({ sample });

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'BUILD_UNEXPECTED',
    message: expect.stringMatching(message),
    hint: expect.stringContaining('setuptools>=61'),
  });
  const { 'dist/build.log': log, ...after } = await contentsOf(project);
  expect(log).toBeDefined();
  expect(after).toEqual(before);
});

test('refuses a distribution whose inside is another version', async () => {
  const project = await sampleProject();
  const other = sampleWheel({ version: '2.0.0' });
  const { environment } = await machineWith({
    build: `${buildsSamples} fs.writeFileSync(path.join(out, '${wheelName}'), Buffer.from('${other.bytes.toString('base64')}', 'base64'));`,
  });

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'DISTRIBUTION_UNSOUND',
    message: expect.stringContaining('METADATA_MISMATCH'),
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});

test('takes the version of the backend where the project leaves it open', async () => {
  const project = await temporaryFolder();
  await writeFiles(project, {
    'pyproject.toml':
      '[build-system]\nrequires = ["setuptools>=61"]\n[project]\nname = "demo"\ndynamic = ["version"]\n',
  });
  const { environment } = await machineWith({ sample: { version: '7.1' } });

  expect(await buildRelease(project, { environment })).toMatchObject({ version: '7.1' });
});

test('does not build over what another version left', async () => {
  const project = await sampleProject();
  const old = sampleSdist({ version: '0.9' });
  await writeFiles(join(project, 'dist'), { [old.filename]: old.bytes });
  const { environment } = await machineWith();
  const { onEvent, of } = recorder();

  await expect(buildRelease(project, { environment, onEvent })).rejects.toMatchObject({
    code: 'BUILD_UNEXPECTED',
    message: expect.stringContaining(old.filename),
    hint: expect.stringContaining('Remove'),
  });
  expect(of('build-started')).toEqual([]);
  expect(await listing(join(project, 'dist'))).toEqual([old.filename]);
});

test('says which other file of the same version becomes part of the release', async () => {
  const project = await sampleProject();
  const { filename: other, bytes } = sampleWheel({ tags: 'cp313-cp313-win_amd64' });
  await writeFiles(join(project, 'dist'), { [other]: bytes });
  const { environment } = await machineWith();
  const { onEvent, of } = recorder();

  const { distributions } = await buildRelease(project, { environment, onEvent });

  expect(distributions.map(({ filename }) => filename)).toEqual([other, wheelName, sdistName]);
  expect(of('warning')).toMatchObject([{ message: expect.stringContaining(other) }]);
});

test.for([
  ['a second sdist', 'demo-1.0.tar.gz', sampleSdist(), 'BUILD_UNEXPECTED'],
  [
    'a wheel of another version inside',
    'demo-1.0.0-1-py3-none-any.whl',
    sampleWheel({ version: '2' }),
    'DISTRIBUTION_UNSOUND',
  ],
  [
    'a broken wheel',
    'demo-1.0.0-2-py3-none-any.whl',
    { bytes: Buffer.from('PK') },
    'DISTRIBUTION_UNSOUND',
  ],
] as const)('does not release %s that lies there', async ([, filename, { bytes }, code]) => {
  const project = await sampleProject();
  await writeFiles(join(project, 'dist'), { [filename]: bytes });
  const { environment } = await machineWith();

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({ code });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log', filename].toSorted());
});

test.for([
  ['1.1', 'SETTING_INVALID'],
  ['one', 'VERSION_INVALID'],
] as const)('refuses the version `%s` when `pyproject.toml` has 1.0.0', async ([version, code]) => {
  const project = await sampleProject();
  const { environment } = await machineWith();

  await expect(buildRelease(project, { environment, version })).rejects.toMatchObject({
    code,
    hint: expect.any(String),
  });
  expect(await listing(project)).toEqual(['pyproject.toml']);
});

test('takes another spelling of the version for the same', async () => {
  const { environment } = await machineWith();

  const release = await buildRelease(await sampleProject(), { environment, version: '1.0' });

  expect(release).toMatchObject({ version: '1.0.0' });
});

test('does not take the version of the backend for the one that was asked for', async () => {
  const project = await temporaryFolder();
  await writeFiles(project, {
    'pyproject.toml': '[project]\nname = "demo"\ndynamic = ["version"]\n',
  });
  const { environment } = await machineWith({ sample: { version: '7.1' } });

  await expect(buildRelease(project, { environment, version: '7.2' })).rejects.toMatchObject({
    code: 'BUILD_UNEXPECTED',
    message: expect.stringContaining('version `7.1`, expected `7.2`'),
  });
});

test('building again replaces the files and drops their signatures', async () => {
  const project = await sampleProject();
  await writeSamples(join(project, 'dist'), { content: 'old' });
  await writeFiles(join(project, 'dist'), {
    [`${wheelName}.sig`]: 'old',
    [`${sdistName}.sigstore.json`]: '{}',
  });
  const { environment } = await machineWith({ sample: { content: 'new' } });

  const first = await buildRelease(project, { environment });
  expect(await listing(join(project, 'dist'))).toEqual([
    'build.log',
    wheelName,
    sdistName,
    'release.json',
  ]);
  expect(await buildRelease(project, { environment })).toEqual(first);
});

test('builds into another folder', async () => {
  const project = await sampleProject();
  const directory = join(await temporaryFolder(), 'new', 'out');
  const { environment } = await machineWith();

  await buildRelease(project, { environment, directory });

  expect(await listing(directory)).toEqual(['build.log', wheelName, sdistName, 'release.json']);
  expect(await listing(project)).toEqual(['pyproject.toml']);
});

test.for([
  ['PROJECT_UNREADABLE', {}],
  ['TOML_INVALID', { 'pyproject.toml': '[project' }],
  ['PROJECT_TABLE_MISSING', { 'pyproject.toml': '[tool.x]\n' }],
] as const)('starts nothing on %s', async ([code, files]) => {
  const project = await temporaryFolder();
  await writeFiles(project, files);
  const { environment, record } = await machineWith();

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({ code });
  await expect(stat(record)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('leaves no temporary file behind, whatever a frontend does', async () => {
  const project = await sampleProject();
  const temporary = await temporaryFolder();
  const litter = "fs.writeFileSync(path.join(process.env.TMPDIR, 'litter.lock'), '');";
  for (const build of [`${litter} ${buildsSamples}`, `${litter} process.exitCode = 1;`]) {
    const { environment, record } = await machineWith({
      build,
      environment: { TMPDIR: temporary },
    });

    await buildRelease(project, { environment }).catch(() => undefined);

    expect((await recorded(record)).environment).toMatchObject({
      TMPDIR: expect.stringMatching(new RegExp(`^${temporary}/wheelseal-`)),
    });
    expect(await listing(temporary)).toEqual([]);
  }
});

test('says so when there can be no temporary file', async () => {
  const { environment } = await machineWith({ environment: { TMPDIR: '/nonexistent' } });

  await expect(buildRelease(await sampleProject(), { environment })).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    message: expect.stringContaining('/nonexistent'),
  });
});

test('an abort ends the build with all its children, and leaves nothing but its log', async () => {
  const project = await sampleProject();
  const { environment } = await machineWith({
    build: `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      setInterval(() => {}, 1000);`,
  });
  const controller = new AbortController();
  const { onEvent, of } = recorder();
  const building = buildRelease(project, { environment, onEvent, signal: controller.signal });
  const failure = building.catch((error: unknown) => error);

  await vi.waitFor(() => expect(of('build-output')).toHaveLength(1), 10_000);
  controller.abort();
  expect(await failure).toMatchObject({ name: 'AbortError' });

  // The build counts as ended only when nobody holds its output any more, its children included.
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});
