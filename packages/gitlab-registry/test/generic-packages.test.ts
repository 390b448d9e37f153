import {
  createGenericPackages,
  genericVersion,
  jobToken,
  versionOfGeneric,
  type GenericFile,
} from '@wheelseal/gitlab-registry';
import { appendFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { canary, mockedGitLab, wheelOnDisk } from './arrange.ts';
import { bodyOf, json, serve, type Handler } from './server.ts';

const file: GenericFile = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };

async function packagesThat(handler: Handler) {
  const server = await serve(handler);
  const auth = jobToken(canary);
  const packages = createGenericPackages({ apiUrl: server.url, project: 'group/app', auth });
  return { ...server, packages };
}

function answering(body: unknown, status = 200): Handler {
  return async (request, response) => {
    await bodyOf(request);
    json(response, status, body);
  };
}

test('streams a file and asks what was stored', async () => {
  const bodies: Buffer[] = [];
  const { packages, requests } = await packagesThat(async (request, response) => {
    bodies.push(await bodyOf(request));
    json(response, 200, {
      id: 3,
      file_name: 'demo.whl.sig',
      size: source.size,
      file_sha256: source.sha256,
      pipelines: [],
    });
  });
  const content = randomBytes(400_000);
  const source = await wheelOnDisk(content);
  const progress: number[] = [];

  await packages.upload(file, source, { onProgress: (bytes) => progress.push(bytes) });

  expect(bodies).toEqual([content]);
  expect(requests).toMatchObject([
    {
      method: 'PUT',
      path: '/api/v4/projects/group%2Fapp/packages/generic/demo/1.2.0/demo.whl.sig?select=package_file',
      headers: { 'content-length': '400000', 'job-token': canary },
    },
  ]);
  expect(progress.at(-1)).toBe(400_000);
});

test('uploads an empty file', async () => {
  const { packages, requests } = await packagesThat(answering({}, 201));

  await packages.upload(file, await wheelOnDisk(''));

  expect(requests[0]?.headers).toMatchObject({ 'content-length': '0' });
});

test.for([
  { message: '201 Created' },
  { id: 3 },
  { id: 3, file_sha256: null, size: null },
  { id: 'three', file_sha256: 'not a digest', size: '5', file_name: 4 },
])('is content with an answer that tells little: %j', async (body) => {
  const { packages } = await packagesThat(answering(body, 201));

  await expect(packages.upload(file, await wheelOnDisk())).resolves.toBeUndefined();
});

test.for([{ file_sha256: 'a'.repeat(64) }, { size: 4 }])(
  'compares what GitLab tells with what was sent: %j',
  async (body) => {
    const { packages } = await packagesThat(answering(body));

    await expect(packages.upload(file, await wheelOnDisk())).rejects.toMatchObject({
      code: 'REGISTRY_DIGEST_MISMATCH',
      hint: expect.stringContaining('Delete'),
    });
  },
);

test('never lets a file arrive whole that changed since it was measured', async () => {
  let arrived = 0;
  const { packages } = await packagesThat(async (request, response) => {
    await bodyOf(request);
    arrived += 1;
    json(response, 200, {});
  });
  const source = await wheelOnDisk(randomBytes(300_000));
  await appendFile(source.path, 'x');

  await expect(packages.upload(file, source)).rejects.toMatchObject({ code: 'FILE_CHANGED' });
  expect(arrived).toBe(0);
});

test('does not take a login page for a success', async () => {
  const { packages } = await packagesThat(async (request, response) => {
    await bodyOf(request);
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>');
  });

  await expect(packages.upload(file, await wheelOnDisk())).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('`text/html` and not JSON'),
    hint: expect.stringContaining('login page'),
  });
});

