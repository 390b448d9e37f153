import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Environment } from '../src/inputs.ts';
import { project, step, temporaryFolder } from './harness.ts';

let sandbox: Sandbox;
let environment: Environment;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'demo' });
  environment = sandbox.environment;
});

afterAll(async () => {
  await sandbox.close();
});

const wheel = 'demo-1.0.0-py3-none-any.whl';

test('signs, and says by whom and where', async () => {
  const directory = await project();

  const { outputs, failures, summary } = await step({
    environment,
    directory,
    inputs: { command: 'sign' },
  });

  expect(failures).toEqual([]);
  expect(outputs).toMatchObject({
    name: 'demo',
    version: '1.0.0',
    directory: join(directory, 'dist'),
    manifest: join(directory, 'dist', 'release.json'),
    identity: environment['CERTIFICATE_IDENTITY'],
    issuer: environment['CERTIFICATE_OIDC_ISSUER'],
    files: `${wheel}\ndemo-1.0.0.tar.gz`,
    'error-code': '',
  });
  expect(outputs['bundles']?.split('\n')).toHaveLength(2);
  expect(JSON.parse(outputs['json'] ?? '')).toMatchObject({
    schemaVersion: 1,
    files: [{ filename: wheel, status: 'signed', logIndex: expect.any(String) }, {}],
  });
  expect(summary).toMatch(
    /\| demo-1\.0\.0-py3-none-any\.whl \| ✍️ signed \| \d+ \| `[\da-f]{64}` \|/,
  );
});

test('signs, verifies, publishes and downloads in separate steps', async () => {
  const directory = await project();
  const target = await temporaryFolder();
  const steps = [
    { command: 'sign' },
    { command: 'verify' },
    { command: 'publish' },
    { command: 'download', name: 'demo', version: '1.0.0', 'output-directory': target },
  ];

  for (const inputs of steps) {
    const { failures, summary } = await step({ environment, directory, inputs });
    expect(failures).toEqual([]);
    expect(summary).toContain(`## Wheelseal: ${inputs.command} of demo 1.0.0`);
  }

  await expect(readdir(target)).resolves.toEqual([wheel, 'demo-1.0.0.tar.gz']);
});

test.for(['no-build', 'built'])('`%s` releases what is built already', async (input) => {
  await using own = await startSandbox({ projectName: 'demo' });
  const directory = await project();
  await writeFile(join(directory, 'pyproject.toml'), '[project]\nname = "x"\nversion = "0"\n');

  const { failures, outputs, log } = await step({
    environment: own.environment,
    directory,
    inputs: { command: 'release', [input]: 'true' },
  });

  expect(failures).toEqual([]);
  expect(outputs).toMatchObject({ name: 'demo', version: '1.0.0' });
  expect(log).toContain(`Verified OK: ${wheel}`);
});

test('asks the job for a token when there is none, and hides it', async () => {
  const directory = await project();
  const identityToken = await sandbox.mintToken();
  const { SIGSTORE_ID_TOKEN: _, ...rest } = environment;

  const { failures, secrets } = await step({
    environment: rest,
    directory,
    inputs: { command: 'sign' },
    identityToken,
  });

  expect(failures).toEqual([]);
  expect(secrets).toContain(identityToken);
});

test('says which permission is missing when the job gets no token', async () => {
  const { SIGSTORE_ID_TOKEN: _, ...rest } = environment;

  const { failures, outputs } = await step({
    environment: rest,
    directory: await project(),
    inputs: { command: 'sign' },
  });

  expect(outputs['error-code']).toBe('TOKEN_MISSING');
  expect(failures.join('')).toContain('permissions: { id-token: write }');
});

test('expects the workflow itself when nobody else is named', async () => {
  const directory = await project();
  await step({ environment, directory, inputs: { command: 'sign' } });

  const { failures, errors, outputs, summary } = await step({
    environment: {
      WHEELSEAL_TRUSTED_ROOT: environment['WHEELSEAL_TRUSTED_ROOT'],
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_WORKFLOW_REF: 'group/demo/.github/workflows/release.yml@refs/tags/1.0.0',
    },
    directory,
    inputs: { command: 'verify' },
  });

  expect(outputs['error-code']).toBe('VERIFICATION_FAILED');
  expect(failures.join('')).toContain('VERIFICATION_FAILED');
  expect(errors).toHaveLength(2);
  expect(errors[0]).toContain(
    'https://github.com/group/demo/.github/workflows/release.yml@refs/tags/1.0.0',
  );
  expect(summary).toContain('❌ refused (IDENTITY_MISMATCH)');
});

test.for([
  { what: 'an unknown command', inputs: { command: 'bild' }, code: 'INPUT_INVALID' },
  { what: 'a download of nothing', inputs: { command: 'download' }, code: 'INPUT_INVALID' },
  {
    what: 'a wrong issuer',
    inputs: { command: 'verify', issuer: 'https://other.test' },
    code: 'VERIFICATION_FAILED',
  },
  {
    what: 'no distributions',
    inputs: { command: 'verify', dist: 'none' },
    code: 'NOTHING_TO_RELEASE',
  },
  {
    what: 'a project that is not there',
    inputs: { command: 'publish', project: 'no/where' },
    code: 'REGISTRY_NOT_FOUND',
  },
])('fails with a code for $what', async ({ inputs, code }) => {
  const directory = await project();
  await step({ environment, directory, inputs: { command: 'sign' } });

  const { failures, outputs, summary } = await step({ environment, directory, inputs });

  expect(outputs['error-code']).toBe(code);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatch(new RegExp(`^error\\[${code}\\]: .*(?:\n.*)*hint: `));
  expect(summary).toContain(code);
});

test('shows no secret, whatever a server says', async () => {
  await using own = await startSandbox({ projectName: 'demo' });
  const directory = await project();
  const token = 'glpat-canary_0123456789';
  await step({ environment: own.environment, directory, inputs: { command: 'sign' } });
  own.faults.add({ service: 'gitlab', status: 400, body: { message: `you said ${token}` } });

  const told = await step({
    environment: own.environment,
    directory,
    inputs: { command: 'publish', token },
  });

  expect(told.secrets).toContain(token);
  expect(told.failures).toHaveLength(1);
  expect(JSON.stringify({ ...told, secrets: [] })).not.toContain('canary');
});

test('tells an unsigned distribution from a refused one', async () => {
  const directory = await project();

  const { outputs, summary } = await step({
    environment,
    directory,
    inputs: { command: 'verify' },
  });
  await rm(join(directory, 'dist', wheel));

  expect(outputs['error-code']).toBe('SIGNATURE_MISSING');
  expect(summary).toContain('⚠️ not signed');
});
