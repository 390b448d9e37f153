import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { wheelsealProcess } from './child.ts';
import { writeDistributions } from './distribution-files.ts';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url));

const pyproject = '[project]\nname = "old"\nversion = "0"\n';

/** A project with distributions that something else built. */
async function builtProject(name: string): Promise<string> {
  const folder = join(await temporaryFolder(), name);
  await mkdir(folder);
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  await writeDistributions(join(folder, 'dist'), { name, version: '1.0.0' });
  return folder;
}

/** Durations differ from run to run, ports and digests too. */
function steady(text: string): string {
  return text
    .replaceAll(/ +\d+(?:\.\d)? m?s$/gm, '  TIME')
    .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
    .replaceAll(/projects\/\d+/g, 'projects/ID')
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'DATE')
    .replaceAll(/log index \d+/g, 'log index N')
    .replaceAll(/sha256 [\da-f]{16}…/g, 'sha256 DIGEST');
}

test('releases a real project in the sandbox, from its build to its download', async () => {
  const [name = ''] = await readdir(examples);
  const folder = join(await temporaryFolder(), name);
  await cp(join(examples, name), folder, {
    recursive: true,
    filter: (path) => !['dist', 'build'].includes(basename(path)),
  });
  const before = await readFile(join(folder, 'pyproject.toml'), 'utf8');

  const called = await wheelsealProcess(['release', '--sandbox', name, '--json'], {
    directory: join(folder, '..'),
    environment: process.env,
  });

  expect(called.exitCode, called.stderr).toBe(0);
  const document = documentOf(called);
  const { files = [], project } = document;
  expect(document).toMatchObject({ schemaVersion: 1, exitCode: 0, name, version: '1.0.0' });
  expect(files).toMatchObject([
    { kind: 'wheel', status: 'verified' },
    { kind: 'sdist', status: 'verified' },
  ]);
  expect(project?.changes).toHaveLength(3);
  const expected = project?.changes.reduce(
    (text, change) => text.replace(change.before, change.after),
    before,
  );
  await expect(readFile(join(folder, 'pyproject.toml'), 'utf8')).resolves.toBe(expected);
  const verified = await readdir(join(folder, 'dist', 'verified'));
  expect(verified).toEqual(files.map(({ filename }) => filename));
}, 300_000);

test('shows what happened, stage by stage', async () => {
  const folder = await builtProject('demo');

  const { exitCode, stdout, stderr } = await wheelseal(['release', '--sandbox', '--no-build'], {
    directory: folder,
  });

  expect(exitCode).toBe(0);
  expect(steady(stdout)).toMatchSnapshot('standard output');
  expect(steady(stderr)).toMatchSnapshot('standard error');
});

test('gives the sandbox a project named after the folder, and the version that was asked for', async () => {
  const folder = await builtProject('Odd Folder');
  await writeDistributions(join(folder, 'dist'), { name: 'odd', version: '1.0.0' });

  const called = await wheelseal(
    [
      'release',
      folder,
      '--sandbox',
      '--no-build',
      '--dist',
      'none',
      '--package-version',
      '3.1',
      '--json',
    ],
    { environment: { CI_PROJECT_NAME: 'of-a-real-job', GITLAB_TOKEN: 'glpat-of-a-real-job' } },
  );

  // There is nothing in that folder, but what is rewritten comes first.
  expect(documentOf(called).error?.code).toBe('NOTHING_TO_RELEASE');
  const text = await readFile(join(folder, 'pyproject.toml'), 'utf8');
  expect(text).toContain('name = "odd-folder"');
  expect(text).toContain('version = "3.1"');
});

test('releases into the GitLab that the environment names', async () => {
  await using sandbox = await startSandbox({ projectName: 'demo' });
  const folder = await builtProject('demo');
  const { environment } = sandbox;

  const first = await wheelseal(['release', folder, '--no-build', '--json'], { environment });
  const again = await wheelseal(['download', 'demo==1.0.0', '--json'], {
    environment,
    directory: await temporaryFolder(),
  });

  expect(documentOf(first)).toMatchObject({
    exitCode: 0,
    published: { destination: { package: 'demo', version: '1.0.0' } },
  });
  expect(documentOf(again)).toMatchObject({ exitCode: 0 });
});

test('changes nothing when there is nobody to sign as', async () => {
  await using sandbox = await startSandbox({ projectName: 'demo' });
  const folder = await builtProject('demo');
  const { SIGSTORE_ID_TOKEN: _, ...environment } = sandbox.environment;

  const called = await wheelseal(['release', folder, '--no-build', '--json'], { environment });

  expect(documentOf(called)).toMatchObject({ exitCode: 4, error: { code: 'TOKEN_MISSING' } });
  await expect(readFile(join(folder, 'pyproject.toml'), 'utf8')).resolves.toBe(pyproject);
});

test('shows every file that was refused, also when it is one of many', async () => {
  await using sandbox = await startSandbox({ projectName: 'demo' });
  const folder = await builtProject('demo');

  const called = await wheelseal(
    [
      'release',
      folder,
      '--no-build',
      '--certificate-identity',
      'https://gitlab.test/other',
      '--json',
    ],
    { environment: sandbox.environment },
  );

  expect(documentOf(called)).toMatchObject({
    exitCode: 3,
    files: [{ status: 'refused' }, { status: 'refused' }],
    stages: [
      { name: 'rewrite', status: 'done' },
      { name: 'measure', status: 'done' },
      { name: 'sign', status: 'done' },
      { name: 'verify', status: 'failed' },
    ],
    error: { code: 'VERIFICATION_FAILED' },
  });
});
