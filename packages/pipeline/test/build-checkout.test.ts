import { chmod, readFile, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildRelease, type BuildOptions } from '@wheelseal/pipeline';
import { expect, test, vi } from 'vitest';
import { buildsSamples, machineWith } from './fake-frontend.ts';
import { git, gitEnvironment } from './repository.ts';
import { contentsOf, listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';

const dynamic = `[build-system]
requires = ["setuptools>=64", "setuptools_scm>=8"]
build-backend = "setuptools.build_meta"

[project]
name = "demo"
dynamic = ["version"]
`;

/** What git says inside of the folder that is built, and what lies there. */
const looksAround = `
  const source = args.at(-1);
  const ask = (...words) => require('node:child_process').spawnSync('git', words, { cwd: source, encoding: 'utf8' }).stdout.trim();
  fs.writeFileSync(path.join(path.dirname(samples), 'seen.json'), JSON.stringify({
    source,
    files: fs.readdirSync(source).sort(),
    pyproject: fs.readFileSync(path.join(source, 'pyproject.toml'), 'utf8'),
    status: ask('status', '--porcelain'),
    describe: ask('describe', '--tags', '--dirty'),
    branch: ask('rev-parse', '--abbrev-ref', 'HEAD'),
    environment: process.env,
  }));
  ${buildsSamples}`;

interface Seen {
  readonly source: string;
  readonly files: readonly string[];
  readonly pyproject: string;
  readonly status: string;
  readonly describe: string;
  readonly branch: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A repository with one commit and the tag `v0.9` at it. */
async function committedProject(pyproject = dynamic, folder = '') {
  const top = await temporaryFolder();
  await writeFiles(join(top, folder), {
    'pyproject.toml': pyproject,
    'module.py': '"""As committed."""\n',
  });
  await writeFiles(top, { '.gitignore': 'dist/\n' });
  await git(top, 'init', '--quiet', '--initial-branch', 'main');
  await git(top, 'add', '.');
  await git(top, 'commit', '--quiet', '--message', 'one');
  await git(top, 'tag', 'v0.9');
  return join(top, folder);
}

async function machineWithGit(build = looksAround) {
  const { environment, record } = await machineWith({ build });
  const { PATH, HOME, ...others } = gitEnvironment;
  return {
    environment: {
      ...environment,
      ...others,
      HOME,
      PATH: [environment['PATH'], PATH].join(delimiter),
    },
    seen: async (): Promise<Seen> => {
      const read: Seen = JSON.parse(await readFile(join(record, '..', 'seen.json'), 'utf8'));
      return read;
    },
  };
}

/** Builds version 1.0.0, which is that of the samples. */
async function build(project: string, options: Partial<BuildOptions> = {}) {
  const { environment, seen } = await machineWithGit();
  const { onEvent, of } = recorder();
  await buildRelease(project, { environment, onEvent, version: '1.0.0', ...options });
  return { seen: await seen(), of };
}

test('builds the commit with the `pyproject.toml` of now, and tells the version', async () => {
  const project = await committedProject();
  await writeFiles(project, { 'pyproject.toml': `${dynamic}# rewritten\n` });
  const commit = await git(project, 'rev-parse', 'HEAD');

  const { seen, of } = await build(project);

  expect(seen).toMatchObject({
    pyproject: `${dynamic}# rewritten\n`,
    files: ['.git', '.gitignore', 'module.py', 'pyproject.toml'],
    status: '',
    describe: 'v0.9',
    branch: 'HEAD',
    environment: { SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO: '1.0.0' },
  });
  expect(seen.source).not.toBe(project);
  expect(seen.environment).not.toHaveProperty('SETUPTOOLS_SCM_PRETEND_VERSION');
  expect(of('build-started')).toMatchObject([{ commit }]);
  expect(of('warning')).toEqual([]);
});

test('leaves the repository as it was, and nothing but the release beside it', async () => {
  const project = await committedProject();
  const before = await contentsOf(project);

  await build(project);
  await rm(join(project, 'dist'), { recursive: true });

  expect(await contentsOf(project)).toEqual(before);
});

test('an interrupted build leaves the repository as it was', async () => {
  const project = await committedProject();
  const before = await contentsOf(project);
  const { environment } = await machineWithGit("console.log('here'); setInterval(() => {}, 1000);");
  const controller = new AbortController();
  const { onEvent, of } = recorder();
  const building = buildRelease(project, { environment, onEvent, signal: controller.signal });
  const failure = building.catch((error: unknown) => error);

  await vi.waitFor(() => expect(of('build-output')).toHaveLength(1), 10_000);
  controller.abort();

  expect(await failure).toMatchObject({ name: 'AbortError' });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
  await rm(join(project, 'dist'), { recursive: true });
  expect(await contentsOf(project)).toEqual(before);
});

test('runs no hook and takes no template of the user', async () => {
  const project = await committedProject();
  const home = await temporaryFolder();
  const hook = `#!/bin/sh\ntouch '${home}/ran'\n`;
  await writeFiles(home, {
    '.gitconfig': `[core]\n\thooksPath = ${home}/hooks\n[init]\n\ttemplateDir = ${home}/template\n`,
    'hooks/post-checkout': hook,
    'template/hooks/post-checkout': hook,
  });
  for (const folder of ['hooks', 'template/hooks']) {
    await chmod(join(home, folder, 'post-checkout'), 0o755);
  }
  const { environment, seen } = await machineWithGit();

  await buildRelease(project, { environment: { ...environment, HOME: home }, version: '1.0.0' });

  expect((await seen()).status).toBe('');
  expect(await listing(home)).not.toContain('ran');
});

test('says what is not committed, and therefore not built', async () => {
  const project = await committedProject();
  await writeFiles(project, {
    'module.py': '"""As changed."""\n',
    'new.py': '',
    'dist/notes.txt': '',
    'pyproject.toml': `${dynamic}# rewritten\n`,
  });

  const { seen, of } = await build(project);

  expect(seen.files).not.toContain('new.py');
  expect(await readFile(join(project, 'module.py'), 'utf8')).toContain('changed');
  expect(of('warning')).toMatchObject([
    { message: 'not committed, and therefore not built: `module.py`, `new.py`' },
  ]);
});

test('finds a project below the top of its repository', async () => {
  const project = await committedProject(dynamic, 'packages/demo');

  const { seen } = await build(project);

  expect(seen.files).toEqual(['module.py', 'pyproject.toml']);
  expect(seen.source).toMatch(/packages.demo$/);
  expect(seen.status).toBe('');
});

test('is not led to another repository by the variables of a hook', async () => {
  const project = await committedProject();
  const other = await committedProject();
  const { environment, seen } = await machineWithGit();

  await buildRelease(project, {
    environment: { ...environment, GIT_DIR: join(other, '.git'), GIT_WORK_TREE: other },
    version: '1.0.0',
  });

  expect(await seen()).toMatchObject({ status: '', describe: 'v0.9' });
  expect(await listing(other)).not.toContain('dist');
});

test.for([
  ['"hatchling", "hatch-vcs"', 'SETUPTOOLS_SCM_PRETEND_VERSION'],
  ['"flit-scm"', 'SETUPTOOLS_SCM_PRETEND_VERSION'],
  ['"poetry-core", "poetry-dynamic-versioning"', 'POETRY_DYNAMIC_VERSIONING_BYPASS'],
  ['"hatchling", "uv-dynamic-versioning"', 'UV_DYNAMIC_VERSIONING_BYPASS'],
  ['"setuptools", "pbr"', 'PBR_VERSION'],
] as const)('tells the plugin of %s by %s', async ([requires, variable]) => {
  const text = `[build-system]\nrequires = [${requires}]\n[project]\nname = "demo"\ndynamic = ["version"]\n`;

  const { seen } = await build(await committedProject(text));

  expect(seen.environment).toMatchObject({ [variable]: '1.0.0' });
});

test('tells a static version too: the plugin writes it into files', async () => {
  const text = dynamic.replace('dynamic = ["version"]', 'version = "1.0.0"');
  const project = await committedProject(text);
  const { environment, seen } = await machineWithGit();

  await buildRelease(project, { environment });

  expect((await seen()).environment).toMatchObject({
    SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO: '1.0.0',
  });
});

test('refuses what a plugin made of the version it was told', async () => {
  const project = await committedProject();
  const { environment } = await machineWithGit();

  await expect(buildRelease(project, { environment, version: '1.2.0' })).rejects.toMatchObject({
    code: 'BUILD_UNEXPECTED',
    message: expect.stringContaining('version `1.0.0`, expected `1.2.0`'),
  });
});

async function shallow(project: string): Promise<string> {
  await git(project, 'commit', '--quiet', '--allow-empty', '--message', 'two');
  const clone = join(await temporaryFolder(), 'clone');
  await git(project, 'clone', '--quiet', '--depth', '1', `file://${project}`, clone);
  return clone;
}

test('guesses no version from a shallow clone', async () => {
  const clone = await shallow(await committedProject());
  const { environment } = await machineWithGit();
  const before = await contentsOf(clone);

  await expect(buildRelease(clone, { environment })).rejects.toMatchObject({
    code: 'TAG_UNUSABLE',
    message: expect.stringContaining('shallow'),
    hint: expect.stringContaining('GIT_DEPTH'),
  });
  expect(await contentsOf(clone)).toEqual(before);
});

test('builds a shallow clone with the version given, or with a tag at its commit', async () => {
  const clone = await shallow(await committedProject());
  await expect(build(clone)).resolves.toMatchObject({ seen: { status: '', branch: 'HEAD' } });

  await git(clone, 'tag', 'v1.0.0');
  const { environment, seen } = await machineWithGit();
  await buildRelease(clone, { environment });

  expect(await seen()).toMatchObject({ describe: 'v1.0.0' });
});

test('builds the project where it is when git has no commit of it', async () => {
  const project = await temporaryFolder();
  await writeFiles(project, { 'pyproject.toml': dynamic });

  const { seen, of } = await build(project);

  expect(seen).toMatchObject({
    source: project,
    environment: { SETUPTOOLS_SCM_PRETEND_VERSION_FOR_DEMO: '1.0.0' },
  });
  expect(of('warning')).toEqual([]);
  const [started] = of('build-started');
  expect(started).not.toHaveProperty('commit');
});

test('builds a project with submodules where it is, and says so', async () => {
  const project = await committedProject();
  await writeFiles(project, { '.gitmodules': '[submodule "a"]\n\tpath = a\n\turl = ./a\n' });
  await git(project, 'add', '.');
  await git(project, 'commit', '--quiet', '--message', 'two');

  const { seen, of } = await build(project);

  expect(seen.source).toBe(project);
  expect(of('warning')).toMatchObject([{ message: expect.stringContaining('submodules') }]);
});

test('builds a project without such a plugin where it is, with everything in it', async () => {
  const project = await committedProject('[project]\nname = "demo"\nversion = "1.0.0"\n');
  await writeFiles(project, { 'new.py': '' });

  const { seen } = await build(project);

  expect(seen.source).toBe(project);
  expect(seen.files).toContain('new.py');
});
