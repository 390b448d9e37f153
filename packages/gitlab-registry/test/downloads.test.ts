import {
  createGenericPackages,
  createPyPIRegistry,
  jobToken,
  type GenericFile,
} from '@wheelseal/gitlab-registry';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canary, impatient, mockedGitLab, temporaryFolder } from './arrange.ts';
import { serve, type Handler, type TestServer } from './server.ts';

const file: GenericFile = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };
const bytes = randomBytes(300_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');

function clientOf(server: TestServer) {
  const connection = {
    apiUrl: server.url,
    project: 'group/app',
    auth: jobToken(canary),
    retries: impatient(),
  };
  return {
    packages: createGenericPackages(connection),
    registry: createPyPIRegistry(connection),
  };
}

/** What GitLab redirects downloads to; fails the test when anything of GitLab's arrives. */
async function store(handler: Handler = (_, response) => void response.end(bytes)) {
  const server = await serve((request, response) => {
    expect(Object.keys(request.headers).toSorted()).toEqual(['connection', 'host']);
    expect(JSON.stringify(request.headers) + request.url).not.toContain('canary');
    return handler(request, response);
  });
  return server;
}

function redirectsTo(location: string, status = 302): Handler {
  return (_, response) => void response.writeHead(status, { location }).end();
}

test('writes a new file and measures it', async () => {
  const gitlab = await serve((_, response) => void response.end(bytes));
  const path = join(await temporaryFolder(), 'demo.whl');
  const progress: number[] = [];

  const measured = await clientOf(gitlab).packages.download(file, path, {
    onProgress: (passed) => progress.push(passed),
  });

  expect(measured).toEqual({ path, size: bytes.length, sha256 });
  expect(await readFile(path)).toEqual(bytes);
  expect(progress.at(-1)).toBe(bytes.length);
});

test('reads a small file', async () => {
  const gitlab = await serve((_, response) => void response.end('signature'));

  await expect(clientOf(gitlab).packages.read(file)).resolves.toEqual(Buffer.from('signature'));
  expect(gitlab.requests.map(({ path }) => path)).toEqual([
    '/api/v4/projects/group%2Fapp/packages/generic/demo/1.2.0/demo.whl.sig',
  ]);
});

test.for([301, 302, 303, 307, 308])(
  'takes no credentials along when %i leads to another origin',
  async (status) => {
    const elsewhere = await store();
    const gitlab = await serve(redirectsTo(`${elsewhere.origin}/signed?x=1`, status));
    const { packages, registry } = clientOf(gitlab);
    const folder = await temporaryFolder();
    const url = new URL('/files/demo.whl', gitlab.origin);

    await packages.download(file, join(folder, 'generic'));
    await registry.download({ filename: 'demo.whl', url }, join(folder, 'pypi'));
    await packages.read(file);

    expect(elsewhere.requests).toHaveLength(3);
    expect(gitlab.requests.map(({ headers }) => headers['job-token'])).toEqual([
      canary,
      undefined,
      canary,
    ]);
  },
);

test('keeps credentials for a redirect on the same origin', async () => {
  const gitlab = await serve((request, response) => {
    if (request.url === '/moved') response.end(bytes);
    else response.writeHead(302, { location: '/moved' }).end();
  });

  await clientOf(gitlab).packages.read(file);

  expect(gitlab.requests.map(({ headers }) => headers['job-token'])).toEqual([canary, canary]);
});

test('gives no credentials to a request that another origin sends back', async () => {
  const elsewhere = await store((_, response) => {
    response.writeHead(302, { location: `${gitlab.origin}/api/v4/secret` }).end();
  });
  const gitlab: TestServer = await serve((request, response) => {
    if (request.url === '/api/v4/secret') response.end(bytes);
    else response.writeHead(302, { location: elsewhere.origin }).end();
  });

  await clientOf(gitlab).packages.read(file);

  expect(gitlab.requests.map(({ headers }) => headers['job-token'])).toEqual([canary, undefined]);
});

test('gives no credentials to a host that only the index names', async () => {
  const elsewhere = await store();
  const gitlab = await serve((_, response) => void response.end());
  const path = join(await temporaryFolder(), 'demo.whl');
  const url = new URL('/api/v4/projects/7/packages/pypi/files/x/demo.whl', elsewhere.origin);

  const measured = await clientOf(gitlab).registry.download({ filename: 'demo.whl', url }, path);

  expect(measured.sha256).toBe(sha256);
  expect(gitlab.requests).toEqual([]);
});

test.for([401, 403, 404])(
  'says which host to use when the one the index names answers %i',
  async (status) => {
    const elsewhere = await store((_, response) => void response.writeHead(status).end());
    const gitlab = await serve((_, response) => void response.end());
    const path = join(await temporaryFolder(), 'demo.whl');
    const call = clientOf(gitlab).registry.download(
      { filename: 'demo.whl', url: new URL('/demo.whl', elsewhere.origin) },
      path,
    );

    await expect(call).rejects.toMatchObject({
      hint: expect.stringContaining('host that the simple index names'),
    });
  },
);

test.for([400, 403, 404])("does not take the store's %i for GitLab's", async (status) => {
  const elsewhere = await store((_, response) => void response.writeHead(status).end());
  const gitlab = await serve(redirectsTo(elsewhere.origin));

  await expect(clientOf(gitlab).packages.read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('object storage'),
    hint: expect.stringContaining('object storage'),
  });
});

