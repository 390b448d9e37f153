import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import {
  openServices,
  readContinuousIntegration,
  type ServiceSettings,
  type SigningPorts,
} from '@wheelseal/pipeline';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder, writeFiles } from './workplace.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => sandbox.close());

function settingsOf(changes: Readonly<Record<string, string>> = {}): ServiceSettings {
  return readContinuousIntegration({ ...sandbox.environment, ...changes });
}

async function keyFile(): Promise<string> {
  const folder = await temporaryFolder();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFiles(folder, {
    'release.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
  return join(folder, 'release.pem');
}

async function predicateOf(settings: ServiceSettings) {
  const { provenance }: SigningPorts = await openServices({
    ...settings,
    provenance: true,
  }).signing();
  return provenance?.content;
}

test('signs with a key without any service', async () => {
  const signingKeyPath = await keyFile();

  const { token, trustedRoot } = await openServices({ signingKeyPath }).signing();

  expect(token).toMatchObject({ kind: 'P-256', publicKeyHint: expect.any(String) });
  expect(trustedRoot).toBeUndefined();
});

test.for<[string, ServiceSettings]>([
  ['WHEELSEAL_SIGNING_KEY', { signingKeyPath: '/nowhere' }],
  ['WHEELSEAL_SIGNING_CONFIG', { signingConfigPath: '/nowhere', identityToken: 'a.b.c' }],
  ['WHEELSEAL_TRUST_CONFIG', { trustConfigPath: '/nowhere', identityToken: 'a.b.c' }],
])('says that %s cannot be read', async ([variable, settings]) => {
  await expect(openServices(settings).signing()).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    hint: expect.stringContaining(variable),
  });
});

test('refuses a signing configuration that is none', async () => {
  const settings = settingsOf({
    FULCIO_URL: '',
    REKOR_URL: '',
    WHEELSEAL_SIGNING_CONFIG: sandbox.trust.trustedRoot,
  });

  await expect(openServices(settings).signing()).rejects.toMatchObject({
    code: 'SIGNING_CONFIG_MALFORMED',
  });
});

test('takes addresses before a configuration', async () => {
  const settings = settingsOf({ WHEELSEAL_SIGNING_CONFIG: '/nowhere' });

  await expect(openServices(settings).signing()).resolves.toBeDefined();
});

test('trusts what a trust configuration says', async () => {
  const settings = settingsOf({ FULCIO_URL: '', REKOR_URL: '', WHEELSEAL_TRUSTED_ROOT: '' });

  const { trustedRoot } = await openServices(settings).signing();

  expect(trustedRoot?.certificateAuthorities).toMatchObject([{ url: sandbox.urls.fulcio.origin }]);
});

test('states what the token says of the job, whatever the variables say', async () => {
  const settings = settingsOf({
    CI_COMMIT_SHA: 'f'.repeat(40),
    CI_PROJECT_PATH: 'somebody/else',
    CI_JOB_STARTED_AT: '2026-05-01T12:00:00Z',
  });

  expect(await predicateOf(settings)).toMatchObject({
    buildDefinition: {
      externalParameters: {
        configuration: sandbox.environment['CI_CONFIG_REF_URI'],
        source: sandbox.environment['CI_PROJECT_URL'],
        ref: expect.stringMatching(/^refs\/(?:heads|tags)\//),
        trigger: 'push',
      },
      internalParameters: {
        projectId: sandbox.environment['CI_PROJECT_ID'],
        pipelineId: sandbox.environment['CI_PIPELINE_ID'],
        jobName: sandbox.environment['CI_JOB_NAME'],
        runnerEnvironment: expect.any(String),
      },
      resolvedDependencies: [{ digest: { gitCommit: sandbox.environment['CI_COMMIT_SHA'] } }],
    },
    runDetails: { metadata: { startedOn: '2026-05-01T12:00:00Z' } },
  });
});

test.for<[string, Record<string, string>, string]>([
  ['with its configuration', {}, 'CONFIG_REF_URI'],
  ['on a GitLab that does not tell it', { CI_CONFIG_REF_URI: '' }, 'composed'],
])('states what the variables say where a key signs, %s', async ([, changes]) => {
  const settings = settingsOf({ ...changes, WHEELSEAL_SIGNING_KEY: await keyFile() });

  expect(await predicateOf(settings)).toMatchObject({
    buildDefinition: {
      externalParameters: { configuration: sandbox.environment['CI_CONFIG_REF_URI'] },
      resolvedDependencies: [{ digest: { gitCommit: sandbox.environment['CI_COMMIT_SHA'] } }],
    },
    runDetails: {
      metadata: { invocationId: sandbox.environment['CI_JOB_URL'] },
    },
  });
});

test('states nothing of a build that it does not know', async () => {
  const signingKeyPath = await keyFile();

  await expect(openServices({ signingKeyPath, provenance: true }).signing()).rejects.toMatchObject({
    code: 'PROVENANCE_INCOMPLETE',
  });
});
