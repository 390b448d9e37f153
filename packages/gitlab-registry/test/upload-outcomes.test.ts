/** What becomes of an upload to the PyPI registry: each outcome that GitLab has, from the sandbox. */

import {
  createPyPIRegistry,
  deployToken,
  jobToken,
  personalToken,
} from '@wheelseal/gitlab-registry';
import type { Authentication } from '@wheelseal/gitlab-registry';
import type { Credential, Fault, SandboxOptions } from '@wheelseal/sandbox';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientsOf, letIn, project, uploadByHand, wheelIn } from './sandbox-project.ts';

interface Outcome {
  readonly situation: string;
  readonly sandbox?: SandboxOptions;
  /** Who uploads, instead of the running job. */
  readonly as?: Credential | 'nobody' | 'deploy token';
  readonly project?: string;
  readonly version?: string;
  readonly fault?: Fault;
  readonly code: string;
  readonly hint: string;
}

const token = 'glpat-somebody-else';
const somebody = (role: Credential['role'], scopes = ['api']): Credential => ({
  kind: 'personal',
  token,
  role,
  scopes,
});
const otherJob: Credential = { kind: 'job', token: 'glcbt-other-job', role: 'none', scopes: [] };

function authenticationOf({ kind, token: secret }: Credential): Authentication {
  return kind === 'job' ? jobToken(secret) : personalToken(secret);
}

