import { access, readdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { startSandbox } from '@wheelseal/sandbox';
import type { SandboxOptions } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';

test('is ready in under a second', async () => {
  const times: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    const start = performance.now();
    const sandbox = await startSandbox();
    times.push(performance.now() - start);
    await sandbox.close();
  }

  // The best of three: other tests run on the same machine.
  expect(Math.min(...times)).toBeLessThan(1000);
});

test('every service has an origin of its own on loopback', async () => {
  await using sandbox = await startSandbox();
  const urls = Object.values(sandbox.urls);

  expect(new Set(urls.map(({ port }) => port)).size).toBe(7);
  expect(urls.every(({ hostname }) => hostname === '127.0.0.1')).toBe(true);
});

test('the environment is that of a job of the project', async () => {
  await using sandbox = await startSandbox({
    projectName: 'demo-package',
    packageVersion: '2.1.0',
    defaultBranch: 'trunk',
    visibility: 'private',
    commitSha: 'a'.repeat(40),
    commitTime: new Date('2025-01-02T03:04:05Z'),
  });
  const { environment, urls } = sandbox;
  const { origin, host, port } = urls.gitlab;
  const id = environment['CI_PROJECT_ID'];

  expect(environment).toMatchObject({
    CI: 'true',
    GITLAB_CI: 'true',
    CI_API_V4_URL: `${origin}/api/v4`,
    CI_SERVER_URL: origin,
    CI_SERVER_HOST: '127.0.0.1',
    CI_SERVER_PORT: port,
    CI_SERVER_FQDN: host,
    CI_PROJECT_ID: expect.stringMatching(/^\d+$/),
    CI_PROJECT_PATH: 'sandbox/demo-package',
    CI_PROJECT_NAME: 'demo-package',
    CI_PROJECT_NAMESPACE: 'sandbox',
    CI_PROJECT_URL: `${origin}/sandbox/demo-package`,
    CI_PROJECT_VISIBILITY: 'private',
    CI_DEFAULT_BRANCH: 'trunk',
    CI_COMMIT_SHA: 'a'.repeat(40),
    CI_COMMIT_REF_NAME: 'trunk',
    CI_COMMIT_BRANCH: 'trunk',
    CI_COMMIT_TIMESTAMP: '2025-01-02T03:04:05+00:00',
    CI_CONFIG_REF_URI: `${host}/sandbox/demo-package//.gitlab-ci.yml@refs/heads/trunk`,
    CI_JOB_TOKEN: sandbox.tokens.job,
    PACKAGE_NAME: 'demo-package',
    PACKAGE_VERSION: '2.1.0',
    GENERIC_PACKAGE_BASE_URL: `${origin}/api/v4/projects/${id}/packages/generic/demo-package/2.1.0`,
    CERTIFICATE_IDENTITY: `https://${host}/sandbox/demo-package//.gitlab-ci.yml@refs/heads/trunk`,
    CERTIFICATE_OIDC_ISSUER: origin,
    FULCIO_URL: urls.fulcio.origin,
    REKOR_URL: urls.rekor.origin,
    COSIGN_REKOR_URL: urls.rekor.origin,
    COSIGN_YES: 'true',
    WHEELSEAL_TRUSTED_ROOT: sandbox.trust.trustedRoot,
    SIGSTORE_ROOT_FILE: sandbox.trust.certificateAuthority,
    SIGSTORE_REKOR_PUBLIC_KEY: sandbox.trust.rekorPublicKey,
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: sandbox.trust.ctLogPublicKey,
    TUF_ROOT: sandbox.trust.tufRoot,
    TUF_MIRROR: sandbox.urls.tuf.origin,
    TUF_ROOT_JSON: sandbox.trust.tufFirstRoot,
    SIGSTORE_ID_TOKEN: expect.stringMatching(/^eyJ/),
  });
  expect(environment).not.toHaveProperty('CI_COMMIT_TAG');
});

test('the environment of a tag names the tag and no branch', async () => {
  await using sandbox = await startSandbox({ ref: 'refs/tags/v1.0' });

  expect(sandbox.environment).toMatchObject({ CI_COMMIT_TAG: 'v1.0', CI_COMMIT_REF_NAME: 'v1.0' });
  expect(sandbox.environment).not.toHaveProperty('CI_COMMIT_BRANCH');
  expect(sandbox.environment['CERTIFICATE_IDENTITY']).toMatch(/@refs\/tags\/v1\.0$/);
});

test('the job token is let into the package registry, and another is not', async () => {
  await using sandbox = await startSandbox();
  const upload = async (token: string) => {
    const url = `${sandbox.environment['GENERIC_PACKAGE_BASE_URL']}/demo.sig`;
    return (await fetch(url, { method: 'PUT', headers: { 'job-token': token }, body: 'x' })).status;
  };

  expect(await upload(sandbox.tokens.job)).toBe(201);
  expect(await upload('nonsense')).toBe(401);
});

test('the trust is written where only this user can read it', async () => {
  await using sandbox = await startSandbox();
  const directory = dirname(sandbox.trust.trustedRoot);

  expect((await stat(directory)).mode & 0o077).toBe(0);
  expect(await readdir(sandbox.trust.tufRoot)).toEqual([]);
  const root = JSON.parse(await readFile(sandbox.trust.trustedRoot, 'utf8'));
  expect(root.tlogs[0].baseUrl).toBe(sandbox.urls.rekor.origin);
  const config = JSON.parse(await readFile(sandbox.trust.signingConfig, 'utf8'));
  expect(config.caUrls[0].url).toBe(sandbox.urls.fulcio.origin);
});

test('closing ends every service and removes every file, also the second time', async () => {
  const sandbox = await startSandbox();
  const pending = fetch(sandbox.urls.rekor).then((response) => response.text());
  await pending;

  await sandbox.close();
  await sandbox.close();

  await expect(access(dirname(sandbox.trust.trustedRoot))).rejects.toMatchObject({
    code: 'ENOENT',
  });
  for (const url of Object.values(sandbox.urls))
    await expect(fetch(url)).rejects.toThrow('fetch failed');
});

test.for([
  ['My Project!', 'My-Project'],
  ['größe', 'gro-e'],
  ['.hidden', 'hidden'],
  ['under_score.dot', 'under_score.dot'],
] as const)('a folder `%s` becomes the project `%s`', async ([projectName, expected]) => {
  await using sandbox = await startSandbox({ projectName });

  expect(sandbox.environment['CI_PROJECT_NAME']).toBe(expected);
});

const refused: readonly (readonly [string, SandboxOptions])[] = [
  ['projectName', { projectName: '...' }],
  ['projectPath', { projectPath: 'alone' }],
  ['projectPath', { projectPath: 'group/../x' }],
  ['projectPath', { projectPath: 'group/my project' }],
  ['projectPath', { projectPath: 'group/demo.git' }],
  ['ref', { ref: 'main' }],
  ['commitSha', { commitSha: 'abc' }],
];

test.for(refused)('an impossible `%s` is refused: %o', async ([option, options]) => {
  await expect(startSandbox(options)).rejects.toMatchObject({
    code: 'OPTION_INVALID',
    message: expect.stringContaining(`\`${option}\``),
    hint: expect.stringContaining(option),
  });
});
