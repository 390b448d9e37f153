import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { project, temporaryFolder } from './harness.ts';

const runFile = promisify(execFile);
const script = fileURLToPath(new URL('../build.ts', import.meta.url));

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly output: string;
  readonly summary: string;
}

/** Runs the bundle as a runner does: inputs in the environment, outputs in files. */
async function stepOf(
  bundle: string,
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const files = await temporaryFolder();
  const [output, summary] = [join(files, 'output'), join(files, 'summary')];
  await Promise.all([writeFile(output, ''), writeFile(summary, '')]);
  const { exitCode, stdout } = await runFile(process.execPath, [bundle], {
    cwd: directory,
    env: { ...environment, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
  }).then(
    (ended) => ({ ...ended, exitCode: 0 }),
    (error: { code: number; stdout: string }) => ({ ...error, exitCode: error.code }),
  );
  return {
    exitCode,
    stdout,
    output: await readFile(output, 'utf8'),
    summary: await readFile(summary, 'utf8'),
  };
}

test('runs as one file, without anything installed beside it', async () => {
  await using sandbox = await startSandbox({ projectName: 'demo' });
  const bundles = await temporaryFolder();
  await mkdir(join(bundles, 'bundle'));
  await runFile(process.execPath, [script, join(bundles, 'bundle')]);
  const bundle = join(bundles, 'bundle', 'index.js');
  const directory = await project();
  const { environment } = sandbox;

  const signed = await stepOf(bundle, directory, { ...environment, INPUT_COMMAND: 'sign' });
  const verified = await stepOf(bundle, directory, { ...environment, INPUT_COMMAND: 'verify' });
  const refused = await stepOf(bundle, directory, {
    ...environment,
    INPUT_COMMAND: 'verify',
    INPUT_IDENTITY: 'https://gitlab.test/somebody',
  });

  expect(signed).toMatchObject({ exitCode: 0 });
  expect(signed.output).toContain('demo-1.0.0-py3-none-any.whl.sigstore.json');
  expect(verified).toMatchObject({ exitCode: 0 });
  expect(verified.stdout).toContain('Verified OK: demo-1.0.0.tar.gz');
  expect(verified.summary).toContain('✅ verified');
  expect(refused).toMatchObject({ exitCode: 1 });
  expect(refused.stdout).toContain('::error::error[VERIFICATION_FAILED]');
  expect(refused.output).toContain('VERIFICATION_FAILED');
  expect(refused.summary).toContain('❌ refused (IDENTITY_MISMATCH)');
});