test.for<Outcome>([
  {
    situation: 'no credentials',
    as: 'nobody',
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Pass a token',
  },
  {
    situation: 'credentials that GitLab does not know',
    as: { ...somebody('owner'), state: 'expired' },
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Create a new token',
  },
  {
    situation: 'the token of a job that is over',
    as: { ...otherJob, state: 'expired' },
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'ends with its job',
  },
  {
    situation: 'a project that does not exist',
    project: 'sandbox/nowhere',
    code: 'REGISTRY_NOT_FOUND',
    hint: 'Check the project',
  },
  {
    situation: 'a project that does not exist, from nobody',
    as: 'nobody',
    project: 'sandbox/nowhere',
    code: 'REGISTRY_NOT_FOUND',
    hint: 'without a token',
  },
  {
    situation: 'a private project that the caller may not see',
    as: somebody('none'),
    code: 'REGISTRY_NOT_FOUND',
    hint: 'hides a private project',
  },
  {
    situation: 'a reporter',
    as: somebody('reporter'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'a guest',
    as: somebody('guest'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'a public project whose member the caller is not',
    sandbox: { visibility: 'public' },
    as: somebody('none'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'a token that may only read',
    as: somebody('owner', ['read_api']),
    code: 'REGISTRY_FORBIDDEN',
    hint: '`api` scope',
  },
  {
    situation: 'the job of another project',
    sandbox: { visibility: 'public' },
    as: otherJob,
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Job token permissions',
  },
  {
    situation: 'the job of another project, on a private project',
    as: otherJob,
    code: 'REGISTRY_NOT_FOUND',
    hint: 'hides a private project',
  },
  {
    situation: 'a file that GitLab finds too large',
    sandbox: { gitlabSettings: { pypiMaxFileSize: 10 } },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'pypi_max_file_size',
  },
  {
    situation: 'a file that a proxy finds too large',
    fault: { status: 413, body: 'Request Entity Too Large' },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'body size a proxy',
  },
  {
    situation: 'a version that GitLab does not take',
    version: 'latest',
    code: 'REGISTRY_REFUSED',
    hint: 'Change what GitLab names',
  },
  {
    situation: 'a protected package',
    sandbox: {
      gitlabSettings: { protectedPackages: [{ type: 'pypi', pattern: 'my*demo', push: 'owner' }] },
    },
    code: 'REGISTRY_PROTECTED',
    hint: 'protection rule',
  },
  {
    situation: 'a protected package, from a deploy token',
    sandbox: {
      gitlabSettings: {
        protectedPackages: [{ type: 'pypi', pattern: 'my*demo', push: 'maintainer' }],
      },
    },
    as: 'deploy token',
    code: 'REGISTRY_PROTECTED',
    hint: 'never with a deploy token',
  },
  {
    situation: 'a user who may not create packages',
    fault: { status: 400, body: { message: '400 Bad request - Unauthorized' } },
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'an object storage that takes nothing',
    fault: { status: 403, body: { message: '403 Forbidden' } },
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'a registry that is off on the instance',
    sandbox: { gitlabSettings: { packageRegistry: 'disabled on the instance' } },
    code: 'REGISTRY_NOT_FOUND',
    hint: 'package registry is on',
  },
  {
    situation: 'a registry that is off on the project',
    sandbox: { gitlabSettings: { packageRegistry: 'disabled on the project' } },
    as: somebody('owner'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'turn the package registry on',
  },
  {
    situation: 'a project by its former path',
    sandbox: { gitlabSettings: { formerPaths: ['old/demo'] } },
    project: 'old/demo',
    code: 'REGISTRY_REFUSED',
    hint: 'present path',
  },
  {
    situation: 'FIPS mode that misses a digest',
    fault: { status: 422, body: { message: '422 Unprocessable Entity' } },
    code: 'REGISTRY_REFUSED',
    hint: 'Change what GitLab names',
  },
])('names $situation', async (outcome) => {
  const { as, code, hint, fault, version } = outcome;
  const { sandbox, folder, connection } = await project(outcome.sandbox);
  if (typeof as === 'object') letIn(sandbox, as);
  if (fault !== undefined) sandbox.faults.add({ ...fault, service: 'gitlab', method: 'POST' });
  const { user, token: secret } = sandbox.tokens.deploy;
  const { auth: job, ...nobody } = connection;
  const auth = { 'deploy token': deployToken(user, secret), nobody: undefined };
  const caller = typeof as === 'object' ? authenticationOf(as) : as === undefined ? job : auth[as];
  const registry = createPyPIRegistry({
    ...nobody,
    project: outcome.project ?? connection.project,
    ...(caller && { auth: caller }),
  });
  const [wheel, metadata] = await wheelIn(folder);

  const call = registry.upload({ ...wheel, version: version ?? wheel.version }, metadata);

  await expect(call).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
});

test.for(['1.2.0', '1!2.0', '1.0rc1', '1.0.post2.dev3', '1.0+cpu.1'])(
  'stores the version %s',
  async (version) => {
    const { registry, folder } = await project();
    const [wheel, metadata] = await wheelIn(folder);

    await registry.upload({ ...wheel, version }, metadata);

    await expect(registry.listFiles('my-demo')).resolves.toHaveLength(1);
  },
);

test('sends the digest that GitLab in FIPS mode demands', async () => {
  const { registry, folder } = await project({ gitlabSettings: { fips: true } });

  await expect(registry.upload(...(await wheelIn(folder)))).resolves.toBeUndefined();
});

test('adds another file to a version that is there', async () => {
  const { registry, folder } = await project();
  const [wheel, metadata] = await wheelIn(folder);
  await registry.upload(wheel, metadata);

  await registry.upload({ ...wheel, filename: 'my_demo-1.2.0.tar.gz', kind: 'sdist' }, metadata);

  await expect(registry.listFiles('my-demo')).resolves.toHaveLength(2);
});

test('uploads every spelling of a name under one, so that a file is there only once', async () => {
  const { registry, api, folder } = await project();
  const [wheel, metadata] = await wheelIn(folder);
  await registry.upload(wheel, metadata);

  for (const name of ['my-demo', 'my.demo', 'MY_DEMO']) {
    await expect(registry.upload({ ...wheel, name }, metadata)).rejects.toMatchObject({
      code: 'REGISTRY_CONFLICT',
    });
  }
  await expect(api.list({ type: 'pypi' })).resolves.toMatchObject([{ name: 'my-demo' }]);
});

test('measures a file whose uploader claimed another digest', async () => {
  const { sandbox, registry, folder } = await project();
  const bytes = randomBytes(1000);
  const claim = '1'.repeat(64);
  const fields = { name: 'my-demo', version: '1.0', sha256_digest: claim };
  await expect(uploadByHand(sandbox, fields, { name: 'my_demo-1.0.tar.gz', bytes })).resolves.toBe(
    201,
  );

  const [file] = await registry.listFiles('my-demo');
  const measured = await registry.download(file!, join(folder, 'again'));

  expect(file).toMatchObject({ sha256: claim });
  expect(measured.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('says of metadata that GitLab cuts short which field, and by how much', async () => {
  const { registry, folder } = await project({ gitlabSettings: { pep691: false } });
  const [wheel, metadata] = await wheelIn(folder);
  const requiresPython = `>=3.9${',!=3.10.1'.repeat(40)}`;
  const warned: unknown[] = [];

  await registry.upload(
    wheel,
    { ...metadata, requiresPython, keywords: 'k'.repeat(1025), summary: 's'.repeat(255) },
    { onWarning: (sentence, field) => warned.push([sentence, field]) },
  );

  expect(warned).toEqual([
    [
      expect.stringContaining('pip cannot read what is left'),
      { field: 'requires_python', kept: 255, length: requiresPython.length },
    ],
    [expect.stringContaining('`keywords`'), { field: 'keywords', kept: 1024, length: 1025 }],
  ]);
  const [file] = await registry.listFiles('my-demo');
  expect(file?.requiresPython).toBe(`${requiresPython.slice(0, 252)}...`);
});

test('cannot download what was uploaded without digest, and says what to do', async () => {
  for (const pep691 of [true, false]) {
    const { sandbox, registry, folder } = await project({ gitlabSettings: { pep691 } });
    const file = { name: 'my_demo-1.0.tar.gz', bytes: randomBytes(10) };
    await uploadByHand(sandbox, { name: 'my-demo', version: '1.0' }, file);
    await registry.upload(...(await wheelIn(folder)));

    const files = await registry.listFiles('my-demo');

    expect(files.map(({ sha256 }) => sha256?.length)).toEqual([undefined, 64]);
    await expect(registry.download(files[0]!, join(folder, 'again'))).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      hint: expect.stringContaining('with its digest'),
    });
  }
});

test('lets one of two equal uploads at once through, and names the other a conflict', async () => {
  const { sandbox, folder } = await project();
  const [wheel, metadata] = await wheelIn(folder);
  const job = clientsOf(sandbox, jobToken(sandbox.tokens.job)).registry;
  const owner = clientsOf(sandbox, personalToken(sandbox.tokens.personal)).registry;

  const outcomes = await Promise.allSettled([
    job.upload(wheel, metadata),
    owner.upload(wheel, metadata),
  ]);

  expect(outcomes).toContainEqual(expect.objectContaining({ status: 'fulfilled' }));
  expect(outcomes).toContainEqual(
    expect.objectContaining({ reason: expect.objectContaining({ code: 'REGISTRY_CONFLICT' }) }),
  );
  await expect(job.listFiles('my-demo')).resolves.toHaveLength(1);
});
