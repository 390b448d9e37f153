import { expect, test } from 'vitest';

import { asJob, asJobHeader, asOwner, generic, pypi, startGitLab } from './running-gitlab.ts';

test('in maintenance refuses what writes, and serves what reads', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  gitlab.settings.maintenance = true;

  const writes = [
    await gitlab.upload({ version: '2' }),
    await gitlab.put('my-app/1/a', 'bytes'),
    await gitlab.call('DELETE', '/projects/42/packages/1', { headers: asOwner }),
  ];

  for (const response of writes) {
    expect(response.status).toBe(503);
    await expect(response.json()).resolves.toEqual({
      message: 'GitLab Maintenance: system is in maintenance mode',
    });
  }
  expect((await gitlab.call('GET', `${pypi}/simple/my-app`, { headers: asJob })).status).toBe(200);
});

test('lets nobody through above the rate limit, until its window ends', async () => {
  await using gitlab = await startGitLab({ settings: { rateLimit: { requests: 2, seconds: 1 } } });
  const list = () => gitlab.call('GET', '/projects/42/packages', { headers: asOwner });
  await list();

  const last = await list();
  const refused = await list();

  expect(last.status).toBe(200);
  expect(last.headers.get('ratelimit-limit')).toBe('120');
  expect(last.headers.get('ratelimit-remaining')).toBe('0');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('content-type')).toBe('text/plain');
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(Date.parse(refused.headers.get('ratelimit-resettime') ?? '')).not.toBeNaN();
  await expect(refused.text()).resolves.toBe('Retry later\n');
  await expect.poll(async () => (await list()).status, { timeout: 3000 }).toBe(200);
});

test('loses the answers to so many writes, after it has done them', async () => {
  await using gitlab = await startGitLab();
  gitlab.settings.answersToLose = 2;

  await expect(gitlab.upload()).rejects.toThrow('fetch failed');
  await expect(gitlab.put('my-app/1/a', 'bytes')).rejects.toThrow('fetch failed');

  expect((await gitlab.upload()).status).toBe(400);
  const file = await gitlab.call('GET', `${generic}/my-app/1/a`, { headers: asJobHeader });
  await expect(file.text()).resolves.toBe('bytes');
});

test('sends readers of an earlier path on, and refuses writers', async () => {
  await using gitlab = await startGitLab({ settings: { formerPaths: ['old/app'] } });
  await gitlab.upload();
  const former = '/projects/old%2Fapp/packages/pypi';

  const read = await gitlab.call('GET', `${former}/simple/my-app`, { headers: asJob });
  const write = await gitlab.call('POST', former, { headers: asJob, body: new FormData() });

  expect(read.status).toBe(301);
  expect(read.headers.get('location')).toBe(`${gitlab.api}${pypi}/simple/my-app`);
  expect(write.status).toBe(405);
});

test('redirects downloads to an origin that keeps what arrives', async () => {
  await using gitlab = await startGitLab({ settings: { objectStorage: true } });
  await gitlab.put('my-app/1/a.sig', 'signature');
  const from = `${generic}/my-app/1/a.sig`;

  const redirect = await gitlab.call('GET', from, { headers: asJobHeader });

  expect(redirect.status).toBe(302);
  expect(redirect.headers.has('x-checksum-sha256')).toBe(false);
  const location = new URL(redirect.headers.get('location') ?? '');
  expect(location.origin).not.toBe(new URL(gitlab.api).origin);
  const file = await fetch(location, { headers: { 'job-token': 'leaked' } });
  expect(file.headers.get('content-disposition')).toBe(
    'attachment; filename="a.sig"; filename*=UTF-8\'\'a.sig',
  );
  await expect(file.text()).resolves.toBe('signature');
  expect(gitlab.gitlab.objectStorage.requests).toMatchObject([
    { method: 'GET', headers: { 'job-token': 'leaked' } },
  ]);
});

test('redirects distributions too, also when only asked about', async () => {
  await using gitlab = await startGitLab({ settings: { objectStorage: true } });
  await gitlab.upload({ bytes: '0123456789' });
  const from = `${pypi}/files/${'1'.repeat(64)}/my_app-1.0.0-py3-none-any.whl`;

  for (const method of ['GET', 'HEAD']) {
    const redirect = await gitlab.call(method, from, { headers: asJob });
    expect(redirect.status).toBe(302);
    const file = await fetch(redirect.headers.get('location') ?? '', {
      method,
      headers: { range: 'bytes=2-3' },
    });
    expect(file.status).toBe(206);
    await expect(file.text()).resolves.toBe(method === 'GET' ? '23' : '');
  }
});

test('has the object storage refuse what is not signed, and what brings credentials', async () => {
  await using gitlab = await startGitLab({ settings: { objectStorage: true } });
  await gitlab.put('my-app/1/a', 'bytes');
  const redirect = await gitlab.call('GET', `${generic}/my-app/1/a`, { headers: asJobHeader });
  const signed = redirect.headers.get('location') ?? '';

  const other = await fetch(signed.replace('/a?', '/b?'));
  const later = await fetch(signed.replace(/X-Amz-Expires=\d+/u, 'X-Amz-Expires=99999999999'));
  const withCredentials = await fetch(signed, { headers: asJob });

  expect(other.status).toBe(403);
  expect(later.status).toBe(403);
  expect(withCredentials.status).toBe(400);
});

test('names every answer', async () => {
  await using gitlab = await startGitLab();

  const answers = [
    await gitlab.call('GET', '/nowhere'),
    await gitlab.call('GET', '/projects/42/packages', { headers: asOwner }),
  ];

  const ids = answers.map(({ headers }) => headers.get('x-request-id'));
  expect(new Set(ids).size).toBe(2);
  expect(ids).not.toContain(null);
});

test('tells its version to those it knows', async () => {
  await using gitlab = await startGitLab();

  const known = await gitlab.call('GET', '/version', { headers: asOwner });
  const unknown = await gitlab.call('GET', '/version');

  await expect(known.json()).resolves.toMatchObject({ version: expect.any(String) });
  expect(unknown.status).toBe(401);
  expect(unknown.headers.has('www-authenticate')).toBe(false);
});

test('describes the project to those who may see it', async () => {
  await using gitlab = await startGitLab();
  const path = '/projects/group%2Fsub%2Fmy-app';

  const known = await gitlab.call('GET', path, { headers: asOwner });
  const unknown = await gitlab.call('GET', path);

  await expect(known.json()).resolves.toMatchObject({
    id: 42,
    path_with_namespace: 'group/sub/my-app',
    visibility: 'private',
  });
  expect(unknown.status).toBe(404);
});

test.for([
  ['POST', '/projects/42/packages', 405],
  ['GET', '/projects/%zz/packages', 400],
  ['GET', '/projects/42/packages/generic/a/../b', 400],
] as const)('answers %s %s with %i', async ([method, path, status]) => {
  await using gitlab = await startGitLab();

  await expect(gitlab.callVerbatim(method, path, asOwner)).resolves.toMatchObject({ status });
});

test('answers 404 outside of the API', async () => {
  await using gitlab = await startGitLab();

  const response = await fetch(new URL('/', gitlab.api));

  expect(response.status).toBe(404);
});

test('sends a page again to a client that asks with HEAD', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await gitlab.call('HEAD', `${pypi}/simple/my-app`, { headers: asJob });

  expect(response.status).toBe(200);
  await expect(response.text()).resolves.toBe('');
});
