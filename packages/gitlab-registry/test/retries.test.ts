import {
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  type GitLabConnection,
} from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';
import { impatient, metadataWith, mockedGitLab, wheelOnDisk } from './arrange.ts';
import { serve } from './server.ts';

const file = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };

test.for([429, 500, 502, 503, 504])(
  'asks again after %i, a little later each time',
  async (status) => {
    const waits: number[] = [];
    const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
    gitlab
      .intercept({ path: /generic/ })
      .reply(status, '')
      .times(2);
    gitlab.intercept({ path: /generic/ }).reply(200, 'signature');

    await expect(createGenericPackages(connection).read(file)).resolves.toHaveLength(9);
    const [first = 0, second = 0] = waits;
    expect(waits).toHaveLength(2);
    expect(first).toBeGreaterThanOrEqual(125);
    expect(first).toBeLessThan(375);
    expect(second).toBeGreaterThanOrEqual(250);
    expect(second).toBeLessThan(750);
  },
);

test.for([400, 401, 403, 404, 409, 413, 422])('does not ask again after %i', async (status) => {
  const waits: number[] = [];
  const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
  gitlab.intercept({ path: /generic/ }).reply(status, '');

  await expect(createGenericPackages(connection).read(file)).rejects.toThrow(`answered ${status}`);
  expect(waits).toEqual([]);
});

test('waits as long as GitLab asks to', async () => {
  const waits: number[] = [];
  const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
  gitlab
    .intercept({ path: /generic/ })
    .reply(429, 'Retry later', { headers: { 'retry-after': '7' } });
  gitlab.intercept({ path: /generic/ }).reply(200, '');

  await createGenericPackages(connection).read(file);

  expect(waits).toEqual([7000]);
});

test('takes the state of a rate limit for no wish unless the limit was reached', async () => {
  const waits: number[] = [];
  const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
  const inAnHour = String(Math.floor(Date.now() / 1000) + 3600);
  gitlab
    .intercept({ path: /generic/ })
    .reply(503, '', { headers: { 'ratelimit-reset': inAnHour } });
  gitlab.intercept({ path: /generic/ }).reply(200, '');

  await createGenericPackages(connection).read(file);

  expect(waits).toEqual([expect.any(Number)]);
});

test('gives up at once when GitLab asks for more patience than there is', async () => {
  const waits: number[] = [];
  const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
  gitlab
    .intercept({ path: /generic/ })
    .reply(429, 'Retry later', { headers: { 'retry-after': '3600' } });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_RATE_LIMITED',
    retryAfter: 3600,
    hint: expect.stringContaining('in 3600 s'),
  });
  expect(waits).toEqual([]);
});

test('tries as often as the policy says', async () => {
  const { connection, gitlab } = mockedGitLab({ retries: { ...impatient(), attempts: 5 } });
  gitlab
    .intercept({ path: /generic/ })
    .reply(503, '')
    .times(5);

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
  });
});

test('spends no more than its budget', async () => {
  const waits: number[] = [];
  const retries = { ...impatient(waits), attempts: 100, budget: 20_000 };
  const { connection, gitlab } = mockedGitLab({ retries });
  const limited = { headers: { 'retry-after': '8' } };
  gitlab
    .intercept({ path: /generic/ })
    .reply(429, '', limited)
    .times(3);

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_RATE_LIMITED',
  });
  expect(waits).toEqual([8000, 8000]);
});

const writes = ['PUT', 'POST', 'DELETE'] as const;

async function write(method: (typeof writes)[number], connection: GitLabConnection) {
  if (method === 'DELETE') return createPackagesApi(connection).delete(1);
  const wheel = await wheelOnDisk();
  return method === 'PUT'
    ? createGenericPackages(connection).upload(file, wheel)
    : createPyPIRegistry(connection).upload(wheel, metadataWith());
}

test.for(writes)('never repeats a %s that GitLab may have seen', async (method) => {
  const { connection, gitlab } = mockedGitLab({ retries: impatient() });
  gitlab.intercept({ method, path: /packages/ }).reply(503, '');

  await expect(write(method, connection)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
});

test.for([
  { code: 'ECONNRESET', syscall: 'read' },
  { code: 'EPIPE', syscall: 'write' },
  { code: 'EHOSTUNREACH', syscall: 'read' },
  { code: 'ETIMEDOUT', syscall: 'read' },
  { code: 'UND_ERR_HEADERS_TIMEOUT' },
  { code: 'UND_ERR_SOCKET' },
])('never repeats what writes after $code of $syscall', async (failure) => {
  for (const method of writes) {
    const waits: number[] = [];
    const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
    const error = Object.assign(new Error('broken'), failure);
    gitlab.intercept({ method, path: /packages/ }).replyWithError(error);

    await expect(write(method, connection)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      cause: error,
    });
    expect(waits).toEqual([]);
  }
});

const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED', syscall: 'connect' });

test.for([
  refused,
  Object.assign(new Error('no'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' }),
  Object.assign(new Error('no'), { code: 'EHOSTUNREACH', syscall: 'connect' }),
  Object.assign(new Error('no'), { code: 'UND_ERR_CONNECT_TIMEOUT' }),
  Object.assign(new AggregateError([refused, refused]), { code: 'ECONNREFUSED' }),
])(
  'repeats what writes when there was no connection, or too many calls: $code of $syscall',
  async (error) => {
    for (const method of writes) {
      const waits: number[] = [];
      const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
      const call = { method, path: /packages/ };
      gitlab.intercept(call).replyWithError(error);
      gitlab.intercept(call).reply(429, '');
      gitlab.intercept(call).reply(403, '');

      await expect(write(method, connection)).rejects.toMatchObject({ code: 'REGISTRY_FORBIDDEN' });
      expect(waits).toHaveLength(2);
    }
  },
);

test('stops waiting when the signal says so', async () => {
  const controller = new AbortController();
  const { connection, gitlab } = mockedGitLab({ retries: {} });
  gitlab.intercept({ path: /generic/ }).reply(() => {
    setTimeout(() => controller.abort(new DOMException('enough', 'AbortError')), 20);
    return { statusCode: 503, responseOptions: { headers: { 'retry-after': '25' } } };
  });
  const { signal } = controller;

  await expect(createGenericPackages(connection).read(file, { signal })).rejects.toThrow('enough');
});

test('names the host that does not answer', async () => {
  const gone = await serve((_, response) => void response.destroy());
  const connection = { apiUrl: gone.url, project: '7', retries: impatient() };

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    message: expect.stringContaining(gone.origin),
    hint: expect.stringContaining('network'),
    cause: expect.any(Error),
  });
  expect(gone.requests).toHaveLength(3);
});

test('takes a certificate it does not trust for a setting, not for a passing failure', async () => {
  const waits: number[] = [];
  const { connection, gitlab } = mockedGitLab({ retries: impatient(waits) });
  gitlab
    .intercept({ path: /generic/ })
    .replyWithError(
      Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    );

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    hint: expect.stringContaining('certificate authority'),
  });
  expect(waits).toEqual([]);
});