test.for([
  'http://gitlab.test/files/demo',
  'http://store.test/demo',
  'ftp://store.test/demo',
  'file:///etc/passwd',
  'http://[',
])('follows no redirect from https to %s', async (location) => {
  const { connection, gitlab } = mockedGitLab();
  gitlab.intercept({ path: /generic/ }).reply(302, '', { headers: { location } });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.not.stringContaining('passwd'),
  });
});

test('follows a redirect from https to this machine', async () => {
  const { agent, connection, gitlab } = mockedGitLab();
  agent.enableNetConnect(/^127\.0\.0\.1:/);
  const elsewhere = await store();
  gitlab.intercept({ path: /generic/ }).reply(302, '', { headers: { location: elsewhere.origin } });

  await expect(createGenericPackages(connection).read(file)).resolves.toEqual(bytes);
});

test('does not download by http what an https index names', async () => {
  const { connection } = mockedGitLab();
  const folder = await temporaryFolder();
  const named = { filename: 'demo.whl', url: new URL('http://gitlab.test/demo.whl') };

  const call = createPyPIRegistry(connection).download(named, join(folder, 'demo.whl'));

  await expect(call).rejects.toMatchObject({ code: 'REGISTRY_UNEXPECTED_RESPONSE' });
  expect(await readdir(folder)).toEqual([]);
});

test('shows a file name that acts on terminals without its escapes', async () => {
  const gitlab = await serve((_, response) => void response.writeHead(404).end());
  const path = join(await temporaryFolder(), 'demo.whl');
  const filename = '\u001b[2Ja\n`b`\u202e.whl';

  const call = clientOf(gitlab).registry.download(
    { filename, url: new URL('/demo.whl', gitlab.origin) },
    path,
  );

  await expect(call).rejects.toMatchObject({
    message: 'cannot download `\ufffd[2Ja\ufffd\ufffdb\ufffd\ufffd.whl`: GitLab answered 404',
  });
});

test('follows five redirects and no more', async () => {
  const gitlab = await serve(redirectsTo('/again'));

  await expect(clientOf(gitlab).packages.read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
  });
  expect(gitlab.requests).toHaveLength(6);
});

test.for(['text/html; charset=utf-8', 'application/xhtml+xml'])(
  'does not take a login page for a file: %s',
  async (type) => {
    const folder = await temporaryFolder();
    const gitlab = await serve((_, response) => {
      response.writeHead(200, { 'content-type': type }).end('<html>');
    });

    const call = clientOf(gitlab).packages.download(file, join(folder, 'demo'));

    await expect(call).rejects.toMatchObject({
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: expect.stringContaining('login page'),
    });
    expect(await readdir(folder)).toEqual([]);
  },
);

test('takes an attached HTML file for what it is', async () => {
  const gitlab = await serve((_, response) => {
    response
      .writeHead(200, {
        'content-type': 'text/html',
        'content-disposition': 'attachment; filename="report.html"',
      })
      .end('<html>');
  });

  await expect(clientOf(gitlab).packages.read(file)).resolves.toHaveLength(6);
});

test('leaves a file alone that is there already, and sends nothing', async () => {
  const gitlab = await serve((_, response) => void response.end(bytes));
  const path = join(await temporaryFolder(), 'demo.whl');
  await writeFile(path, 'mine');

  await expect(clientOf(gitlab).packages.download(file, path)).rejects.toMatchObject({
    code: 'FILE_EXISTS',
  });
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect(gitlab.requests).toEqual([]);
});

