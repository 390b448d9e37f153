import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call } from '../sigstore/signer.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({
    projectPath: 'group/sub/demo',
    ref: 'refs/tags/v1.2',
    visibility: 'internal',
  });
});

afterAll(async () => sandbox.close());

async function discover() {
  const path = '/.well-known/openid-configuration';
  const { issuer, jwks_uri: keys } = (await call('GET', sandbox.urls.gitlab, path)).json;
  return { issuer: String(issuer), keys: String(keys) };
}

async function verified(token: string) {
  const { issuer, keys } = await discover();
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), {
    issuer,
    audience: 'sigstore',
  });
  return payload;
}

test('a token verifies with the key that discovery leads to', async () => {
  const token = await sandbox.mintToken();
  const { issuer } = await discover();

  expect(issuer).toBe(sandbox.environment['CI_SERVER_URL']);
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'JWT' });
  await expect(verified(token)).resolves.toBeDefined();
});

test('a token says everything GitLab says about a job', async () => {
  const { environment } = sandbox;
  const claims = await verified(environment['SIGSTORE_ID_TOKEN']!);

  expect(claims).toMatchObject({
    sub: 'project_path:group/sub/demo:ref_type:tag:ref:v1.2',
    project_id: environment['CI_PROJECT_ID'],
    project_path: 'group/sub/demo',
    namespace_id: environment['CI_PROJECT_NAMESPACE_ID'],
    namespace_path: 'group/sub',
    pipeline_id: environment['CI_PIPELINE_ID'],
    pipeline_source: 'push',
    job_id: environment['CI_JOB_ID'],
    ref: 'v1.2',
    ref_type: 'tag',
    ref_path: 'refs/tags/v1.2',
    ref_protected: 'true',
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: environment['CI_COMMIT_SHA'],
    project_visibility: 'internal',
    ci_config_ref_uri: environment['CI_CONFIG_REF_URI'],
    ci_config_sha: environment['CI_COMMIT_SHA'],
  });
  expect(claims.exp! - claims.iat!).toBe(3600);
  expect(claims.nbf).toBe(claims.iat! - 5);
});

test('claims can be replaced, made null and left out', async () => {
  const claims = await verified(
    await sandbox.mintToken({ ref: 'other', environment: null, ci_config_ref_uri: undefined }),
  );

  expect(claims).toMatchObject({ ref: 'other', environment: null });
  expect(claims).not.toHaveProperty('ci_config_ref_uri');
});

test('no two tokens are the same', async () => {
  const [first, second] = await Promise.all([sandbox.mintToken(), sandbox.mintToken()]);

  expect((await verified(first)).jti).not.toBe((await verified(second)).jti);
});
