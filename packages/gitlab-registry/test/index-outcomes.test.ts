/** What the simple index says and what a download gives, in each shape that GitLab has, from the sandbox. */

import { createSimpleIndex, personalToken, type SimpleIndex } from '@wheelseal/gitlab-registry';
import type { Credential, GitLabSettings } from '@wheelseal/sandbox';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientsOf, letIn, project, uploadByHand, wheelIn } from './sandbox-project.ts';
import { serve } from './server.ts';

const shapes: readonly (readonly [string, Partial<GitLabSettings>])[] = [
  ['JSON', { pep691: true }],
  ['HTML', { pep691: false }],
  ['HTML with breaks', { pep691: false, htmlBreaks: true }],
];

async function published(gitlabSettings: Partial<GitLabSettings> = {}) {
  const running = await project({ gitlabSettings, projectPath: 'group/sub/demo' });
  const { sandbox, folder, connection } = running;
  const [wheel, metadata] = await wheelIn(folder);
  await running.registry.upload(wheel, metadata);
  await running.registry.upload({ ...wheel, version: '1.3.0' }, metadata);
  const other = { name: 'Other.Demo', version: '1', sha256_digest: '1'.repeat(64) };
  await uploadByHand(sandbox, other, { name: 'other_demo-1.tar.gz', bytes: randomBytes(10) });
  const { project: _, ...group } = connection;
  const indexes: readonly (readonly [string, SimpleIndex])[] = [
    ['project', running.index],
    ['group', createSimpleIndex({ ...group, group: 'group/sub' })],
    ['group above', createSimpleIndex({ ...group, group: 'group' })],
  ];
  return { ...running, wheel, indexes };
}

test.for(shapes)(
  'lists projects and files of a project and of its groups, as %s',
  async ([, settings]) => {
    const { indexes, wheel, folder } = await published(settings);

    for (const [name, index] of indexes) {
      await expect(index.listProjects()).resolves.toEqual(['my-demo', 'other-demo']);
      const files = await index.listFiles('my.demo');
      // Both versions have the same file, which the page then names twice.
      expect(files).toMatchObject([
        { filename: wheel.filename, sha256: wheel.sha256, requiresPython: '>=3.9' },
      ]);
      const path = join(folder, name);
      await expect(index.download(files[0]!, path)).resolves.toEqual({
        path,
        size: wheel.size,
        sha256: wheel.sha256,
      });
    }
  },
);

test('has no index of a group that does not exist, nor of a user', async () => {
  const { connection } = await project();
  const { project: _, ...group } = connection;

  await expect(
    createSimpleIndex({ ...group, group: 'nobody' }).listProjects(),
  ).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
});

test('lists no project before the first upload', async () => {
  const { index } = await project();

  await expect(index.listProjects()).resolves.toEqual([]);
});

test('lists a thousand distributions of one project, each once', { timeout: 60_000 }, async () => {
  const { sandbox, registry, api, folder } = await project();
  const [wheel, metadata] = await wheelIn(folder);
  const filenames = Array.from({ length: 1000 }, (_, number) => `my_demo-1.${number}.tar.gz`);
  for (const [number, filename] of filenames.entries()) {
    const version = `1.${number}`;
    await registry.upload({ ...wheel, kind: 'sdist', filename, version }, metadata);
  }

  for (const pep691 of [true, false]) {
    sandbox.gitlab.settings.pep691 = pep691;
    const files = await registry.listFiles('my-demo');
    expect(files.map(({ filename }) => filename)).toEqual(filenames);
  }
  await expect(api.list({ name: 'my-demo', type: 'pypi' })).resolves.toHaveLength(1000);
});

test('shows the files of every stored spelling under one name', async () => {
  const { sandbox, registry } = await project();
  for (const name of ['My_Demo', 'my-demo', 'my.demo']) {
    const fields = { name, version: '1', sha256_digest: '1'.repeat(64) };
    await uploadByHand(sandbox, fields, { name: `${name}-1.tar.gz`, bytes: randomBytes(10) });
  }

  await expect(registry.listFiles('my_demo')).resolves.toHaveLength(3);
});

test.for([
  { forwarding: true, hint: 'turn package forwarding off' },
  { forwarding: false, hint: 'has no such package' },
])('an unknown name is not here, forwarding $forwarding', async ({ forwarding, hint }) => {
  const elsewhere = await serve((_, response) => void response.end());
  const { registry } = await project({
    visibility: 'public',
    forwardingUrl: new URL('/simple', elsewhere.origin),
    gitlabSettings: { forwarding },
  });

  await expect(registry.listFiles('requests')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    hint: expect.stringContaining(hint),
  });
  expect(elsewhere.requests).toEqual([]);
});

