import {
  createPyPIRegistry,
  deployToken,
  jobToken,
  personalToken,
} from '@wheelseal/gitlab-registry';
import { measureDistribution } from '@wheelseal/distributions';
import { randomBytes } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientsOf, fileIn, project, wheelIn } from './sandbox-project.ts';

test.for([
  { pep691: true, htmlBreaks: false, objectStorage: false },
  { pep691: false, htmlBreaks: false, objectStorage: true },
  { pep691: false, htmlBreaks: true, objectStorage: false },
])('uploads, lists and downloads a wheel: %j', async (gitlabSettings) => {
  const { registry, folder, sandbox } = await project({ gitlabSettings });
  const wheel = await wheelIn(folder);

  await registry.upload(...wheel);
  const files = await registry.listFiles('my.demo');
  const [file] = files;
  const measured = file && (await registry.download(file, join(folder, 'again.whl')));

  expect(files).toMatchObject([
    {
      filename: 'My_Demo-1.2.0-py3-none-any.whl',
      sha256: wheel[0].sha256,
      requiresPython: '>=3.9',
    },
  ]);
  expect(measured).toMatchObject({ sha256: wheel[0].sha256, size: wheel[0].size });
  expect(JSON.stringify(sandbox.gitlab.objectStorage.requests)).not.toContain(sandbox.tokens.job);
  expect(sandbox.gitlab.objectStorage.requests).toHaveLength(gitlabSettings.objectStorage ? 1 : 0);
});

test.for([false, true])(
  'stores, reads and downloads a generic file, object storage %s',
  async (objectStorage) => {
    const { packages, folder, sandbox } = await project({ gitlabSettings: { objectStorage } });
    const content = randomBytes(300_000);
    const source = await fileIn(folder, content);
    const file = { package: 'demo', version: '1!2.0+cpu', filename: 'demo.whl.sigstore.json' };

    await packages.upload(file, source);

    expect(await packages.read(file)).toEqual(content);
    const path = join(folder, 'again');
    expect(await packages.download(file, path)).toEqual({ ...source, path });
    expect(await readFile(path)).toEqual(content);
    const received = JSON.stringify(sandbox.gitlab.objectStorage.requests);
    expect(received).not.toContain(sandbox.tokens.job);
  },
);

test('finds packages and their files by the names they are stored under', async () => {
  const { registry, packages, api, folder } = await project();
  await registry.upload(...(await wheelIn(folder)));
  await registry.upload(...(await wheelIn(folder, 'My_Demo_Tools')));
  const source = await fileIn(folder);
  const file = { package: 'my-demo', version: '1.2.0', filename: 'demo.sig' };
  await packages.upload(file, source);
  await packages.upload(file, source);

  const any = await api.list({ name: 'my-demo', version: '1.2.0' });
  const pypi = await api.list({ name: 'MY.DEMO', version: '1.2.0', type: 'pypi' });
  const generic = await api.list({ name: 'my-demo', type: 'generic' });
  const files = await Promise.all([...pypi, ...generic].map(async ({ id }) => api.listFiles(id)));

  expect(any).toEqual([...pypi, ...generic]);
  expect(files).toMatchObject([
    [{ filename: 'My_Demo-1.2.0-py3-none-any.whl' }],
    [
      { filename: 'demo.sig', sha256: source.sha256, size: source.size },
      { filename: 'demo.sig', sha256: source.sha256, size: source.size },
    ],
  ]);
});

test('reads a list of many pages, with and without totals', async () => {
  const { packages, api, folder, sandbox } = await project();
  const source = await fileIn(folder, 'x');
  const version = '1.0';
  for (let index = 0; index < 230; index += 1) {
    await packages.upload({ package: 'demo', version, filename: `file-${index}` }, source);
  }
  sandbox.gitlab.settings.totalsLimit = 100;
  const [found] = await api.list({ name: 'demo', version, type: 'generic' });

  const files = await api.listFiles(found?.id ?? 0);

  expect(files).toHaveLength(230);
  expect(new Set(files.map(({ filename }) => filename)).size).toBe(230);
}, 60_000);

test.for([false, true])('names a taken file name, old wording %s', async (oldDuplicateWording) => {
  const { registry, folder } = await project({ gitlabSettings: { oldDuplicateWording } });
  const wheel = await wheelIn(folder);
  await registry.upload(...wheel);

  await expect(registry.upload(...wheel)).rejects.toMatchObject({ code: 'REGISTRY_CONFLICT' });
});

test('names a duplicate that the group forbids', async () => {
  const { packages, folder } = await project({ gitlabSettings: { genericDuplicates: false } });
  const file = { package: 'demo', version: '1.0', filename: 'demo.sig' };
  await packages.upload(file, await fileIn(folder));

  await expect(packages.upload(file, await fileIn(folder))).rejects.toMatchObject({
    code: 'REGISTRY_CONFLICT',
  });
});

