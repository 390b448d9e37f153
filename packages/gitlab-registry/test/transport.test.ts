import {
  createDispatcher,
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  createSimpleIndex,
  jobToken,
  personalToken,
  proveCredentials,
  type GitLabConnection,
} from '@wheelseal/gitlab-registry';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canary, impatient, metadataWith, temporaryFolder, wheelOnDisk } from './arrange.ts';
import { bodyOf, json, serve, type Handler } from './server.ts';

const file = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };
const id = '01JABCDEF-request_1.x';

async function connectionTo(handler: Handler, overrides: Partial<GitLabConnection> = {}) {
  const server = await serve(handler);
  const connection: GitLabConnection = {
    apiUrl: server.url,
    project: 'group/app',
    auth: jobToken(canary),
    retries: { ...impatient(), attempts: 1 },
    ...overrides,
  };
  return { ...server, connection };
}

/** Every call there is, each with what it takes beside a connection. */
async function allCalls(connection: GitLabConnection, signal?: AbortSignal) {
  const options = signal ? { signal } : {};
  const wheel = await wheelOnDisk(randomBytes(3_000_000));
  const folder = await temporaryFolder();
  const registry = createPyPIRegistry(connection);
  const index = createSimpleIndex(connection);
  const packages = createGenericPackages(connection);
  const api = createPackagesApi(connection);
  const stored = { filename: 'demo.whl', url: new URL('/demo.whl', connection.apiUrl) };
  return {
    'upload a distribution': async () => registry.upload(wheel, metadataWith(), options),
    'list the files of a project': async () => registry.listFiles('demo', options),
    'list the projects': async () => index.listProjects(options),
    'download a distribution': async () =>
      registry.download(stored, join(folder, 'demo.whl'), options),
    'upload a file': async () => packages.upload(file, wheel, options),
    'read a file': async () => packages.read(file, options),
    'download a file': async () => packages.download(file, join(folder, 'demo.sig'), options),
    'list packages': async () => api.list({}, options),
    'list files': async () => api.listFiles(7, options),
    'list generic files': async () => api.listGenericFiles(file, options),
    'delete a package': async () => api.delete(7, options),
    'delete a file': async () => api.deleteFile(7, 9, options),
    'prove credentials': async () => proveCredentials(connection, options),
  };
}

test('sends one call after another over one connection', async () => {
  const sockets = new Set<Socket>();
  const dispatcher = createDispatcher();
  onTestFinished(async () => dispatcher.destroy());
  const { connection } = await connectionTo(
    async (request, response) => {
      sockets.add(request.socket);
      await bodyOf(request);
      json(response, 200, request.method === 'PUT' ? {} : []);
    },
    { dispatcher },
  );
  const packages = createGenericPackages(connection);

  for (let call = 0; call < 5; call += 1) {
    await packages.read(file);
    await packages.upload(file, await wheelOnDisk());
    await createPackagesApi(connection).list({});
  }

  // A call may start before the connection of the last one is free again.
  expect(sockets.size).toBeLessThanOrEqual(3);
});

test('ends every call when the signal says so, with its reason', async () => {
  const controllers: AbortController[] = [];
  const { connection, requests } = await connectionTo((request) => {
    request.resume();
    controllers.at(-1)?.abort(new DOMException('enough', 'AbortError'));
  });
  const names = Object.keys(await allCalls(connection));

  for (const name of names) {
    const controller = new AbortController();
    controllers.push(controller);
    const calls: Readonly<Record<string, () => Promise<unknown>>> = await allCalls(
      connection,
      controller.signal,
    );
    await expect(calls[name]?.(), name).rejects.toThrow('enough');
  }
  expect(requests).toHaveLength(names.length);
});

test('names the request in every error about an answer', async () => {
  const { connection } = await connectionTo(async (request, response) => {
    request.resume();
    response
      .writeHead(203, { 'x-request-id': id, 'content-type': 'text/html' })
      .end('<html>Sign in</html>');
  });
  const { 'delete a package': _, 'delete a file': __, ...calls } = await allCalls(connection);

  for (const [name, call] of Object.entries(calls)) {
    await expect(call(), name).rejects.toMatchObject({
      requestId: id,
      message: expect.stringMatching(/ \(request `01JABCDEF-request_1\.x`\)$/),
    });
  }
});

