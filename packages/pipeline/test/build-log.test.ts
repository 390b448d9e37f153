import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRelease } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { buildsSamples, machineWith } from './fake-frontend.ts';
import { writeProject } from './sample-distributions.ts';
import { listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';

async function sampleProject() {
  const project = await temporaryFolder();
  await writeProject(project);
  return { project, log: join(project, 'dist', 'build.log') };
}

test('keeps what the frontend prints beside what it built, and says where', async () => {
  const { project, log } = await sampleProject();
  const { environment } = await machineWith({
    build: `console.log('one'); ${buildsSamples}`,
    environment: { SOURCE_DATE_EPOCH: '7' },
  });
  const { onEvent, of } = recorder();

  await buildRelease(project, { environment, onEvent });

  const [title, by, command, ...lines] = (await readFile(log, 'utf8')).split('\n');
  expect(title).toBe('# build log of wheelseal');
  expect(by).toBe('# uv 9.9.9, SOURCE_DATE_EPOCH=7');
  expect(command).toMatch(/^\$ uv build --out-dir .+/);
  expect(lines).toEqual(['one', 'Successfully built', '# exit code 0', '']);
  expect(of('build-started')).toMatchObject([{ log }]);
});

test('keeps it when the build fails, without its secrets', async () => {
  const { project, log } = await sampleProject();
  const secret = 'canary-0123456789';
  const lines = 'for (let line = 0; line < 200; line += 1) console.log(`line ${line}`);';
  const { environment } = await machineWith({
    build: `${lines} console.error('token ${secret}, ${btoa(secret)}'); process.exitCode = 3;`,
    environment: { CI_JOB_TOKEN: secret },
  });

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    hint: expect.stringContaining(log),
  });
  const text = await readFile(log, 'utf8');
  expect(text).toContain('line 0\n');
  expect(text).toContain('line 199\n');
  expect(text).toContain('token [MASKED], [MASKED]');
  expect(text).toContain('# exit code 3\n');
});

test('replaces the log of an earlier build', async () => {
  const { project, log } = await sampleProject();
  const long = await machineWith({ build: `console.log('x'.repeat(500)); ${buildsSamples}` });
  await buildRelease(project, { environment: long.environment });
  const short = await machineWith();

  await buildRelease(project, { environment: short.environment });

  expect(await readFile(log, 'utf8')).not.toContain('xx');
  expect(await readFile(log, 'utf8')).toMatch(/Successfully built\n# exit code 0\n$/);
});

test('lies nowhere in the project while a backend packs what it finds there', async () => {
  const { project, log } = await sampleProject();
  const sees =
    "console.log('sees', fs.readdirSync(args.at(-1), { recursive: true }).sort().join());";
  const { environment } = await machineWith({ build: `${sees} ${buildsSamples}` });

  await buildRelease(project, { environment });
  expect(await readFile(log, 'utf8')).toContain('\nsees dist,pyproject.toml\n');
  await buildRelease(project, { environment });

  const [, seen = ''] = /\nsees (.*)\n/.exec(await readFile(log, 'utf8')) ?? [];
  expect(
    seen.split(',').filter((path) => path.includes('.log') || path.includes('.wheelseal')),
  ).toEqual([]);
});

test('does not overwrite a file of somebody else', async () => {
  const { project, log } = await sampleProject();
  await writeFiles(join(project, 'dist'), { 'build.log': 'mine\n' });
  const { environment } = await machineWith();
  const { onEvent, of } = recorder();

  await expect(buildRelease(project, { environment, onEvent })).rejects.toMatchObject({
    code: 'FILE_EXISTS',
    hint: expect.stringContaining('Move it away'),
  });
  expect(await readFile(log, 'utf8')).toBe('mine\n');
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
  expect(of('build-started')).toEqual([]);
});

test('fails when it cannot be written', async () => {
  const { project } = await sampleProject();
  await writeFiles(join(project, 'dist', 'build.log'), { 'a-file': '' });
  const { environment } = await machineWith();

  await expect(buildRelease(project, { environment })).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
    hint: expect.any(String),
  });
});