test('uploads many files of a version at once to a GitLab that takes one at a time', async () => {
  const { packages, folder } = await project({ gitlabSettings: { genericParallel: false } });
  const source = await fileIn(folder, randomBytes(200_000));

  const uploads = Array.from({ length: 8 }, async (_, index) =>
    packages.upload({ package: 'demo', version: '1.0', filename: `file-${index}` }, source),
  );

  await expect(Promise.all(uploads)).resolves.toHaveLength(8);
});

test('does not follow GitLab to another index, nor take its 404 for an empty list', async () => {
  const { registry, sandbox } = await project({
    forwardingUrl: new URL('http://127.0.0.1:9/simple'),
  });

  await expect(registry.listFiles('requests')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    message: expect.stringContaining('forwards'),
  });
  sandbox.gitlab.settings.forwarding = false;
  await expect(registry.listFiles('requests')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
  });
});

test.for([
  { settings: { maintenance: true }, code: 'REGISTRY_UNAVAILABLE' },
  { settings: { pypiMaxFileSize: 10 }, code: 'REGISTRY_TOO_LARGE' },
  { settings: { rateLimit: { requests: 0, seconds: 60 } }, code: 'REGISTRY_RATE_LIMITED' },
  { settings: { packageRegistry: 'disabled on the project' as const }, code: 'REGISTRY_FORBIDDEN' },
  {
    settings: { packageRegistry: 'disabled on the instance' as const },
    code: 'REGISTRY_NOT_FOUND',
  },
  { settings: { answersToLose: 1 }, code: 'REGISTRY_UNREACHABLE' },
  {
    settings: {
      protectedPackages: [{ type: 'pypi' as const, pattern: 'my*demo', push: 'owner' as const }],
    },
    code: 'REGISTRY_PROTECTED',
  },
])('names what keeps GitLab from storing a wheel: $settings', async ({ settings, code }) => {
  const { registry, folder } = await project({ gitlabSettings: settings });

  await expect(registry.upload(...(await wheelIn(folder)))).rejects.toMatchObject({
    code,
    hint: expect.any(String),
  });
});

test('works with each kind of token where GitLab takes it', async () => {
  const { sandbox, folder } = await project();
  const { personal, deploy } = sandbox.tokens;
  const file = { package: 'demo', version: '1.0', filename: 'demo.sig' };
  const source = await fileIn(folder);

  for (const auth of [personalToken(personal), deployToken(deploy.user, deploy.token)]) {
    const { registry, packages } = clientsOf(sandbox, auth);
    await packages.upload(file, source);
    await registry.upload(...(await wheelIn(folder, `demo_${auth.kind}`)));
    await expect(packages.read(file)).resolves.toHaveLength(source.size);
    await expect(registry.listFiles(`demo-${auth.kind}`)).resolves.toHaveLength(1);
  }
});

test('says of wrong and of absent credentials what to do', async () => {
  const { sandbox } = await project();
  const wrong = clientsOf(sandbox, jobToken('glcbt-64_somebody-elses'));
  const absent = clientsOf(sandbox);
  const file = { package: 'demo', version: '1.0', filename: 'demo.sig' };

  await expect(wrong.registry.listFiles('demo')).rejects.toMatchObject({
    code: 'REGISTRY_UNAUTHORIZED',
    hint: expect.stringContaining('job token'),
  });
  await expect(wrong.packages.read(file)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
  await expect(absent.registry.listFiles('demo')).rejects.toMatchObject({
    code: 'REGISTRY_UNAUTHORIZED',
    hint: expect.stringContaining('Pass a token'),
  });
});

test('reads a project by its former path', async () => {
  const { connection, folder, registry } = await project({
    gitlabSettings: { formerPaths: ['old/demo'] },
  });
  await registry.upload(...(await wheelIn(folder)));
  const former = createPyPIRegistry({ ...connection, project: 'old/demo' });

  await expect(former.listFiles('my-demo')).resolves.toHaveLength(1);
  await expect(former.upload(...(await wheelIn(folder, 'other')))).rejects.toMatchObject({
    code: expect.stringMatching(/^REGISTRY_/),
  });
});

test('deletes what can then be uploaded with other bytes', async () => {
  const { sandbox, folder } = await project();
  const { registry, api } = clientsOf(sandbox, personalToken(sandbox.tokens.personal));
  const [distribution, metadata] = await wheelIn(folder);
  await registry.upload(distribution, metadata);
  const [found] = await api.list({ name: 'my-demo', type: 'pypi' });

  await api.delete(found?.id ?? 0);
  await rm(distribution.path);
  await writeFile(distribution.path, 'other bytes');
  const other = await measureDistribution(distribution.path);
  await registry.upload(other, metadata);

  await expect(registry.listFiles('my-demo')).resolves.toMatchObject([{ sha256: other.sha256 }]);
});

test('recovers from answers that pass', async () => {
  const { registry, folder, sandbox } = await project();
  await registry.upload(...(await wheelIn(folder)));
  sandbox.faults.add({ service: 'gitlab', method: 'GET', status: 502, body: '<html>', times: 2 });

  await expect(registry.listFiles('my-demo')).resolves.toHaveLength(1);
});