test('names a folder that is not there', async () => {
  const gitlab = await serve((_, response) => void response.end(bytes));
  const path = join(await temporaryFolder(), 'missing', 'demo.whl');

  await expect(clientOf(gitlab).packages.download(file, path)).rejects.toMatchObject({
    code: 'FILE_UNWRITABLE',
  });
});

test.for([
  { what: 'announces', announced: true },
  { what: 'sends', announced: false },
])('stops at the limit when the answer $what more', async ({ announced }) => {
  const folder = await temporaryFolder();
  const gitlab = await serve((_, response) => {
    if (announced) response.setHeader('content-length', bytes.length);
    response.write(bytes.subarray(0, announced ? 1000 : 3000));
  });
  const { packages } = clientOf(gitlab);
  const tooLong = { code: 'REGISTRY_UNEXPECTED_RESPONSE', hint: expect.stringContaining('limit') };

  await expect(
    packages.download(file, join(folder, 'demo'), { limit: 2000 }),
  ).rejects.toMatchObject(tooLong);
  await expect(packages.read(file, { limit: 2000 })).rejects.toMatchObject(tooLong);
  expect(await readdir(folder)).toEqual([]);
});

test('reads no more than a mebibyte into memory unless told so', async () => {
  const large = Buffer.alloc(1024 ** 2 + 1);
  const gitlab = await serve((_, response) => void response.end(large));
  const { packages } = clientOf(gitlab);

  await expect(packages.read(file)).rejects.toMatchObject({ code: 'REGISTRY_UNEXPECTED_RESPONSE' });
  await expect(packages.read(file, { limit: large.length })).resolves.toHaveLength(large.length);
});

test('compares the digest that GitLab computed', async () => {
  const folder = await temporaryFolder();
  const gitlab = await serve((_, response) => {
    response.writeHead(200, { 'x-checksum-sha256': 'a'.repeat(64) }).end(bytes);
  });
  const { packages } = clientOf(gitlab);

  await expect(packages.read(file)).rejects.toMatchObject({ code: 'REGISTRY_DIGEST_MISMATCH' });
  await expect(packages.download(file, join(folder, 'demo'))).rejects.toMatchObject({
    code: 'REGISTRY_DIGEST_MISMATCH',
  });
  expect(await readdir(folder)).toEqual([]);
});

test('measures what came, whatever the index claims', async () => {
  const gitlab = await serve((_, response) => void response.end(bytes));
  const path = join(await temporaryFolder(), 'demo.whl');
  const url = new URL('/demo.whl', gitlab.origin);

  const measured = await clientOf(gitlab).registry.download(
    { filename: 'demo.whl', url, sha256: 'f'.repeat(64) },
    path,
  );

  expect(measured.sha256).toBe(sha256);
});

test('starts a file again when the connection broke in the middle', async () => {
  const gitlab = await serve((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    if (gitlab.requests.length > 1) response.end(bytes);
    else response.write(Buffer.alloc(200_000, 1), () => response.destroy());
  });
  const path = join(await temporaryFolder(), 'demo.whl');

  const measured = await clientOf(gitlab).packages.download(file, path);

  expect(measured.sha256).toBe(sha256);
  expect(await readFile(path)).toEqual(bytes);
});

test('leaves nothing behind when the connection keeps breaking', async () => {
  const folder = await temporaryFolder();
  const gitlab = await serve((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, 1000), () => response.destroy());
  });

  await expect(
    clientOf(gitlab).packages.download(file, join(folder, 'demo')),
  ).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  expect(await readdir(folder)).toEqual([]);
  expect(gitlab.requests).toHaveLength(3);
});

test('leaves nothing behind when the signal ends a download in the middle', async () => {
  const folder = await temporaryFolder();
  const controller = new AbortController();
  const gitlab = await serve((_, response) => void response.write(bytes.subarray(0, 1000)));

  const call = clientOf(gitlab).packages.download(file, join(folder, 'demo'), {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });

  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  expect(await readdir(folder)).toEqual([]);
});

test('creates no file and sends nothing once the signal is aborted', async () => {
  const folder = await temporaryFolder();
  const gitlab = await serve((_, response) => void response.end(bytes));
  const { packages } = clientOf(gitlab);
  const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'));

  await expect(packages.download(file, join(folder, 'demo'), { signal })).rejects.toThrow('enough');
  await expect(packages.read(file, { signal })).rejects.toThrow('enough');
  expect(await readdir(folder)).toEqual([]);
  expect(gitlab.requests).toEqual([]);
});
