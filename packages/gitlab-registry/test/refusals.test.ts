import {
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  deployToken,
  personalToken,
} from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';
import { canary, metadataWith, mockedGitLab, wheelOnDisk } from './arrange.ts';

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html; charset=utf-8' };
const pypiPath = '/api/v4/projects/group%2Fapp/packages/pypi';
const file = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };

const newYear = (): Date => new Date('2026-01-01T00:00:00Z');

interface Case {
  readonly title: string;
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Record<string, string>;
  readonly code: string;
  readonly hint?: string;
}

test.for<Case>([
  {
    title: 'credentials that GitLab does not know',
    status: 401,
    body: { message: '401 Unauthorized' },
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'job token ends with its job',
  },
  {
    title: 'a project that does not exist, or is hidden',
    status: 404,
    body: { message: '404 Project Not Found' },
    code: 'REGISTRY_NOT_FOUND',
    hint: 'hides a private project',
  },
  {
    title: 'a member without the right to push',
    status: 403,
    body: { message: '403 Forbidden' },
    code: 'REGISTRY_FORBIDDEN',
    hint: 'write_package_registry',
  },
  {
    title: 'a machine that is blocked',
    status: 403,
    body: 'Forbidden',
    headers: { 'content-type': 'text/plain' },
    code: 'REGISTRY_FORBIDDEN',
    hint: 'blocked',
  },
  {
    title: 'a file GitLab finds too large',
    status: 400,
    body: { message: '400 Bad request - File is too large' },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'pypi_max_file_size',
  },
  {
    title: 'a file a proxy finds too large',
    status: 413,
    body: 'Request Entity Too Large',
    headers: { 'content-type': 'text/plain' },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'proxy',
  },
  {
    title: 'a missing field',
    status: 400,
    body: { error: 'content is missing' },
    code: 'REGISTRY_REFUSED',
  },
  {
    title: 'a version it does not take',
    status: 400,
    body: { message: '400 Bad request - Validation failed: Version is invalid' },
    code: 'REGISTRY_REFUSED',
  },
  {
    title: 'a duplicate',
    status: 400,
    body: {
      message: '400 Bad request - Validation failed: File name has already been taken',
    },
    code: 'REGISTRY_CONFLICT',
    hint: 'new version',
  },
  {
    title: 'a duplicate, in the words of older GitLab',
    status: 400,
    body: { message: 'Validation failed: File name has already been taken' },
    code: 'REGISTRY_CONFLICT',
  },
  {
    title: 'a protected package',
    status: 403,
    body: { message: '403 Forbidden - Package protected.' },
    code: 'REGISTRY_PROTECTED',
    hint: 'protection rule',
  },
  {
    title: 'a user who may not create packages',
    status: 400,
    body: { message: '400 Bad request - Unauthorized' },
    code: 'REGISTRY_FORBIDDEN',
  },
  {
    title: 'a digest that FIPS mode misses',
    status: 422,
    body: { message: '422 Unprocessable Entity' },
    code: 'REGISTRY_REFUSED',
  },
  {
    title: 'maintenance',
    status: 503,
    body: { message: 'GitLab Maintenance: system is in maintenance mode' },
    code: 'REGISTRY_UNAVAILABLE',
    hint: 'maintenance is over',
  },
  {
    title: 'a resource lock',
    status: 409,
    body: { message: '409 Conflict: Resource lock' },
    code: 'REGISTRY_UNAVAILABLE',
  },
  {
    title: 'an internal error',
    status: 500,
    body: { message: '500 Internal Server Error' },
    code: 'REGISTRY_UNAVAILABLE',
  },
  {
    title: "a proxy's page",
    status: 502,
    body: '<html><body>Bad gateway</body></html>',
    headers: html,
    code: 'REGISTRY_UNAVAILABLE',
  },
  {
    title: 'a limit on requests',
    status: 429,
    body: 'Retry later',
    headers: { 'content-type': 'text/plain', 'retry-after': '17' },
    code: 'REGISTRY_RATE_LIMITED',
    hint: 'in 17 s',
  },
  {
    title: 'an address that is no API',
    status: 404,
    body: '<html><h1>404</h1></html>',
    headers: html,
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: '/api/v4',
  },
  {
    title: 'a redirect, which an upload never follows',
    status: 307,
    body: '',
    headers: { location: 'https://gitlab.test/api/v4/elsewhere' },
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
  },
])('an upload to the PyPI registry names $title', async ({ status, body, headers, code, hint }) => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ method: 'POST', path: pypiPath })
    .reply(status, body, { headers: headers ?? json });

  const call = createPyPIRegistry(connection).upload(await wheelOnDisk(), metadataWith());

  await expect(call).rejects.toMatchObject({
    name: 'RegistryError',
    code,
    hint: expect.stringContaining(hint ?? ''),
  });
});

