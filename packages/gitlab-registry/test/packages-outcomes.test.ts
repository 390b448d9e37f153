/** What the packages API tells and deletes: each outcome that GitLab has, from the sandbox. */

import { createPackagesApi, jobToken, personalToken } from '@wheelseal/gitlab-registry';
import type { Credential, SandboxOptions } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { clientsOf, fileIn, letIn, project, wheelIn } from './sandbox-project.ts';

const token = 'glpat-somebody-else';

async function stocked(options?: SandboxOptions) {
  const running = await project(options);
  const { registry, packages, folder } = running;
  const [wheel, metadata] = await wheelIn(folder);
  await registry.upload(wheel, metadata);
  await registry.upload({ ...wheel, version: '1.2' }, metadata);
  await registry.upload(...(await wheelIn(folder, 'My_Demo_Tools')));
  const source = await fileIn(folder);
  await packages.upload({ package: 'my-demo', version: '1.2.0', filename: 'a.sig' }, source);
  return { ...running, wheel, source, ...(await actingAs(running, 'owner')) };
}

async function actingAs(
  { sandbox }: Pick<Awaited<ReturnType<typeof project>>, 'sandbox'>,
  role: Credential['role'],
) {
  if (role === 'owner') return clientsOf(sandbox, personalToken(sandbox.tokens.personal));
  letIn(sandbox, { kind: 'personal', token, role, scopes: ['api'] });
  return clientsOf(sandbox, personalToken(token));
}

test('looks through a list again that GitLab only searched', async () => {
  const { api } = await stocked();
  const names = async (filter: Parameters<typeof api.list>[0]) =>
    (await api.list(filter)).map(({ name, version, type }) => `${type} ${name} ${version}`);

  await expect(names({})).resolves.toHaveLength(4);
  await expect(names({ name: 'my-demo' })).resolves.toEqual([
    'pypi my-demo 1.2.0',
    'pypi my-demo 1.2',
    'generic my-demo 1.2.0',
  ]);
  await expect(names({ name: 'My.Demo', type: 'pypi', version: '1.2' })).resolves.toEqual([
    'pypi my-demo 1.2',
  ]);
  await expect(names({ name: 'My.Demo', type: 'generic' })).resolves.toEqual([]);
  await expect(names({ name: 'demo' })).resolves.toEqual([]);
});

test('tells of a distribution what was claimed, of a generic file what GitLab computed', async () => {
  const { api, wheel, source } = await stocked();
  const files = await Promise.all(
    (await api.list({ name: 'my-demo', version: '1.2.0' })).map(async ({ id }) =>
      api.listFiles(id),
    ),
  );

  expect(files).toMatchObject([
    [{ filename: wheel.filename, sha256: wheel.sha256, size: wheel.size }],
    [{ filename: 'a.sig', sha256: source.sha256, size: source.size }],
  ]);
});

test.for([
  { what: 'with totals', totalsLimit: 10_000 },
  { what: 'without totals', totalsLimit: 10 },
])(
  'reads a list of packages page after page, $what',
  { timeout: 30_000 },
  async ({ totalsLimit }) => {
    const { packages, api, folder } = await project({ gitlabSettings: { totalsLimit } });
    const source = await fileIn(folder, 'x');
    for (let number = 0; number < 201; number += 1) {
      await packages.upload({ package: 'demo', version: `1.${number}`, filename: 'a' }, source);
    }
    const passed: number[] = [];

    const found = await api.list({ name: 'demo' }, { onProgress: (bytes) => passed.push(bytes) });

    expect(new Set(found.map(({ version }) => version)).size).toBe(201);
    expect(passed.length).toBeGreaterThanOrEqual(3);
    expect(passed).toEqual(passed.toSorted((left, right) => left - right));
  },
);

test('follows no page to another origin', async () => {
  const { sandbox, api } = await stocked();
  const link = '<http://127.0.0.1:9/api/v4/projects/1/packages?page=2>; rel="next"';
  sandbox.faults.add({ path: /per_page/, status: 200, body: [], headers: { link } });

  await expect(api.list({})).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('next page is not on'),
  });
});

test('does not find a package or a file that is not there', async () => {
  const { api } = await stocked();

  for (const call of [
    async () => api.listFiles(999),
    async () => api.delete(999),
    async () => api.deleteFile(1, 999),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
  }
});

test('does not show a project to those who may not see it', async () => {
  const { sandbox, connection } = await stocked();
  const { auth: _, ...nobody } = connection;
  const { api } = await actingAs({ sandbox }, 'none');

  for (const asked of [api, createPackagesApi(nobody)]) {
    await expect(asked.list({})).rejects.toMatchObject({
      code: 'REGISTRY_NOT_FOUND',
      message: expect.stringContaining('Project Not Found'),
    });
  }
});

test('deletes one of several files of a name, and then the package', async () => {
  const { api, packages, source, folder } = await stocked();
  const file = { package: 'my-demo', version: '1.2.0', filename: 'a.sig' };
  await packages.upload(file, await fileIn(folder));
  const [found] = await api.list({ name: 'my-demo', type: 'generic' });
  const id = found?.id ?? 0;
  const [, second] = await api.listGenericFiles(file);

  await api.deleteFile(id, second?.id ?? 0);

  await expect(api.listGenericFiles(file)).resolves.toMatchObject([{ sha256: source.sha256 }]);
  await api.delete(id);
  await expect(api.listGenericFiles(file)).resolves.toEqual([]);
  await expect(packages.read(file)).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
});

test.for(['guest', 'reporter', 'developer'] as const)('lets no %s delete', async (role) => {
  const { sandbox } = await stocked();
  const { api } = await actingAs({ sandbox }, role);

  for (const call of [async () => api.delete(1), async () => api.deleteFile(1, 1)]) {
    await expect(call()).rejects.toMatchObject({
      code: 'REGISTRY_FORBIDDEN',
      hint: expect.stringContaining(role === 'guest' ? 'role' : 'Maintainer'),
    });
  }
});

test('lets a job delete with the role of who runs it', async () => {
  const { sandbox, connection } = await stocked();
  letIn(sandbox, { kind: 'job', token: 'glcbt-of-maintainer', role: 'maintainer', scopes: [] });
  const developer = createPackagesApi({ ...connection, auth: jobToken(sandbox.tokens.job) });
  const maintainer = createPackagesApi({ ...connection, auth: jobToken('glcbt-of-maintainer') });

  await expect(developer.delete(1)).rejects.toMatchObject({ code: 'REGISTRY_FORBIDDEN' });
  await expect(maintainer.delete(1)).resolves.toBeUndefined();
});

test('names a package that is protected from deletion', async () => {
  const { api, sandbox } = await stocked();
  sandbox.gitlab.settings.protectedPackages = [{ type: 'pypi', pattern: 'my*', delete: 'admin' }];

  await expect(api.delete(1)).rejects.toMatchObject({
    code: 'REGISTRY_PROTECTED',
    hint: expect.stringContaining('protection rule'),
  });
});

test('names a package that changed since it was looked at', async () => {
  const { api, sandbox } = await stocked();
  sandbox.faults.add({
    method: 'DELETE',
    status: 412,
    body: { message: '412 Precondition Failed' },
  });

  await expect(api.delete(1)).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
});
