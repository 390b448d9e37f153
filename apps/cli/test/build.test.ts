import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeDistributions } from './distribution-files.ts';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

const demo = { name: 'demo', version: '1.0.0' };
const pyproject = '[project]\nname = "demo"\nversion = "1.0.0"\n';

/** A project with distributions that other jobs built. */
async function builtProject(text = pyproject): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), text);
  await writeDistributions(join(folder, 'dist'), demo);
  return folder;
}

/** A folder with a `uv` that copies what is in another folder. */
async function fakeUv(before = ''): Promise<string> {
  const folder = await temporaryFolder();
  const samples = join(folder, 'samples');
  await mkdir(samples);
  await writeDistributions(samples, demo);
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo 'uv 9.9.9 (of a test)'; exit; fi
${before}
echo copying
cp '${samples}'/* "$3"
`;
  await writeFile(join(folder, 'uv'), script);
  await chmod(join(folder, 'uv'), 0o755);
  return folder;
}

test('says what builds and where its output is', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  const environment = { PATH: `${await fakeUv()}:/usr/bin:/bin` };

  const { exitCode, stdout, stderr } = await wheelseal(['build', folder], { environment });

  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain('2 distributions by uv 9.9.9 ');
  expect(stdout).toContain(`    log  ${join(folder, 'dist', 'build.log')}`);
  const called = await wheelseal(['build', folder, '--json'], { environment });
  const log = join(folder, 'dist', 'build.log');
  expect(documentOf(called)).toMatchObject({ stages: [{ name: 'build', log }] });
  expect(await readFile(log, 'utf8')).toContain('\ncopying\n');
});

test('names the log of a build that fails', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  const environment = { PATH: `${await fakeUv('echo broken; exit 5')}:/usr/bin:/bin` };

  const called = await wheelseal(['build', folder, '--json'], { environment });

  const log = join(folder, 'dist', 'build.log');
  expect(called.exitCode).toBe(1);
  expect(documentOf(called)).toMatchObject({
    error: { code: 'BUILD_FAILED', hint: expect.stringContaining(log) },
    stages: [{ name: 'build', status: 'failed', log }],
  });
  expect(called.stderr).toContain('broken');
});

test('a build that is not the same twice ends with 1', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  const other =
    'case "$3" in *1) cp "$3/../built-0/"*.whl "$3/demo-1.0.0-2-py3-none-any.whl";; esac';
  const environment = { PATH: `${await fakeUv(other)}:/usr/bin:/bin` };

  const { exitCode, stderr } = await wheelseal(['build', folder, '--check-reproducible'], {
    environment,
  });

  expect(exitCode).toBe(1);
  expect(stderr).toContain('error[BUILD_NOT_REPRODUCIBLE]');
  expect(stderr).toContain('demo-1.0.0-2-py3-none-any.whl');
  expect(await readdir(join(folder, 'dist'))).toEqual(['build.log']);
});

test.for(['--no-build', '--built'])('`%s` measures what is there', async (flag) => {
  const folder = await builtProject();

  // No program is found here: nothing can be built.
  const called = await wheelseal(['build', folder, flag, '--json'], {
    environment: { PATH: '/nonexistent', PACKAGE_VERSION: '1.0.0' },
  });

  expect(called.exitCode, called.stderr).toBe(0);
  expect(documentOf(called)).toMatchObject({
    ...demo,
    files: [{ status: 'measured' }, { status: 'measured' }],
  });
  expect(await readdir(join(folder, 'dist'))).toContain('release.json');
});

test.for([
  [
    'another version in `pyproject.toml`',
    pyproject.replace('1.0.0', '2.0'),
    {},
    'BUILD_UNEXPECTED',
  ],
  ['another name in `pyproject.toml`', pyproject.replace('demo', 'other'), {}, 'BUILD_UNEXPECTED'],
  ['another version asked for', pyproject, { PACKAGE_VERSION: '1.0.1' }, 'SETTING_INVALID'],
] as const)('`--no-build` refuses %s', async ([, text, environment, code]) => {
  const folder = await builtProject(text);

  const called = await wheelseal(['build', folder, '--no-build', '--json'], { environment });

  expect(called.exitCode).toBe(2);
  expect(documentOf(called).error?.code).toBe(code);
  expect(await readdir(join(folder, 'dist'))).not.toContain('release.json');
});

test.for([['--check-reproducible'], ['--frontend', 'uv']])(
  '`--no-build` has no use for `%s`',
  async (flags) => {
    for (const command of ['build', 'release']) {
      const folder = await builtProject();
      const called = await wheelseal([command, folder, '--no-build', ...flags, '--json'], {
        environment: { SIGSTORE_ID_TOKEN: 'a.b.c' },
      });
      expect(documentOf(called).error?.code).toBe('USAGE_INVALID');
    }
  },
);

test('`rewrite --keep-dynamic` leaves the version to the build', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'pyproject.toml');
  await writeFile(path, '[project]\nname = "old"\ndynamic = ["version"]\n');

  const { exitCode } = await wheelseal(
    ['rewrite', folder, '--keep-dynamic', '--name', 'demo', '--package-version', '1.2.0'],
    {},
  );

  expect(exitCode).toBe(0);
  expect(await readFile(path, 'utf8')).toBe('[project]\nname = "demo"\ndynamic = ["version"]\n');
});
