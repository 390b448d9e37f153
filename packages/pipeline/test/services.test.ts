import { openServices, type ServiceSettings } from '@wheelseal/pipeline';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

const release = { name: 'demo', version: '1.0.0' };
const pipeline = {
  serverUrl: 'https://gitlab.test',
  serverFqdn: 'gitlab.test',
  projectPath: 'group/demo',
  refName: 'main',
};
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => sandbox.close());

async function policyOf(settings: ServiceSettings) {
  const trustedRootPath = sandbox.environment['WHEELSEAL_TRUSTED_ROOT'];
  const services = openServices({
    ...settings,
    ...(trustedRootPath !== undefined && { trustedRootPath }),
  });
  return (await services.verification()).policy;
}

const identityOf = (subject: string, issuer = 'https://gitlab.test') => ({
  subject,
  issuer,
  claims: {},
});

test.for<[string, ServiceSettings, string]>([
  ['a branch', pipeline, 'https://gitlab.test/group/demo//.gitlab-ci.yml@refs/heads/main'],
  [
    'a tag',
    { ...pipeline, commitTag: 'v1.0.0', refName: 'v1.0.0' },
    'https://gitlab.test/group/demo//.gitlab-ci.yml@refs/tags/v1.0.0',
  ],
  [
    'another configuration',
    { ...pipeline, configPath: 'ci/release.yml' },
    'https://gitlab.test/group/demo//ci/release.yml@refs/heads/main',
  ],
  [
    'a configuration of another project',
    { ...pipeline, configPath: 'x.yml@group/shared' },
    'https://gitlab.test/group/demo//x.yml@group/shared@refs/heads/main',
  ],
  [
    'a server with a port',
    { ...pipeline, serverFqdn: 'gitlab.test:8443' },
    'https://gitlab.test:8443/group/demo//.gitlab-ci.yml@refs/heads/main',
  ],
  [
    'an older GitLab',
    {
      serverUrl: 'http://gitlab.test:8080',
      projectPath: 'group/demo',
      refName: 'main',
      certificateIssuer: 'https://gitlab.test',
    },
    'https://gitlab.test:8080/group/demo//.gitlab-ci.yml@refs/heads/main',
  ],
  [
    'what GitLab says itself',
    { ...pipeline, configRefUri: 'gitlab.test/group/demo//x.yml@group/shared@refs/tags/v1' },
    'https://gitlab.test/group/demo//x.yml@group/shared@refs/tags/v1',
  ],
])('expects the running pipeline to have signed: %s', async ([, settings, subject]) => {
  const policy = await policyOf(settings);

  expect(policy.accepts(identityOf(subject))).toBe(true);
  expect(policy.accepts(identityOf(`${subject}x`))).toBe(false);
  expect(policy.accepts(identityOf(subject, 'https://other.test'))).toBe(false);
});

test('a signer that is named outright comes before the pipeline', async () => {
  const policy = await policyOf({
    ...pipeline,
    certificateIdentity: 'https://gitlab.test/other',
    certificateIssuer: 'https://issuer.test',
  });

  expect(policy.accepts(identityOf('https://gitlab.test/other', 'https://issuer.test'))).toBe(true);
});

test.for<[string, ServiceSettings, string]>([
  ['no signer', {}, 'CERTIFICATE_OIDC_ISSUER'],
  ['no issuer', { certificateIdentity: 'https://gitlab.test/x' }, 'CERTIFICATE_OIDC_ISSUER'],
  ['no project', { serverUrl: 'https://gitlab.test' }, 'CI_PROJECT_PATH'],
  ['no ref', { serverUrl: 'https://gitlab.test', projectPath: 'g/p' }, 'CI_COMMIT_REF_NAME'],
])('verification says what is missing: %s', async ([, settings, variable]) => {
  await expect(policyOf(settings)).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    message: expect.stringContaining(variable),
    hint: expect.stringContaining('CERTIFICATE_IDENTITY'),
  });
});

test('a Sigstore of one’s own needs a trusted root of its own', async () => {
  const { verification } = openServices({ ...pipeline, rekorUrl: 'https://rekor.test' });

  await expect(verification()).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    hint: expect.stringContaining('WHEELSEAL_TRUSTED_ROOT'),
  });
});

test.for<[string, ServiceSettings, string]>([
  ['no token', {}, 'SIGSTORE_ID_TOKEN'],
  ['Fulcio alone', { identityToken: 'a.b.c', fulcioUrl: 'https://fulcio.test' }, 'REKOR_URL'],
  ['Rekor alone', { identityToken: 'a.b.c', rekorUrl: 'https://rekor.test' }, 'FULCIO_URL'],
  [
    'a private project and no Sigstore',
    { identityToken: 'a.b.c', visibility: 'private' },
    'FULCIO_URL',
  ],
])('signing says what is missing: %s', async ([, settings, variable]) => {
  await expect(openServices(settings).signing()).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    hint: expect.stringContaining(variable),
  });
});

test.for<[string, Record<string, unknown>, string]>([
  ['expired', { exp: 1_600_000_000 }, 'TOKEN_EXPIRED'],
  ['for another audience', { aud: 'pypi' }, 'TOKEN_AUDIENCE_MISMATCH'],
  ['without the configuration', { ci_config_ref_uri: undefined }, 'TOKEN_CLAIM_MISSING'],
])('refuses a token that is %s before it is sent', async ([, claims, code]) => {
  const identityToken = await sandbox.mintToken(claims);
  const { signing } = openServices({ identityToken });

  const opening = signing();

  await expect(opening).rejects.toMatchObject({ code, hint: expect.any(String) });
  await expect(opening).rejects.not.toThrow(identityToken);
});

test.for<[string, ServiceSettings, string]>([
  ['no GitLab', { projectId: '1' }, 'CI_API_V4_URL'],
  ['no project', { apiUrl: 'https://gitlab.test/api/v4' }, 'CI_PROJECT_PATH'],
])('the registries say what is missing: %s', async ([, settings, variable]) => {
  await expect(openServices(settings).registries()).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    message: expect.stringContaining(variable),
    hint: expect.stringContaining(variable),
  });
});

test.for<[string, ServiceSettings, object]>([
  [
    'as the tutorial',
    { packageName: 'demo_pkg', packageVersion: '1.0' },
    { package: 'demo_pkg', version: '1.0' },
  ],
  ['under the name of the project', { projectName: 'Demo' }, { package: 'Demo', version: '1.0.0' }],
  ['under the end of its path', { projectPath: 'a/b/Demo' }, { package: 'Demo', version: '1.0.0' }],
  ['under the name of the release', {}, { package: 'demo', version: '1.0.0' }],
])('puts the signatures %s', ([, settings, destination]) => {
  expect(openServices(settings).destination(release)).toEqual(destination);
});

test.for(['2.0.0', 'latest'])(
  'refuses a `PACKAGE_VERSION` that is not that of the release: %s',
  (packageVersion) => {
    expect(() => openServices({ packageVersion }).destination(release)).toThrow(
      expect.objectContaining({
        code: 'SETTING_INVALID',
        hint: expect.stringContaining('PACKAGE_VERSION'),
      }),
    );
  },
);

test('opens each service once', async () => {
  const { registries } = openServices({ apiUrl: 'https://gitlab.test/api/v4', projectId: '1' });

  expect(await registries()).toBe(await registries());
});
