import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openServices, readContinuousIntegration, type ServiceSettings } from '@wheelseal/pipeline';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { MockAgent } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from './workplace.ts';

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

/** What a certificate says, all of it put together from the name. */
const identityOf = (subject: string, issuer = 'https://gitlab.test', projectId = '20') => {
  const [, host = '', project = '', config = '', ref = ''] =
    /^https:\/\/([^/]+)\/(.+?)\/\/(.+)@(refs\/.+)$/.exec(subject) ?? [];
  const claims = {
    sourceRepositoryUri: `https://${host}/${project}`,
    sourceRepositoryRef: ref,
    sourceRepositoryIdentifier: projectId,
    buildConfigUri: `https://${host}/${project}//${config}@${ref}`,
    buildSignerUri: `https://${host}/${project}//${config}@${ref}`,
    buildTrigger: 'push',
    runnerEnvironment: 'self-hosted',
  };
  return { subject, issuer, claims };
};

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

const main = 'https://gitlab.test/group/demo//.gitlab-ci.yml@refs/heads/main';
const tag = 'https://gitlab.test/group/demo//.gitlab-ci.yml@refs/tags/v1.0.0';
const named = { serverUrl: 'https://gitlab.test', signerRef: 'refs/heads/main' };

test('a project that is named comes before the pipeline that runs', async () => {
  const running = { ...pipeline, projectPath: 'group/consumer', configPath: 'x.yml' };
  const byPath = await policyOf({ ...running, ...named, signerProject: 'group/demo' });
  const byId = await policyOf({ ...running, ...named, signerProjectId: '20' });

  expect(byPath.accepts(identityOf(main))).toBe(true);
  expect(byId.accepts(identityOf(main.replace('demo', 'renamed')))).toBe(true);
  expect(byId.accepts(identityOf(main, undefined, '21'))).toBe(false);
  expect(byPath.accepts(identityOf(main.replace('demo', 'consumer')))).toBe(false);
});

test('fills the version of the file into the ref that is named', async () => {
  const policy = await policyOf({
    ...named,
    signerProject: 'group/demo',
    signerRef: 'refs/tags/v{version}',
  });

  expect(policy.accepts(identityOf(tag), { versions: ['1.0.0'] })).toBe(true);
  expect(policy.accepts(identityOf(tag), { versions: ['1.0.1'] })).toBe(false);
});

test.for<[ServiceSettings, boolean]>([
  [{ signerPipelineSource: 'push' }, true],
  [{ signerPipelineSource: 'web' }, false],
  [{ signerRunner: 'self-hosted' }, true],
  [{ signerRunner: 'gitlab-hosted' }, false],
  [{ signerConfigPath: '.gitlab-ci.yml' }, true],
  [{ signerConfigPath: 'other.yml' }, false],
  [{ signerSha: 'a'.repeat(40) }, false],
  [{ signerProtectedRef: 'true' }, false],
  [{ signerProtectedRef: 'false' }, true],
])('asks more of the pipeline that runs: %j', async ([more, isAccepted]) => {
  const policy = await policyOf({ ...pipeline, ...more });

  expect(policy.accepts(identityOf(main))).toBe(isAccepted);
});

test('accepts names by a pattern, of an issuer that is named', async () => {
  const certificateIdentityPattern = String.raw`https://gitlab\.test/group/[^/]+//.*@refs/tags/v.*`;
  const policy = await policyOf({
    certificateIdentityPattern,
    certificateIssuer: 'https://gitlab.test',
  });

  expect(policy.accepts(identityOf(tag))).toBe(true);
  expect(policy.accepts(identityOf(main))).toBe(false);
  await expect(policyOf({ ...pipeline, certificateIdentityPattern })).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    message: expect.stringContaining('CERTIFICATE_OIDC_ISSUER'),
  });
});

test.for<[ServiceSettings, string]>([
  [{ certificateIdentityPattern: 'x' }, 'CERTIFICATE_IDENTITY_REGEXP'],
  [{ signerProject: 'group/demo', signerRef: 'refs/heads/main' }, 'WHEELSEAL_SIGNER_PROJECT'],
  [{ signerRunner: 'self-hosted' }, 'WHEELSEAL_SIGNER_RUNNER'],
  [{ signerProtectedRef: 'true' }, 'WHEELSEAL_SIGNER_PROTECTED_REF'],
])('leaves out nothing that was said: a name and %j', async ([more, variable]) => {
  const certificateIdentity = 'https://gitlab.test/x';

  await expect(policyOf({ ...pipeline, certificateIdentity, ...more })).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    message: expect.stringContaining(variable),
  });
});

test('a project that is named needs a ref', async () => {
  const { signerRef: _, ...unnamed } = named;

  await expect(policyOf({ ...unnamed, signerProjectId: '20' })).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    message: expect.stringContaining('WHEELSEAL_SIGNER_REF'),
  });
});