test.for<Case>([
  {
    title: 'a duplicate that the group forbids',
    status: 400,
    body: { message: '400 Bad request - Duplicate package is not allowed' },
    code: 'REGISTRY_CONFLICT',
    hint: 'group refuses duplicate',
  },
  {
    title: 'a version it does not take',
    status: 400,
    body: { error: 'package_version is invalid' },
    code: 'REGISTRY_REFUSED',
  },
  {
    title: 'a path that climbs',
    status: 400,
    body: { error: 'file_name should be a valid file path' },
    code: 'REGISTRY_REFUSED',
  },
  {
    title: 'a file too large',
    status: 400,
    body: { message: '400 Bad request - File is too large' },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'generic_packages_max_file_size',
  },
  {
    title: 'uploads side by side',
    status: 500,
    body: { message: '500 Internal Server Error' },
    code: 'REGISTRY_UNAVAILABLE',
    hint: 'one after another',
  },
])(
  'an upload to the generic registry names $title',
  async ({ status, body, headers, code, hint }) => {
    const { connection, gitlab } = mockedGitLab();
    gitlab
      .intercept({ method: 'PUT', path: /\/packages\/generic\// })
      .reply(status, body, { headers: headers ?? json });

    const call = createGenericPackages(connection).upload(file, await wheelOnDisk());

    await expect(call).rejects.toMatchObject({
      code,
      hint: expect.stringContaining(hint ?? ''),
    });
  },
);

test.for([
  { message: '404 Not Found' },
  { message: '404 Package Not Found' },
  { message: '404 Not found' },
  { error: '404 Not Found' },
])('reading names what is not there, spelled as $message$error', async (body) => {
  const { connection, gitlab } = mockedGitLab();
  gitlab.intercept({ path: /\/packages\/generic\// }).reply(404, body, { headers: json });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    message: expect.stringContaining(Object.values(body)[0] ?? ''),
  });
});

test.for([
  { auth: personalToken(canary), access: 'api` scope' },
  { auth: deployToken('bot', canary), access: 'write_package_registry' },
])('names the scope $access', async ({ auth, access }) => {
  const { connection, gitlab } = mockedGitLab({ auth });
  gitlab.intercept({ method: 'PUT', path: /generic/ }).reply(
    403,
    {
      error: 'insufficient_scope',
      error_description:
        'The request requires higher privileges than provided by the access token.',
      scope: 'api',
    },
    { headers: json },
  );

  const call = createGenericPackages(connection).upload(file, await wheelOnDisk());

  await expect(call).rejects.toMatchObject({
    code: 'REGISTRY_FORBIDDEN',
    hint: expect.stringContaining(access),
  });
});

test('names a token that has expired', async () => {
  const { connection, gitlab } = mockedGitLab({ auth: personalToken(canary) });
  gitlab.intercept({ path: /packages/ }).reply(
    401,
    {
      error: 'invalid_token',
      error_description: 'Token is expired. You can either do re-authorization or token refresh.',
    },
    { headers: json },
  );

  await expect(createPackagesApi(connection).list({})).rejects.toMatchObject({
    code: 'REGISTRY_UNAUTHORIZED',
    hint: expect.stringContaining('new token'),
  });
});

test('says that the packages API takes no deploy tokens', async () => {
  const { connection, gitlab } = mockedGitLab({ auth: deployToken('bot', canary) });
  gitlab.intercept({ path: /packages/ }).reply(401, { message: '401 Unauthorized' });

  await expect(createPackagesApi(connection).list({})).rejects.toMatchObject({
    code: 'REGISTRY_UNAUTHORIZED',
    hint: expect.stringContaining('no deploy tokens'),
  });
});

test('asks for a token when there was none', async () => {
  const agent = mockedGitLab();
  const { auth: _, ...connection } = agent.connection;
  agent.gitlab.intercept({ path: /generic/ }).reply(401, { message: '401 Unauthorized' });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_UNAUTHORIZED',
    hint: expect.stringContaining('Pass a token'),
  });
});

test('names a package that must not be deleted', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ method: 'DELETE', path: '/api/v4/projects/group%2Fapp/packages/7' })
    .reply(403, { message: '403 Forbidden - Package is deletion protected.' });

  await expect(createPackagesApi(connection).delete(7)).rejects.toMatchObject({
    code: 'REGISTRY_PROTECTED',
  });
});

test.for([
  { body: { message: { error: ['is too', 'old'] } }, shown: '`is too, old`' },
  { body: { message: ['first', 'second'] }, shown: '`first, second`' },
  { body: { message: 'two\nlines and `ticks`' }, shown: '`two lines and ticks`' },
  { body: { message: 'x'.repeat(5000) }, shown: `\`${'x'.repeat(200)}…\`` },
  { body: { other: 'field' }, shown: 'GitLab answered 400' },
  { body: [], shown: 'GitLab answered 400' },
])("shows GitLab's own words as one short line: $shown", async ({ body, shown }) => {
  const { connection, gitlab } = mockedGitLab();
  gitlab.intercept({ path: /generic/ }).reply(400, JSON.stringify(body), { headers: json });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    code: 'REGISTRY_REFUSED',
    message: expect.stringContaining(shown),
  });
});

test('names the request, so that operators find it in their logs', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: /generic/ })
    .reply(403, { message: '403 Forbidden' }, { headers: { ...json, 'x-request-id': '01J-abc' } });

  await expect(createGenericPackages(connection).read(file)).rejects.toMatchObject({
    message:
      'cannot download `demo.whl.sig`: GitLab answered 403 `403 Forbidden` (request `01J-abc`)',
  });
});

test('says when to come back, by the clock that GitLab names', async () => {
  const { connection, gitlab } = mockedGitLab({ retries: { attempts: 1, now: newYear } });
  const packages = createGenericPackages(connection);
  const limited = (headers: Record<string, string>) => {
    gitlab.intercept({ path: /generic/ }).reply(429, 'Retry later', { headers });
  };

  limited({ 'retry-after': 'Thu, 01 Jan 2026 00:00:42 GMT' });
  await expect(packages.read(file)).rejects.toMatchObject({ retryAfter: 42 });

  limited({ 'ratelimit-reset': String(Date.parse('2026-01-01T00:01:00Z') / 1000) });
  await expect(packages.read(file)).rejects.toMatchObject({ retryAfter: 60 });

  limited({ 'ratelimit-resettime': 'Thu, 01 Jan 2026 00:00:05 GMT' });
  await expect(packages.read(file)).rejects.toMatchObject({ retryAfter: 5 });
});
