/**
 * Real frontends and real build backends, on projects made here: what comes out is what was asked
 * for, and nothing else changes.
 *
 * No package index is asked: everything a build requires is in a folder, pinned by digest.
 *
 * @module
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backends } from '../tools.ts';
import { createProject, memberOf, type SampleProject, samples } from './sample-projects.ts';

const version = '1.2.0';

test.for([
  ['setuptools', 'build'],
  ['setuptools', 'uv'],
  ['hatchling', 'build'],
  ['hatchling', 'private'],
  ['flit', 'build'],
  ['pdm', 'build'],
  ['pdm', 'uv'],
] as const)(
  'a project of %s is built by %s, and nothing else is written',
  async ([kind, frontend]) => {
    await using place = await createProject(samples[kind]);
    const before = await place.surroundings();

    const { code, output, document } = await place.wheelseal('build', '--frontend', frontend);

    expect(code, output).toBe(0);
    expect(document).toMatchObject({ name: 'demo-pkg', version });
    expect(await place.distributions()).toEqual([
      expect.stringMatching(/^demo_pkg-1\.2\.0-py[\d.py]+-none-any\.whl$/),
      'demo_pkg-1.2.0.tar.gz',
    ]);
    expect(await place.git('status', '--porcelain')).toBe('');
    expect(await place.surroundings()).toEqual(before);
  },
);

test('uv is taken first, and said', async () => {
  await using place = await createProject(samples.flit);

  const { output } = await place.wheelseal('build');

  expect(output).toMatch(/by uv \d+\.\d+\.\d+ /);
});

/** Whatever takes a version from git, in a tree that a rewrite made dirty. */
const versioned: readonly (readonly [keyof typeof samples, 'build' | 'uv'])[] = [
  ['setuptools-scm', 'build'],
  ['setuptools-scm', 'uv'],
  ['hatch-vcs', 'build'],
  ['hatch-vcs', 'uv'],
  ['pdm-scm', 'build'],
];

async function taggedProject(sample: SampleProject) {
  const place = await createProject(sample);
  await place.git('tag', 'v1.0.0');
  await place.git('commit', '--quiet', '--allow-empty', '--message', 'after the tag');
  return place;
}

test.for(versioned)('%s by %s builds the version that was asked for', async ([kind, frontend]) => {
  await using place = await taggedProject(samples[kind]);
  const repository = await place.repository();
  const flags = ['--package-version', version];
  const rewritten = await place.wheelseal(
    'rewrite',
    '--keep-dynamic',
    '--homepage',
    'https://host/',
    ...flags,
  );
  expect(rewritten.code, rewritten.output).toBe(0);
  const before = await place.surroundings();

  const { code, output } = await place.wheelseal('build', '--frontend', frontend, ...flags);

  expect(code, output).toBe(0);
  const [wheel = '', sdist] = await place.distributions();
  expect([wheel, sdist]).toEqual([expect.stringContaining('-1.2.0-py'), 'demo_pkg-1.2.0.tar.gz']);
  expect(await memberOf(join(place.project, 'dist', wheel), 'demo_pkg/_version.py')).toContain(
    version,
  );
  expect(await place.git('status', '--porcelain')).toBe('M pyproject.toml');
  expect(await place.repository()).toEqual(repository);
  expect(await place.surroundings()).toEqual(before);
});

test.for(versioned)(
  '%s by %s has the version of the tag, although a rewrite changed the tree',
  async ([kind, frontend]) => {
    await using place = await createProject(samples[kind]);
    await place.git('tag', 'v3.1.4');
    await place.wheelseal('rewrite', '--homepage', 'https://host/');

    const { code, output, document } = await place.wheelseal('build', '--frontend', frontend);

    expect(code, output).toBe(0);
    expect(document).toMatchObject({ version: '3.1.4' });
  },
);

test('a version that became static is that of a project of setuptools-scm', async () => {
  await using place = await taggedProject(samples['setuptools-scm']);
  const flags = ['--package-version', version];
  await place.wheelseal('rewrite', ...flags);

  const { code, output, document } = await place.wheelseal('build', ...flags);

  expect(code, output).toBe(0);
  expect(document).toMatchObject({ version });
});

test('a backend that packs the same files the same way twice passes the check', async () => {
  await using place = await createProject(samples.hatchling);

  const { code, output } = await place.wheelseal('build', '--check-reproducible');

  expect(code, output).toBe(0);
  expect(await place.distributions()).toHaveLength(2);
});

test('one that does not is named with what differs, and nothing is taken', async () => {
  await using place = await createProject({
    ...samples.hatchling,
    'hatch_build.py':
      'import time\nfrom hatchling.builders.hooks.plugin.interface import BuildHookInterface\nclass Stamp(BuildHookInterface):\n    def initialize(self, version, data):\n        open("src/demo_pkg/stamp.txt", "w").write(str(time.time()))\n',
    'pyproject.toml': `${samples.hatchling['pyproject.toml']}\n[tool.hatch.build.hooks.custom]\n`,
  });

  const { code, output } = await place.wheelseal('build', '--check-reproducible');

  expect(code).toBe(1);
  expect(output).toContain('error[BUILD_NOT_REPRODUCIBLE]');
  expect(output).toContain('`demo_pkg/stamp.txt` (content)');
  expect(await readdir(join(place.project, 'dist'))).toEqual(['build.log']);
});

test('what another job built is taken as it is', async () => {
  await using place = await createProject(samples.setuptools);
  await place.run('uv', 'build', '--quiet');
  const [wheel = ''] = await place.distributions();
  const bytes = await readFile(join(place.project, 'dist', wheel));

  const { code, output } = await place.wheelseal('build', '--no-build');

  expect(code, output).toBe(0);
  expect(output).toContain('2 distributions');
  expect((await readFile(join(place.project, 'dist', wheel))).equals(bytes)).toBe(true);
});

test('a wheel that was given the name of another one is refused', async () => {
  await using place = await createProject(samples.setuptools);
  await place.run('uv', 'build', '--quiet');
  const [wheel = ''] = await place.distributions();
  const bytes = await readFile(join(place.project, 'dist', wheel));
  await writeFile(join(place.project, 'dist', 'demo_pkg-1.2.0-1-py3-none-any.whl'), bytes);

  const { code, output } = await place.wheelseal('build', '--no-build');

  expect(code, output).toBe(2);
  expect(output).toContain('error[DISTRIBUTION_UNSOUND]');
  expect(output).toContain('demo_pkg-1.2.0-1-py3-none-any.whl');
});

test('a build that cannot find what it requires says so in its log', async () => {
  await using place = await createProject({
    ...samples.flit,
    'pyproject.toml': samples.flit['pyproject.toml'].replace('flit_core>=3.11', 'flit_core>=99'),
  });

  const { code, output } = await place.wheelseal('build');

  expect(code).toBe(1);
  expect(output).toContain('error[BUILD_FAILED]');
  expect(await readFile(join(place.project, 'dist', 'build.log'), 'utf8')).toContain('flit');
  expect(await readdir(backends)).not.toContain('dist');
});
