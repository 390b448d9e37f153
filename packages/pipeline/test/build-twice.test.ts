import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildRelease } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { buildsSamples, machineWith } from './fake-frontend.ts';
import {
  sampleSdist,
  sampleWheel,
  sdistName,
  wheelName,
  writeProject,
} from './sample-distributions.ts';
import { listing, recorder, temporaryFolder } from './workplace.ts';

// The second build starts two seconds after the first: one test for each outcome is enough.

async function sampleProject() {
  const project = await temporaryFolder();
  await writeProject(project);
  return project;
}

/** Code that writes bytes in the second build only. */
function secondTime(filename: string, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes).toString('base64');
  return `if (out.endsWith('1')) fs.writeFileSync(path.join(out, '${filename}'), Buffer.from('${base64}', 'base64'));`;
}

test('takes what comes out the same twice', async () => {
  const project = await sampleProject();
  const { environment } = await machineWith();
  const { onEvent, of } = recorder();

  await buildRelease(project, { environment, onEvent, checkReproducible: true });

  expect(of('build-started')).toHaveLength(2);
  expect(of('distribution-measured')).toHaveLength(2);
  expect(await listing(join(project, 'dist'))).toContain('release.json');
});

test('names what differs, in a wheel and in an sdist, and takes nothing', async () => {
  const project = await sampleProject();
  const log = join(project, 'dist', 'build.log');
  const wheel = sampleWheel({ content: 'other' }).bytes;
  const sdist = sampleSdist({ content: 'a different text', mode: '0000755' }).bytes;
  const { environment } = await machineWith({
    build: `${buildsSamples} ${secondTime(wheelName, wheel)} ${secondTime(sdistName, sdist)}`,
  });

  await expect(
    buildRelease(project, { environment, checkReproducible: true }),
  ).rejects.toMatchObject({
    code: 'BUILD_NOT_REPRODUCIBLE',
    message: `building twice gave different files: \`${wheelName}\` in \`demo.py\` (content), \`demo-1.0.0.dist-info/RECORD\` (content); \`${sdistName}\` in \`demo-1.0.0/PKG-INFO\` (mode), \`demo-1.0.0/pyproject.toml\` (mode), \`demo-1.0.0/demo.py\` (content, mode)`,
    hint: expect.stringContaining(log),
    differences: [
      {
        filename: wheelName,
        members: [
          { path: 'demo.py', differs: ['content'] },
          { path: 'demo-1.0.0.dist-info/RECORD', differs: ['content'] },
        ],
      },
      {
        filename: sdistName,
        members: [
          { path: 'demo-1.0.0/PKG-INFO', differs: ['mode'] },
          { path: 'demo-1.0.0/pyproject.toml', differs: ['mode'] },
          { path: 'demo-1.0.0/demo.py', differs: ['content', 'mode'] },
        ],
      },
    ],
  });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
  expect(await readFile(log, 'utf8')).toContain('#   demo-1.0.0/demo.py (content, mode)\n');
});

test('names what only one of the two builds made', async () => {
  const project = await sampleProject();
  const extra = 'demo-1.0.0-1-py3-none-any.whl';
  const { environment } = await machineWith({
    build: `${buildsSamples} ${secondTime(extra, sampleWheel().bytes)}`,
  });

  await expect(
    buildRelease(project, { environment, checkReproducible: true }),
  ).rejects.toMatchObject({
    code: 'BUILD_NOT_REPRODUCIBLE',
    message: expect.stringContaining(`\`${extra}\` (only one of the two builds made it)`),
  });
});

test('can be interrupted between the two', async () => {
  const project = await sampleProject();
  const { environment } = await machineWith();
  const controller = new AbortController();

  await expect(
    buildRelease(project, {
      environment,
      checkReproducible: true,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'build-output') setTimeout(() => controller.abort(), 300);
      },
    }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(await listing(join(project, 'dist'))).toEqual(['build.log']);
});
