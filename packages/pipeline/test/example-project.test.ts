// The one test that builds for real: it needs Python, and what pip is set up to get setuptools from.
import { execFile } from 'node:child_process';
import { cp, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readCoreMetadata } from '@wheelseal/distributions';
import { projectEdits, runRelease } from '@wheelseal/pipeline';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { stagesIn } from './stages.ts';
import { contentsOf, recorder, temporaryFolder } from './workplace.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** The example as it is in a fresh clone. */
async function exampleProject(): Promise<string> {
  const project = join(await temporaryFolder(), 'tide-tables');
  await cp(join(root, 'examples', 'tide-tables'), project, {
    recursive: true,
    filter: (path) => !/^(?:dist|build|__pycache__|.*\.egg-info)$/.test(basename(path)),
  });
  return project;
}

test('the example project passes its own tests', async () => {
  const project = await exampleProject();

  const { stderr } = await run('python3', ['-m', 'unittest', 'discover', '-s', 'tests'], {
    cwd: project,
    env: { ...process.env, PYTHONPATH: 'src', PYTHONDONTWRITEBYTECODE: '1' },
  });

  expect(stderr).toMatch(/Ran \d+ tests.*OK\n$/s);
});

test('the example project goes the whole way', { timeout: 180_000 }, async () => {
  const project = await exampleProject();
  const before = await contentsOf(project);
  await using sandbox = await startSandbox({ projectName: 'tide-tables', packageVersion: '1.0.0' });
  const { services, settings } = stagesIn(sandbox);
  const { onEvent, of } = recorder();
  const environment = {
    ...process.env,
    ...sandbox.environment,
    XDG_CACHE_HOME: join(root, '.cache'),
  };

  const report = await runRelease(
    { project, environment, edits: projectEdits(settings()), services: services() },
    { onEvent },
  );

  const { downloaded, release, rewrite } = report;
  expect(release).toMatchObject({ name: 'tide-tables', version: '1.0.0' });
  expect(downloaded.distributions.map(({ filename }) => filename)).toEqual([
    'tide_tables-1.0.0-py3-none-any.whl',
    'tide_tables-1.0.0.tar.gz',
  ]);
  for (const { path } of downloaded.distributions) {
    expect(await readCoreMetadata(path)).toMatchObject({ name: 'tide-tables', version: '1.0.0' });
  }
  expect(of('build-started')).toMatchObject([{ sourceDateEpoch: expect.stringMatching(/^\d+$/) }]);

  expect(rewrite?.changes.map(({ key }) => key)).toEqual([
    'project.name',
    'project.version',
    'project.urls.Homepage',
  ]);
  const text = await readFile(join(project, 'pyproject.toml'), 'utf8');
  const [old, now] = [rewrite?.before.split('\n') ?? [], text.split('\n')];
  expect(now.filter((line, index) => line !== old[index])).toHaveLength(3);
  expect(now).toHaveLength(old.length);
  expect(await contentsOf(project)).toMatchObject(
    Object.fromEntries(Object.entries(before).filter(([name]) => name !== 'pyproject.toml')),
  );
});
