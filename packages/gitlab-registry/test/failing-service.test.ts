/** What is made of limits, failures, maintenance and broken connections, from the sandbox. */

import type { Fault } from '@wheelseal/sandbox';
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { impatient } from './arrange.ts';
import { fileIn, project, wheelIn } from './sandbox-project.ts';
import { createGenericPackages, createPyPIRegistry } from '@wheelseal/gitlab-registry';

const file = { package: 'demo', version: '1.0', filename: 'demo.sig' };
const html = { 'content-type': 'text/html; charset=utf-8' };
const midnight = new Date('2026-01-01T00:00:00Z');

async function waiting() {
  const running = await project();
  const waits: number[] = [];
  const retries = { ...impatient(waits), now: () => midnight };
  const connection = { ...running.connection, retries };
  return {
    ...running,
    waits,
    packages: createGenericPackages(connection),
    registry: createPyPIRegistry(connection),
  };
}

interface Failure {
  readonly situation: string;
  readonly fault: Fault;
  readonly code: string;
  readonly hint: string;
  /** How often a read was sent, and an upload. */
  readonly reads: number;
  readonly uploads: number;
}

const three = { reads: 3, uploads: 1 };
const once = { reads: 1, uploads: 1 };

test.for<Failure>([
  {
    situation: 'the limit on requests, in seconds',
    fault: { status: 429, body: 'Retry later\n', headers: { 'retry-after': '7' } },
    code: 'REGISTRY_RATE_LIMITED',
    hint: 'in 7 s',
    reads: 3,
    uploads: 3,
  },
  {
    situation: 'the limit on requests, until a date',
    fault: { status: 429, body: '', headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' } },
    code: 'REGISTRY_RATE_LIMITED',
    hint: 'in 9 s',
    reads: 3,
    uploads: 3,
  },
  {
    situation: 'the limit on requests, by its reset',
    fault: { status: 429, body: '', headers: { 'ratelimit-reset': '1767225611' } },
    code: 'REGISTRY_RATE_LIMITED',
    hint: 'in 11 s',
    reads: 3,
    uploads: 3,
  },
  {
    situation: "an application's own limit, without any header",
    fault: {
      status: 429,
      body: { message: { error: 'This endpoint has been requested too many times.' } },
    },
    code: 'REGISTRY_RATE_LIMITED',
    hint: 'Try again later',
    reads: 3,
    uploads: 3,
  },
  {
    situation: 'a limit that asks for more patience than there is',
    fault: { status: 429, body: '', headers: { 'retry-after': '3600' } },
    code: 'REGISTRY_RATE_LIMITED',
    hint: 'in 3600 s',
    ...once,
  },
  {
    situation: 'maintenance',
    fault: { status: 503, body: { message: 'GitLab Maintenance: system is in maintenance mode' } },
    code: 'REGISTRY_UNAVAILABLE',
    hint: 'when the maintenance is over',
    ...three,
  },
  {
    situation: 'a resource lock',
    fault: { status: 409, body: { message: '409 Conflict: Resource lock' } },
    code: 'REGISTRY_UNAVAILABLE',
    hint: '',
    ...three,
  },
  {
    situation: 'an internal error',
    fault: { status: 500, body: { message: '500 Internal Server Error' } },
    code: 'REGISTRY_UNAVAILABLE',
    hint: '',
    ...three,
  },
  ...[502, 503, 504].map((status) => ({
    situation: `the ${status} of a proxy, in HTML`,
    fault: { status, body: '<html><h1>Bad</h1>', headers: html },
    code: 'REGISTRY_UNAVAILABLE',
    hint: '',
    ...three,
  })),
  {
    situation: "Workhorse's own time-out",
    fault: { status: 504, body: 'deadline exceeded\n' },
    code: 'REGISTRY_UNAVAILABLE',
    hint: '',
    ...three,
  },
  {
    situation: 'a body that a proxy finds too large',
    fault: { status: 413, body: 'Request Entity Too Large' },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'proxy',
    ...once,
  },
  {
    situation: 'a machine whose address is blocked',
    fault: { status: 403, body: 'Forbidden\n' },
    code: 'REGISTRY_FORBIDDEN',
    hint: 'blocked',
    ...once,
  },
  {
    situation: 'a page of some other server',
    fault: { status: 200, body: '<html><title>Sign in</title></html>', headers: html },
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'API URL',
    ...once,
  },
  {
    situation: 'a connection that breaks before the answer',
    fault: { answer: (request) => void request.socket.destroy() },
    code: 'REGISTRY_UNREACHABLE',
    hint: '',
    ...three,
  },
  {
    situation: 'an answer that is lost',
    fault: { lose: 'answer' },
    code: 'REGISTRY_UNREACHABLE',
    hint: '',
    ...three,
  },
])('names $situation, and repeats what is safe', async ({ fault, code, hint, reads, uploads }) => {
  const { sandbox, packages, registry, folder, waits } = await waiting();
  await packages.upload(file, await fileIn(folder));
  sandbox.faults.add({ ...fault, service: 'gitlab' });
  // Between any two tries there is one wait.
  const triesOf = async (call: () => Promise<unknown>) => {
    waits.length = 0;
    const error = { code, hint: expect.stringContaining(hint) };
    await expect(call()).rejects.toMatchObject(error);
    return waits.length + 1;
  };

  expect(await triesOf(async () => packages.read(file))).toBe(reads);
  expect(await triesOf(async () => packages.upload(file, await fileIn(folder)))).toBe(uploads);
  expect(await triesOf(async () => registry.upload(...(await wheelIn(folder))))).toBe(uploads);
});

test('a limit that passes keeps nothing from being uploaded, once', async () => {
  const { sandbox, packages, registry, api, folder } = await waiting();
  sandbox.faults.add({ status: 429, body: '', headers: { 'retry-after': '1' }, times: 2 });
  const source = await fileIn(folder);
  const progress: number[] = [];

  await packages.upload(file, source, { onProgress: (bytes) => progress.push(bytes) });
  sandbox.faults.add({ status: 429, body: '', headers: { 'retry-after': '1' }, times: 2 });
  await registry.upload(...(await wheelIn(folder)));

  await expect(api.listGenericFiles(file)).resolves.toMatchObject([{ sha256: source.sha256 }]);
  await expect(registry.listFiles('my-demo')).resolves.toHaveLength(1);
  expect(progress.at(-1)).toBe(source.size);
});

test('waits for the limit of the instance, by its own headers', async () => {
  const { sandbox, waits, registry, folder } = await waiting();
  await registry.upload(...(await wheelIn(folder)));
  sandbox.gitlab.settings.rateLimit = { requests: 1, seconds: 60 };

  await registry.listFiles('my-demo');
  await expect(registry.listFiles('my-demo')).rejects.toMatchObject({
    code: 'REGISTRY_RATE_LIMITED',
    retryAfter: expect.any(Number),
  });

  expect(waits[0]).toBeGreaterThan(30_000);
  expect(waits[0]).toBeLessThanOrEqual(60_000);
});

test('after a lost answer, what is stored tells whether to upload again', async () => {
  const { sandbox, packages, registry, api, folder } = await waiting();
  const source = await fileIn(folder);
  const wheel = await wheelIn(folder);
  sandbox.gitlab.settings.answersToLose = 2;

  await expect(packages.upload(file, source)).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    hint: expect.stringContaining('List what is stored'),
  });
  await expect(registry.upload(...wheel)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });

  await expect(api.listGenericFiles(file)).resolves.toMatchObject([{ sha256: source.sha256 }]);
  const [stored] = await registry.listFiles('my-demo');
  await expect(registry.download(stored!, join(folder, 'again'))).resolves.toMatchObject({
    sha256: wheel[0].sha256,
  });
  await expect(registry.upload(...wheel)).rejects.toMatchObject({ code: 'REGISTRY_CONFLICT' });
});

