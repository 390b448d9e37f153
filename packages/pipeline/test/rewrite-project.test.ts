import { chmod, lstat, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rewriteProject } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { contentsOf, listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';

const edits = { name: 'demo', version: '1.0.0', homepage: 'https://gitlab.test/group/demo' };
const text = `# kept
[project]
name = 'demo-dev' # kept
version = "0.0.0"
authors = [{ name = "A", email = "a@example.org" }]

[project.urls]
Homepage = "https://example.org"

[tool.ruff]
target-version = "py39"
`;

test('changes three values and nothing else', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': text });
  const { onEvent, of } = recorder();

  const rewrite = await rewriteProject(folder, edits, { onEvent });

  const after = text
    .replace("'demo-dev'", "'demo'")
    .replace('"0.0.0"', '"1.0.0"')
    .replace('"https://example.org"', '"https://gitlab.test/group/demo"');
  expect(await readFile(join(folder, 'pyproject.toml'), 'utf8')).toBe(after);
  expect(rewrite).toMatchObject({
    before: text,
    after,
    written: true,
    warnings: expect.any(Array),
  });
  expect(rewrite.changes.map(({ key }) => key)).toEqual([
    'project.name',
    'project.version',
    'project.urls.Homepage',
  ]);
  expect(of('project-rewritten')).toMatchObject([{ stage: 'rewrite', written: true }]);
  expect(await listing(folder)).toEqual(['pyproject.toml']);
});

test('writes nothing the second time, and nothing in a dry run', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': text });

  const dry = await rewriteProject(folder, edits, { dryRun: true });
  expect(dry).toMatchObject({ written: false });
  expect(await readFile(join(folder, 'pyproject.toml'), 'utf8')).toBe(text);

  await rewriteProject(folder, edits);
  expect(await rewriteProject(folder, edits)).toMatchObject({ written: false, changes: [] });
});

test('keeps mode, byte order mark and line endings', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'pyproject.toml');
  await writeFile(path, `\uFEFF${text.replaceAll('\n', '\r\n')}`);
  await chmod(path, 0o640);

  await rewriteProject(folder, edits);

  const after = await readFile(path, 'utf8');
  expect(after).toMatch(/^\uFEFF# kept\r\n/);
  expect(after).not.toMatch(/[^\r]\n/);
  expect((await stat(path)).mode & 0o777).toBe(0o640);
});

test('leaves a link a link', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'shared/real.toml': text });
  await symlink('shared/real.toml', join(folder, 'pyproject.toml'));

  await rewriteProject(folder, edits);

  expect((await lstat(join(folder, 'pyproject.toml'))).isSymbolicLink()).toBe(true);
  expect(await readFile(join(folder, 'shared/real.toml'), 'utf8')).toContain('"1.0.0"');
});

test('says that there is no project', async () => {
  const folder = await temporaryFolder();

  await expect(rewriteProject(folder, edits)).rejects.toMatchObject({
    code: 'PROJECT_UNREADABLE',
    message: expect.stringContaining('pyproject.toml'),
    hint: expect.stringContaining('folder'),
  });
});

test('refuses a file that is not UTF-8', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': Uint8Array.of(0xff, 0xfe, 0x00) });

  await expect(rewriteProject(folder, edits)).rejects.toMatchObject({
    code: 'PROJECT_UNREADABLE',
    hint: 'Save the file as UTF-8.',
  });
});

test.for([
  ['TOML_INVALID', '[project]\nname = \n', edits],
  ['PROJECT_TABLE_MISSING', '[tool.ruff]\nline-length = 100\n', edits],
  ['VERSION_INVALID', text, { version: 'one' }],
  ['NAME_INVALID', text, { name: '-' }],
  ['HOMEPAGE_INVALID', text, { homepage: 'gitlab.test' }],
  ['TOML_INVALID', text.replace('[project.urls]', 'name = "twice"\n[project.urls]'), edits],
  ['KEY_MISSING', '[project]\nname = "demo"\n', { name: 'demo' }],
  ['KEY_AMBIGUOUS', text.replace('Homepage', 'home-page="h"\nHomepage'), edits],
  ['VALUE_NOT_STRING', text.replace('"0.0.0"', '0'), edits],
  ['VALUE_INVALID', text, { set: [{ path: 'project.version', value: '1' }] }],
] as const)('leaves the file alone on %s %#', async ([code, content, wanted]) => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': content });
  const before = await contentsOf(folder);

  await expect(rewriteProject(folder, wanted)).rejects.toMatchObject({ code });
  expect(await contentsOf(folder)).toEqual(before);
});

test('names line and column of TOML that does not parse', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': '[project]\nname = "demo\n' });

  await expect(rewriteProject(folder, edits)).rejects.toThrow(/line 2.*column \d+/);
});

test('refuses to rewrite nothing', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': text });

  await expect(rewriteProject(folder, {})).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    hint: expect.stringContaining('PACKAGE_VERSION'),
  });
});

test('sets any other value, and refuses a dynamic version if asked to', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'pyproject.toml': '[project]\nname = "demo"\ndynamic = ["version"]\n',
  });
  const options = { refuseDynamic: true };
  const set = [{ path: 'tool.x.version', value: '1' }];

  await expect(rewriteProject(folder, { version: '1' }, options)).rejects.toMatchObject({
    code: 'FIELD_DYNAMIC',
  });
  await expect(rewriteProject(folder, { set }, options)).resolves.toMatchObject({ written: true });
  expect(await readFile(join(folder, 'pyproject.toml'), 'utf8')).toContain('[tool.x]');
});

test('does nothing once the signal is aborted', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': text });
  const { events, onEvent } = recorder();

  const rewrite = rewriteProject(folder, edits, { signal: AbortSignal.abort(), onEvent });

  await expect(rewrite).rejects.toMatchObject({ name: 'AbortError' });
  expect(events).toEqual([]);
});

test('reports start and failure of the stage', async () => {
  const { events, onEvent } = recorder();

  await expect(rewriteProject(await temporaryFolder(), edits, { onEvent })).rejects.toThrow(
    'pyproject.toml',
  );

  expect(events).toEqual([
    { type: 'stage-started', stage: 'rewrite' },
    { type: 'stage-failed', stage: 'rewrite', milliseconds: expect.any(Number) },
  ]);
});

test('leaves a dynamic version to the backend when that is wanted', async () => {
  const folder = await temporaryFolder();
  const before = '[project]\nname = "old"\ndynamic = ["version"]\n';
  await writeFiles(folder, { 'pyproject.toml': before });

  const { changes, after } = await rewriteProject(
    folder,
    { name: 'demo', version: '1.0.0' },
    { keepDynamic: true },
  );

  expect(changes.map(({ key }) => key)).toEqual(['project.name']);
  expect(after).toBe(before.replace('old', 'demo'));
});

test('writes a static version all the same', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'pyproject.toml': '[project]\nname = "a"\nversion = "0"\n' });

  const { after } = await rewriteProject(folder, { version: '1.0.0' }, { keepDynamic: true });

  expect(after).toContain('version = "1.0.0"');
});
