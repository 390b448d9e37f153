import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PipelineError, type PipelineErrorCode } from '@wheelseal/pipeline';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { machineWith } from './fake-frontend.ts';
import { writeProject } from './sample-distributions.ts';
import { temporaryFolder } from './workplace.ts';

const example = fileURLToPath(new URL('../examples/release.ts', import.meta.url));
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const run = promisify(execFile);

test('shows the example as it is', async () => {
  const [, shown] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];

  expect(shown).toBe(await readFile(example, 'utf8'));
});

test('the example runs in a job', { timeout: 60_000 }, async () => {
  await using sandbox = await startSandbox();
  const { environment } = await machineWith({ environment: sandbox.environment });
  const project = await temporaryFolder();
  await writeProject(project);

  const { stdout } = await run(process.execPath, ['-C', '@wheelseal/source', example], {
    cwd: project,
    env: { ...environment },
  });

  expect(stdout).toMatch(/^build: \d+ ms$/m);
  expect(stdout).toContain(`is signed by ${sandbox.environment['CERTIFICATE_IDENTITY']}`);
});

test('explains every code', () => {
  const codes: Record<PipelineErrorCode, true> = {
    SETTING_MISSING: true,
    SETTING_INVALID: true,
    PROJECT_UNREADABLE: true,
    TAG_UNUSABLE: true,
    BUILD_FRONTEND_MISSING: true,
    BUILD_FAILED: true,
    BUILD_UNEXPECTED: true,
    BUILD_NOT_REPRODUCIBLE: true,
    DISTRIBUTION_UNSAFE: true,
    DISTRIBUTION_UNSOUND: true,
    NOTHING_TO_RELEASE: true,
    RELEASE_MALFORMED: true,
    RELEASE_CHANGED: true,
    SIGNATURE_MISSING: true,
    VERIFICATION_FAILED: true,
    PUBLISH_CONFLICT: true,
    VERSION_NOT_FOUND: true,
    FILE_EXISTS: true,
    FILE_UNWRITABLE: true,
  };
  const explained = [...readme.matchAll(/^\| `([A-Z_]+)` +\|/gm)].map(([, code]) => code);

  expect(explained).toEqual(expect.arrayContaining(Object.keys(codes)));
  expect(new PipelineError('x', { code: 'FILE_EXISTS' }).name).toBe('PipelineError');
});