test.for<readonly [string, Handler]>([
  ['a refusal', (_, response) => void response.writeHead(403, { 'x-request-id': id }).end()],
  [
    'a compressed answer',
    (_, response) =>
      void response.writeHead(200, { 'x-request-id': id, 'content-encoding': 'gzip' }).end(),
  ],
  [
    'a redirect that is not followed',
    (_, response) =>
      void response.writeHead(302, { 'x-request-id': id, location: 'ftp://x.test' }).end(),
  ],
  [
    'a digest that differs',
    (_, response) =>
      void response
        .writeHead(200, { 'x-request-id': id, 'x-checksum-sha256': 'a'.repeat(64) })
        .end('x'),
  ],
  [
    'a body that is too long',
    (_, response) =>
      void response.writeHead(200, { 'x-request-id': id }).end(Buffer.alloc(1024 ** 2 + 1)),
  ],
  [
    'a body that breaks off',
    (_, response) => {
      response.writeHead(200, { 'x-request-id': id, 'content-length': 10 });
      response.write('x', () => response.destroy());
    },
  ],
])('names the request of %s once', async ([, handler]) => {
  const { connection } = await connectionTo(handler);

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    requestId: id,
    message: expect.stringMatching(/^(?!.*request `.*request `).*request `01J/),
  });
});

test('names no request by what another host calls it', async () => {
  const store = await serve((_, response) => {
    response.writeHead(500, { 'x-request-id': 'of-the-store' }).end();
  });
  const { connection } = await connectionTo((_, response) => {
    response.writeHead(302, { location: store.origin, 'x-request-id': id }).end();
  });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    message: 'cannot download `demo.whl.sig`: the object storage answered 500',
  });
});

test('names no request by a token that came back as its id', async () => {
  const token = 'glpat-0123456789abcdef';
  const { connection } = await connectionTo(
    (_, response) => void response.writeHead(403, { 'x-request-id': token }).end(),
    { auth: personalToken(token) },
  );

  const call = createGenericPackages(connection).read(file);

  await expect(call).rejects.toMatchObject({ requestId: '[MASKED]' });
  await expect(call).rejects.not.toThrow(token);
});

test.for(['', 'two words', `x${'y'.repeat(64)}`, '`ticks`'])(
  'takes no request id that acts on its reader: %j',
  async (shown) => {
    const { connection } = await connectionTo((_, response) => {
      response.writeHead(403, { 'x-request-id': shown }).end();
    });

    const call = createGenericPackages(connection).read(file);

    await expect(call).rejects.toMatchObject({
      message: 'cannot download `demo.whl.sig`: GitLab answered 403',
    });
  },
);

test.for(['before the answer', 'within the answer'])(
  'gives up on a server that is silent for too long, %s',
  async (when) => {
    const { connection } = await connectionTo(
      (_, response) => {
        if (when === 'within the answer') response.write('x');
      },
      { timeouts: { idle: 100 } },
    );

    const download = createGenericPackages(connection).download(
      file,
      join(await temporaryFolder(), 'demo.sig'),
    );

    await expect(download).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      cause: { code: expect.stringMatching(/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/) },
    });
  },
);

/** Never silent, and never done. */
const endless: Handler = async (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(drip));
};

test('gives up on a list that never ends, however busy the server is', async () => {
  const { connection } = await connectionTo(endless, { timeouts: { request: 200, idle: 5000 } });

  for (const call of [
    async () => createPackagesApi(connection).list({}),
    async () => createPyPIRegistry(connection).listFiles('demo'),
    async () => createGenericPackages(connection).read(file),
  ]) {
    await expect(call()).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      cause: { name: 'TimeoutError' },
    });
  }
});

test('lets a file take as long as it moves', async () => {
  const { connection } = await connectionTo(
    async (request, response) => {
      await bodyOf(request);
      const pieces = Array.from('0123456789');
      response.writeHead(200, { 'content-length': pieces.length });
      const drip = setInterval(() => {
        response.write(pieces.shift() ?? '');
        if (pieces.length > 0) return;
        clearInterval(drip);
        response.end();
      }, 20);
    },
    { timeouts: { request: 50, idle: 5000 } },
  );

  const download = createGenericPackages(connection).download(
    file,
    join(await temporaryFolder(), 'demo.sig'),
  );

  await expect(download).resolves.toMatchObject({ size: 10 });
});

test('says that no answer came in time', async () => {
  const { connection } = await connectionTo((request) => void request.resume(), {
    timeouts: { request: 50 },
  });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    message: expect.stringContaining('no answer in time'),
  });
});

test('reports the bytes of every list and file that comes in', async () => {
  const index = JSON.stringify({ meta: { 'api-version': '1.0' }, files: [], projects: [] });
  const { connection } = await connectionTo(async (request, response) => {
    const isIndex = request.url?.includes('/simple');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(isIndex ? index : '[]');
  });
  const path = join(await temporaryFolder(), 'demo');
  const stored = { filename: 'demo.whl', url: new URL('/demo.whl', connection.apiUrl) };
  const [registry, packages, api] = [
    createPyPIRegistry(connection),
    createGenericPackages(connection),
    createPackagesApi(connection),
  ];
  const passed: (readonly [string, number])[] = [];
  const reporting = (name: string) => ({
    onProgress: (bytes: number) => void passed.push([name, bytes]),
  });

  await createSimpleIndex(connection).listProjects(reporting('projects'));
  await registry.listFiles('demo', reporting('files'));
  await registry.download(stored, path, reporting('distribution'));
  await packages.read(file, reporting('read'));
  await packages.download(file, `${path}.sig`, reporting('download'));
  await api.list({}, reporting('packages'));
  await api.listFiles(7, reporting('package files'));

  expect(passed).toEqual([
    ['projects', index.length],
    ['files', index.length],
    ['distribution', 2],
    ['read', 2],
    ['download', 2],
    ['packages', 2],
    ['package files', 2],
  ]);
});
