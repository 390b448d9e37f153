import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

const text = '[project]\nname = "demo" # kept\nversion = "0"\n';
const diff = `--- a/pyproject.toml
+++ b/pyproject.toml
@@ -1,3 +1,3 @@
 [project]
 name = "demo" # kept
-version = "0"
+version = "1.2.0"
`;

async function project(content = text): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), content);
  return folder;
}

async function contentOf(folder: string): Promise<string> {
  return readFile(join(folder, 'pyproject.toml'), 'utf8');
}

test('checks, with exit code 1 for a file that would change, and writes nothing', async () => {
  const directory = await project();
  const check = ['rewrite', '--package-version', '1.2.0', '--check'];

  const differing = await wheelseal(check, { directory });
  expect(differing.exitCode).toBe(1);
  expect(differing.stdout).toContain('+ version = "1.2.0"');
  expect(differing.stderr).not.toContain('error');
  expect(await contentOf(directory)).toBe(text);
  const document = documentOf(await wheelseal([...check, '--json'], { directory }));
  expect(document).toMatchObject({ exitCode: 1, project: { written: false } });
  expect(document).not.toHaveProperty('error');

  await wheelseal(['rewrite', '--package-version', '1.2.0'], { directory });
  expect(await wheelseal(check, { directory })).toMatchObject({ exitCode: 0, stdout: '' });
});

test('tells a refused file from one that would change', async () => {
  const directory = await project('[project\n');

  await expect(
    wheelseal(['rewrite', '--package-version', '1', '--check'], { directory }),
  ).resolves.toMatchObject({ exitCode: 2 });
});

test('shows a diff that `git apply` takes, and writes nothing', async () => {
  const directory = await project();
  const call = ['rewrite', '--package-version', '1.2.0', '--diff'];

  const called = await wheelseal(call, { directory });

  expect(called).toMatchObject({ exitCode: 0, stdout: diff });
  expect(await contentOf(directory)).toBe(text);
  await expect(wheelseal([...call, '--check'], { directory })).resolves.toMatchObject({
    exitCode: 1,
    stdout: diff,
  });
  expect(documentOf(await wheelseal([...call, '--json'], { directory }))).toMatchObject({ diff });
  await writeFile(join(directory, 'patch'), called.stdout);
  await promisify(execFile)('git', ['apply', 'patch'], { cwd: directory });
  await expect(wheelseal(call, { directory })).resolves.toMatchObject({ exitCode: 0, stdout: '' });
});

test('colours the diff on a terminal, and lets nothing steer it', async () => {
  const directory = await project(`${text}description = "\u009B31m"\r\n`);

  const { stdout } = await wheelseal(['rewrite', '--package-version', '1.2.0', '--diff'], {
    directory,
    isTTY: true,
  });

  expect(stdout).toContain('\u001B[31m-version = "0"\u001B[39m\n');
  expect(stdout).toContain('\u001B[32m+version = "1.2.0"\u001B[39m\n');
  expect(stdout).toContain('\u001B[36m@@ ');
  expect(stdout).toContain(' description = "31m"\r\n');
});

test.for([
  ['v1.2.0', [], '1.2.0'],
  ['pkg/1.3', ['--tag-pattern', 'pkg/{version}'], '1.3'],
] as const)('takes the version from the tag `%s`', async ([tag, flags, version]) => {
  const directory = await project();

  const { exitCode } = await wheelseal(['rewrite', '--version-from-tag', ...flags], {
    directory,
    environment: { CI_COMMIT_TAG: tag, PACKAGE_VERSION: '9' },
  });

  expect(exitCode).toBe(0);
  expect(await contentOf(directory)).toBe(text.replace('"0"', `"${version}"`));
});

test('guesses no version where there is no tag', async () => {
  const directory = await project();
  const environment = { PATH: process.env['PATH'], GIT_CEILING_DIRECTORIES: join(directory, '..') };

  const called = await wheelseal(['rewrite', '--version-from-tag', '--json'], {
    directory,
    environment,
  });

  expect(documentOf(called)).toMatchObject({ exitCode: 2, error: { code: 'TAG_UNUSABLE' } });
  expect(await contentOf(directory)).toBe(text);
});

test('sets any other strings', async () => {
  const directory = await project();

  const { exitCode } = await wheelseal(
    ['rewrite', '--set', 'tool.x.a=1=2', '--set', `tool.x."b='=".'c'=`],
    { directory },
  );

  expect(exitCode).toBe(0);
  expect(await contentOf(directory)).toBe(
    `${text}\n[tool.x]\na = "1=2"\n\n[tool.x."b='="]\nc = ""\n`,
  );
});

test.for([
  [['--set', 'tool.x'], 'USAGE_INVALID'],
  [['--set', 'a b=1'], 'VALUE_INVALID'],
  [['--set', 'project.version=1'], 'VALUE_INVALID'],
  [['--set', 'project=1'], 'VALUE_NOT_STRING'],
  [['--tag-pattern', '{version}'], 'USAGE_INVALID'],
  [['--version-from-tag', '--package-version', '1'], 'USAGE_INVALID'],
  [['--package-version', '1', '--refuse-dynamic'], 'FIELD_DYNAMIC'],
] as const)('refuses `%s` and leaves the file alone', async ([flags, code]) => {
  const dynamic = '[project]\nname = "demo"\ndynamic = ["version"]\n';
  const directory = await project(dynamic);

  const called = await wheelseal(['rewrite', ...flags, '--json'], { directory });

  expect(documentOf(called)).toMatchObject({
    exitCode: 2,
    error: { code, hint: expect.stringMatching(/./) },
  });
  expect(await contentOf(directory)).toBe(dynamic);
});