const signedAsMain = { certificateIdentity: 'x', certificateIssuer: 'y' };

test('trusts the keys that cosign takes, where nothing else is named', async () => {
  const { environment, urls } = sandbox;
  const settings = readContinuousIntegration({
    SIGSTORE_ROOT_FILE: environment['SIGSTORE_ROOT_FILE'],
    SIGSTORE_REKOR_PUBLIC_KEY: environment['SIGSTORE_REKOR_PUBLIC_KEY'],
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: environment['SIGSTORE_CT_LOG_PUBLIC_KEY_FILE'],
    REKOR_URL: urls.rekor.href,
  });
  const { certificateLogKeyPath, ...incomplete } = settings;

  await expect(
    openServices({ ...signedAsMain, ...settings }).verification(),
  ).resolves.toMatchObject({ trust: { kind: 'keys' } });
  expect(certificateLogKeyPath).toBeDefined();
  await expect(
    openServices({ ...signedAsMain, ...incomplete }).verification(),
  ).rejects.toMatchObject({
    code: 'SETTING_MISSING',
    message: expect.stringContaining('SIGSTORE_CT_LOG_PUBLIC_KEY_FILE'),
  });
});

test('trusts offline what it knows of public Sigstore, and says how old that is', async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  const { verification } = openServices({
    ...signedAsMain,
    dispatcher,
    offline: 'true',
    cacheDirectory: 'no/such/folder',
    now: () => new Date('2026-12-01T00:00:00Z'),
  });

  await expect(verification()).resolves.toMatchObject({
    trust: { kind: 'seed' },
    notices: [{ kind: 'outdated' }],
  });
});

test('keeps a project that is not public out of a public log, before it asks anybody', async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  const identityToken = await sandbox.mintToken({ project_visibility: 'public' });
  const own = { fulcioUrl: sandbox.urls.fulcio.href, rekorUrl: sandbox.urls.rekor.href };
  const publicLog = { fulcioUrl: own.fulcioUrl, rekorUrl: 'https://rekor.sigstore.dev' };

  for (const urls of [{}, publicLog]) {
    const { signing } = openServices({ identityToken, dispatcher, visibility: 'private', ...urls });
    await expect(signing()).rejects.toMatchObject({
      code: 'PUBLIC_LOG_REFUSED',
      message: expect.stringContaining('refs/heads/main'),
      hint: expect.stringMatching(/FULCIO_URL.*--allow-public-log/),
    });
  }
  await expect(
    openServices({ identityToken, visibility: 'private', ...own }).signing(),
  ).resolves.toMatchObject({ isDisclosed: false });
  await expect(
    openServices({
      identityToken,
      visibility: 'private',
      allowPublicLog: 'true',
      ...publicLog,
    }).signing(),
  ).resolves.toMatchObject({ isDisclosed: true });
});

test('keeps out a project whose token says that it is not public', async () => {
  const identityToken = await sandbox.mintToken({ project_visibility: 'internal' });

  await expect(
    openServices({ identityToken, visibility: 'public' }).signing(),
  ).rejects.toMatchObject({ code: 'PUBLIC_LOG_REFUSED' });
});

test('asks Fulcio whether it takes tokens of the issuer before it sends one', async () => {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher
    .get('https://fulcio.test')
    .intercept({ path: '/api/v2/configuration' })
    .reply(200, { issuers: [{ issuerUrl: 'https://other.test' }] });
  const { signing } = openServices({
    identityToken: await sandbox.mintToken(),
    fulcioUrl: 'https://fulcio.test',
    rekorUrl: 'https://rekor.test',
    dispatcher,
  });

  await expect(signing()).rejects.toMatchObject({ code: 'TOKEN_ISSUER_REFUSED' });
  dispatcher.assertNoPendingInterceptors();
});

test('takes the identity token from where it is', async () => {
  const value = await sandbox.mintToken();
  const urls = { fulcioUrl: sandbox.urls.fulcio.href, rekorUrl: sandbox.urls.rekor.href };
  const path = join(await temporaryFolder(), 'token.jwt');
  await writeFile(path, value);
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher
    .get('https://github.test')
    .intercept({ path: '/token?audience=sigstore', headers: { authorization: 'Bearer right' } })
    .reply(200, { value });
  const tokenOf = async (settings: ServiceSettings) => {
    const { token } = await openServices({ ...urls, ...settings }).signing();
    return 'value' in token ? token.value : undefined;
  };

  expect(await tokenOf({ identityToken: value })).toBe(value);
  expect(await tokenOf({ identityTokenPath: path })).toBe(value);
  dispatcher.enableNetConnect('127.0.0.1');
  expect(
    await tokenOf({
      githubTokenUrl: 'https://github.test/token',
      githubTokenRight: 'right',
      dispatcher,
    }),
  ).toBe(value);
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