test.for([0, 1, 100_000])(
  'nothing is stored of an upload whose connection breaks after %i bytes',
  async (resetAfter) => {
    const { sandbox, packages, registry, api, folder } = await waiting();
    sandbox.faults.add({ service: 'gitlab', method: 'PUT', resetAfter, of: 'request' });
    sandbox.faults.add({ service: 'gitlab', method: 'POST', resetAfter, of: 'request' });
    const source = await fileIn(folder, randomBytes(400_000));
    const [wheel, metadata] = await wheelIn(folder);
    const large = { ...wheel, ...source };

    for (const upload of [
      async () => packages.upload(file, source),
      async () => registry.upload(large, metadata),
    ]) {
      await expect(upload()).rejects.toMatchObject({
        code: 'REGISTRY_UNREACHABLE',
        hint: expect.stringContaining('List what is stored'),
      });
    }

    await expect(api.list({})).resolves.toEqual([]);
  },
);

test.for([0, 1, 100_000])(
  'starts a download again whose connection breaks after %i bytes',
  async (resetAfter) => {
    const { sandbox, packages, folder, waits } = await waiting();
    const source = await fileIn(folder, randomBytes(400_000));
    await packages.upload(file, source);
    const fault = { service: 'gitlab', method: 'GET', resetAfter, of: 'answer' } as const;
    sandbox.faults.add({ ...fault, times: 2 });

    const measured = await packages.download(file, join(folder, 'again'));

    expect(measured.sha256).toBe(source.sha256);
    expect(waits).toHaveLength(2);
  },
);

test('does not take the beginning of a generic file for the file', async () => {
  const { sandbox, packages, folder } = await waiting();
  await packages.upload(file, await fileIn(folder));
  sandbox.faults.add({ method: 'GET', truncateAfter: 10 });

  await expect(packages.download(file, join(folder, 'again'))).rejects.toMatchObject({
    code: 'REGISTRY_DIGEST_MISMATCH',
    requestId: expect.any(String),
  });
  expect(await readdir(folder)).not.toContain('again');
});

test('measures what came where GitLab sends no digest of its own: the caller compares', async () => {
  const { sandbox, packages, registry, folder } = await waiting();
  sandbox.gitlab.settings.objectStorage = true;
  const [wheel, metadata] = await wheelIn(folder);
  await registry.upload(wheel, metadata);
  await packages.upload(file, wheel);
  const [stored] = await registry.listFiles('my-demo');
  sandbox.faults.add({ service: 'objectStorage', truncateAfter: 10 });

  for (const measured of [
    await registry.download(stored!, join(folder, 'pypi')),
    await packages.download(file, join(folder, 'generic')),
  ]) {
    expect(measured.size).toBe(10);
    expect(measured.sha256).not.toBe(wheel.sha256);
  }
});

test('reads a body that comes slowly', async () => {
  const { sandbox, packages, registry, folder } = await waiting();
  const [wheel, metadata] = await wheelIn(folder);
  await registry.upload(wheel, metadata);
  await packages.upload(file, wheel);
  sandbox.faults.add({ method: 'GET', slow: { bytes: 100, milliseconds: 2 } });

  await expect(registry.listFiles('my-demo')).resolves.toHaveLength(1);
  await expect(packages.read(file)).resolves.toHaveLength(wheel.size);
});