const people: readonly (readonly [string, Credential['role'] | undefined, string])[] = [
  ['nobody', undefined, 'REGISTRY_UNAUTHORIZED'],
  ['somebody who may not see it', 'none', 'REGISTRY_NOT_FOUND'],
  ['a guest', 'guest', 'REGISTRY_FORBIDDEN'],
];

test.for(people)('a private project refuses %s before it forwards', async ([, role, code]) => {
  const elsewhere = await serve((_, response) => void response.end());
  const { sandbox } = await project({ forwardingUrl: new URL('/simple', elsewhere.origin) });
  const token = 'glpat-somebody-else';
  if (role !== undefined) letIn(sandbox, { kind: 'personal', token, role, scopes: ['api'] });
  const { registry } = clientsOf(sandbox, role && personalToken(token));

  await expect(registry.listFiles('requests')).rejects.toMatchObject({ code });
  expect(elsewhere.requests).toEqual([]);
});

test('a public project shows its files to nobody in particular', async () => {
  const { sandbox, folder, registry } = await project({ visibility: 'public' });
  await registry.upload(...(await wheelIn(folder)));

  await expect(clientsOf(sandbox).registry.listFiles('my-demo')).resolves.toHaveLength(1);
});

test('gives no file for a digest that is not the stored one', async () => {
  const { registry, folder } = await published();
  const [file] = await registry.listFiles('my-demo');
  const url = new URL(file!.url.href.replace(/[0-9a-f]{64}/, '2'.repeat(64)));

  await expect(registry.download({ ...file!, url }, join(folder, 'again'))).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    hint: expect.stringContaining('has no such package'),
  });
});

test('lists a file without a dot in its name, which GitLab then does not find', async () => {
  const { sandbox, registry, folder } = await project();
  const fields = { name: 'my-demo', version: '1', sha256_digest: '1'.repeat(64) };
  await uploadByHand(sandbox, fields, { name: 'README', bytes: randomBytes(10) });

  const [file] = await registry.listFiles('my-demo');

  expect(file).toMatchObject({ filename: 'README' });
  await expect(registry.download(file!, join(folder, 'again'))).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
  });
});

test('lists a signature that was uploaded beside the distribution', async () => {
  const { sandbox, registry, folder } = await project();
  const bytes = randomBytes(100);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = 'my_demo-1-py3-none-any.whl.sigstore.json';
  await uploadByHand(
    sandbox,
    { name: 'my-demo', version: '1', sha256_digest: sha256 },
    { name, bytes },
  );

  const [file] = await registry.listFiles('my-demo');

  expect(file).toMatchObject({ filename: name });
  await expect(registry.download(file!, join(folder, 'again'))).resolves.toMatchObject({ sha256 });
});

test('brings no header of GitLab to the object storage, from any route', async () => {
  const { sandbox, registry, packages, index, folder } = await published({ objectStorage: true });
  const [file] = await registry.listFiles('my-demo');
  const signature = { package: 'demo', version: '1', filename: 'demo.sig' };
  await packages.upload(signature, (await wheelIn(folder, 'signature'))[0]);

  await registry.download(file!, join(folder, 'pypi'));
  await index.download(file!, join(folder, 'index'));
  await packages.download(signature, join(folder, 'generic'));
  await packages.read(signature);

  const { requests } = sandbox.gitlab.objectStorage;
  expect(requests).toHaveLength(4);
  for (const { headers, path } of requests) {
    expect(Object.keys(headers).toSorted()).toEqual(['connection', 'host']);
    expect(path).not.toContain(sandbox.tokens.job);
  }
});

test.for(['</body></html>', '</html>', ' data-requires-python'])(
  'refuses a page that was cut off before `%s`: it may lack any of its files',
  async (end) => {
    const { sandbox, registry } = await published({ pep691: false });
    const cut = (body: Buffer) => body.toString().slice(0, body.toString().lastIndexOf(end));
    sandbox.faults.add({ method: 'GET', path: /simple/, rewrite: cut });

    await expect(registry.listFiles('my-demo')).rejects.toMatchObject({
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      message: expect.stringContaining('not all of it'),
      requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  },
);

test('refuses JSON that was cut off', async () => {
  const { sandbox, registry } = await published();
  sandbox.faults.add({ method: 'GET', path: /simple/, truncateAfter: 100 });

  await expect(registry.listFiles('my-demo')).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('not JSON'),
  });
});

test('finds a project that moved, also in its index', async () => {
  const { connection, registry, folder } = await project({
    gitlabSettings: { formerPaths: ['old/demo'] },
  });
  await registry.upload(...(await wheelIn(folder)));
  const former = createSimpleIndex({ ...connection, project: 'old/demo' });

  await expect(former.listProjects()).resolves.toEqual(['my-demo']);
  await expect(former.listFiles('my-demo')).resolves.toHaveLength(1);
});