test('uploads the files of one version one after another, versions side by side', async () => {
  const running = new Map<string, number>();
  let most = 0;
  let mostOfOne = 0;
  const { packages } = await packagesThat(async (request, response) => {
    const version = request.url?.split('/').at(-2) ?? '';
    running.set(version, (running.get(version) ?? 0) + 1);
    mostOfOne = Math.max(mostOfOne, running.get(version) ?? 0);
    most = Math.max(
      most,
      [...running.values()].reduce((sum, count) => sum + count, 0),
    );
    await bodyOf(request);
    await wait(20);
    running.set(version, (running.get(version) ?? 0) - 1);
    json(response, 200, {});
  });
  const source = await wheelOnDisk();

  await Promise.all(
    ['1.0', '2.0'].flatMap((version) =>
      ['a', 'b', 'c'].map(async (filename) =>
        packages.upload({ package: 'demo', version, filename }, source),
      ),
    ),
  );

  expect({ most, mostOfOne }).toEqual({ most: 2, mostOfOne: 1 });
});

test('goes on with the next file when one fails or gives up', async () => {
  const order: string[] = [];
  const { packages } = await packagesThat(async (request, response) => {
    await bodyOf(request);
    const name = request.url?.split('/').at(-1)?.charAt(0) ?? '';
    order.push(`${name} begins`);
    await wait(20);
    order.push(`${name} ends`);
    if (name === 'a') json(response, 400, { error: 'no' });
    else json(response, 200, {});
  });
  const source = await wheelOnDisk();
  const controller = new AbortController();
  const upload = async (filename: string, signal?: AbortSignal) =>
    packages.upload({ ...file, filename }, source, { ...(signal && { signal }) });

  const calls = [upload('a'), upload('b', controller.signal), upload('c')];
  controller.abort();
  const outcomes = await Promise.allSettled(calls);

  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(outcomes[1]).toMatchObject({ reason: { name: 'AbortError' } });
  expect(order).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);
});

test('stores an epoch in characters that GitLab takes, and finds it again', async () => {
  const { packages, requests } = await packagesThat(answering({}));
  const epoch = { ...file, version: '1!2.0+cpu.1' };

  await packages.upload(epoch, await wheelOnDisk());
  await packages.read(epoch);

  expect(requests.map(({ path }) => path.split('/').at(-2))).toEqual([
    '1_e_2.0%2Bcpu.1',
    '1_e_2.0%2Bcpu.1',
  ]);
});

test.for([
  ['1!2.0', '1_e_2.0'],
  ['v12!0.1.dev3', 'v12_e_0.1.dev3'],
  ['1.0+a_e_b', '1.0+a_e_b'],
  ['2.0', '2.0'],
] as const)('maps the version %s to %s and back', ([version, generic]) => {
  expect(genericVersion(version)).toBe(generic);
  expect(genericVersion(generic)).toBe(generic);
  expect(versionOfGeneric(generic)).toBe(version);
});

test('encodes each segment on its own', async () => {
  const { packages, requests } = await packagesThat(answering({}));

  await packages.read({ package: 'a/b?c', version: '1.0#x', filename: 'ä %2e+.whl' });

  expect(requests[0]?.path).toBe(
    '/api/v4/projects/group%2Fapp/packages/generic/a%2Fb%3Fc/1.0%23x/%C3%A4%20%252e%2B.whl',
  );
});

test.for([
  { ...file, filename: '..' },
  { ...file, version: '.' },
  { ...file, package: '' },
])('refuses what would lead to another route: %j', async (climbing) => {
  const { connection } = mockedGitLab();

  await expect(createGenericPackages(connection).read(climbing)).rejects.toMatchObject({
    code: 'REGISTRY_REFUSED',
    hint: expect.stringContaining('full names'),
  });
});

test('takes an API below a path, with or without its last slash', async () => {
  const { packages: _, origin, requests } = await packagesThat(answering({}));
  const project = '7';

  for (const path of ['/gitlab/api/v4', '/gitlab/api/v4/']) {
    await createGenericPackages({ apiUrl: new URL(path, origin), project }).read(file);
  }

  expect(requests.map(({ path }) => path)).toEqual([
    '/gitlab/api/v4/projects/7/packages/generic/demo/1.2.0/demo.whl.sig',
    '/gitlab/api/v4/projects/7/packages/generic/demo/1.2.0/demo.whl.sig',
  ]);
});

test('takes an API URL that is no web address for a mistake of the caller', async () => {
  const packages = createGenericPackages({ apiUrl: new URL('file:///api/v4'), project: '7' });

  await expect(packages.read(file)).rejects.toThrow(TypeError);
});
