import { createHash } from 'node:crypto';

import { expect, test } from 'vitest';

import {
  asJobHeader,
  asOwner,
  basic,
  deployToken,
  generic,
  jobToken,
  startGitLab,
} from './running-gitlab.ts';
import type { StartOptions } from './running-gitlab.ts';

const realm = 'Basic realm="GitLab Packages Registry"';
const path = 'my-app/1.0.0/my_app-1.0.0.tar.gz.sig';

interface Row {
  readonly situation: string;
  readonly gitlab?: StartOptions;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly project?: string;
  readonly status: number;
  readonly json: object;
}

const created = { status: 201, json: { message: '201 Created' } };

test.for<Row>([
  { situation: 'a file', ...created },
  { situation: 'a hidden file', path: `${path}?status=hidden`, ...created },
  { situation: 'a version with a local part', path: 'my-app/1.0.0%2Blocal/a.sig', ...created },
  { situation: 'a plus as it stands', path: 'my-app/1.0.0+local/a+b.sig', ...created },
  { situation: 'a tilde inside the file name', path: 'my-app/1/a~b', ...created },
  { situation: 'an at sign inside the file name', path: 'my-app/1/a@b', ...created },
  {
    situation: 'a package name with a space',
    path: 'my%20app/1/a',
    status: 400,
    json: { error: 'package_name is invalid' },
  },
  {
    situation: 'a version with an epoch',
    path: 'my-app/1!2.0/a',
    status: 400,
    json: { error: 'package_version is invalid' },
  },
  {
    situation: 'a version with a tilde',
    path: 'my-app/1~2/a',
    status: 400,
    json: { error: 'package_version is invalid' },
  },
  {
    situation: 'a version with two dots in a row',
    path: 'my-app/1..2/a',
    status: 400,
    json: { error: 'package_version is invalid' },
  },
  {
    situation: 'a file name with a tilde in front',
    path: 'my-app/1/~a',
    status: 400,
    json: { error: 'file_name is invalid' },
  },
  {
    situation: 'a file name with an at sign at the end',
    path: 'my-app/1/a@',
    status: 400,
    json: { error: 'file_name is invalid' },
  },
  {
    situation: 'a file name with an encoded slash',
    path: 'my-app/1/a%2Fb',
    status: 400,
    json: { error: 'file_name is invalid' },
  },
  {
    situation: 'an unknown status',
    path: `${path}?status=error`,
    status: 400,
    json: { error: 'status does not have a valid value' },
  },
  {
    situation: 'an unknown selection',
    path: `${path}?select=package`,
    status: 400,
    json: { error: 'select does not have a valid value' },
  },
  {
    situation: 'a name that leads out of its folder',
    path: '%2e%2e%2fmy-app/1/a',
    status: 400,
    json: { error: 'package_name is invalid, package_name should be a valid file path' },
  },
  {
    situation: 'a protected package',
    gitlab: {
      settings: {
        protectedPackages: [{ type: 'generic', pattern: 'my-*', push: 'maintainer' }],
      },
    },
    status: 403,
    json: { message: '403 Forbidden - Package protected.' },
  },
  {
    situation: 'a rule of the other registry',
    gitlab: {
      settings: { protectedPackages: [{ type: 'pypi', pattern: 'my-*', push: 'maintainer' }] },
    },
    ...created,
  },
  {
    situation: 'a file above the limit',
    gitlab: { settings: { genericMaxFileSize: 3 } },
    status: 400,
    json: { message: '400 Bad request - File is too large' },
  },
  {
    situation: 'no credentials',
    gitlab: { visibility: 'public' },
    headers: {},
    status: 401,
    json: { message: '401 Unauthorized' },
  },
  {
    situation: 'no credentials for an unknown project',
    project: '43',
    headers: {},
    status: 401,
    json: { message: '401 Unauthorized' },
  },
  {
    situation: 'an unknown project',
    project: '43',
    status: 404,
    json: { message: '404 Not Found' },
  },
  {
    situation: 'a guest',
    headers: { 'private-token': 'glpat-guest' },
    status: 403,
    json: { message: '403 Forbidden' },
  },
  {
    situation: 'someone without membership on a public project',
    gitlab: { visibility: 'public' },
    headers: { 'private-token': 'glpat-outsider' },
    status: 403,
    json: { message: '403 Forbidden' },
  },
  {
    situation: 'a deploy token that only reads',
    headers: { 'deploy-token': 'gldt-read' },
    status: 403,
    json: { message: '403 Forbidden' },
  },
  {
    situation: 'someone without access to a private project',
    headers: { 'private-token': 'glpat-outsider' },
    status: 404,
    json: { message: '404 Not Found' },
  },
  {
    situation: 'a path without a file name',
    path: 'my-app/1',
    status: 404,
    json: { error: '404 Not Found' },
  },
])('answers a PUT of $situation with $status', async (row) => {
  const { gitlab: options, headers = asJobHeader, project = '42', status, json } = row;
  await using gitlab = await startGitLab(options);

  const target = `/projects/${project}/packages/generic/${row.path ?? path}`;
  const response = await gitlab.call('PUT', target, { headers, body: 'signature' });

  expect(response.status).toBe(status);
  expect(response.headers.get('www-authenticate')).toBe(status === 401 ? realm : null);
  await expect(response.json()).resolves.toEqual(json);
  await expect(gitlab.stored()).resolves.toHaveLength(status === 201 ? 1 : 0);
});

test('answers with the stored file when asked to', async () => {
  await using gitlab = await startGitLab();

  const response = await gitlab.put(`${path}?select=package_file`, 'signature');

  expect(response.status).toBe(200);
  await expect(response.json()).resolves.toMatchObject({
    id: 1,
    package_id: 1,
    size: 9,
    file_name: 'my_app-1.0.0.tar.gz.sig',
    file_sha256: sha256('signature'),
  });
});

test('hands a file out with the digest it computed', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put(path, 'signature');

  const response = await gitlab.call('GET', `${generic}/${path}`, { headers: asJobHeader });

  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-checksum-sha256': sha256('signature'),
    'content-disposition':
      'attachment; filename="my_app-1.0.0.tar.gz.sig"; filename*=UTF-8\'\'my_app-1.0.0.tar.gz.sig',
    'content-length': '9',
  });
  await expect(response.text()).resolves.toBe('signature');
});

test('stores a second file of one name beside the first and hands out the last', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put(path, 'first');

  expect((await gitlab.put(path, 'second')).status).toBe(201);

  const file = await gitlab.call('GET', `${generic}/${path}`, { headers: asJobHeader });
  await expect(file.text()).resolves.toBe('second');
  const files = await gitlab.call('GET', '/projects/42/packages/1/package_files', {
    headers: asOwner,
  });
  await expect(files.json()).resolves.toMatchObject([
    { id: 1, file_sha256: sha256('first') },
    { id: 2, file_sha256: sha256('second') },
  ]);
});

test('refuses a second file of one name when duplicates are off', async () => {
  await using gitlab = await startGitLab({ settings: { genericDuplicates: false } });
  await gitlab.put(path, 'first');

  const response = await gitlab.put(path, 'second');

  expect(response.status).toBe(400);
  await expect(response.json()).resolves.toEqual({
    message: '400 Bad request - Duplicate package is not allowed',
  });
  await expect(gitlab.stored()).resolves.toHaveLength(1);
});

test.for([
  ['an unknown file', 'my-app/1.0.0/other', 404, { message: '404 Not found' }],
  ['an unknown version', 'my-app/1.0/a', 404, { message: '404 Not found' }],
  ['a bad version', 'my-app/1!0/a', 400, { error: 'package_version is invalid' }],
] as const)('answers a GET of %s with its own refusal', async ([, target, status, body]) => {
  await using gitlab = await startGitLab();
  await gitlab.put(path, 'signature');

  const response = await gitlab.call('GET', `${generic}/${target}`, { headers: asJobHeader });

  expect(response.status).toBe(status);
  await expect(response.json()).resolves.toEqual(body);
});

test('hands out a hidden file', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put(`${path}?status=hidden`, 'signature');

  const response = await gitlab.call('GET', `${generic}/${path}`, { headers: asJobHeader });

  expect(response.status).toBe(200);
});

test('keeps folders in the stored name', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put('my-app/1/to/the/file', 'bytes');

  const files = await gitlab.call('GET', '/projects/42/packages/1/package_files', {
    headers: asOwner,
  });
  await expect(files.json()).resolves.toMatchObject([{ file_name: 'to%2Fthe%2Ffile' }]);
  const file = await gitlab.call('GET', `${generic}/my-app/1/to/the/file`, {
    headers: asJobHeader,
  });
  await expect(file.text()).resolves.toBe('bytes');
});

test('stores and hands out an empty file', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put(path, '');

  const response = await gitlab.call('GET', `${generic}/${path}`, { headers: asJobHeader });

  expect(response.headers.get('content-length')).toBe('0');
  await expect(response.text()).resolves.toBe('');
});

test('refuses the second of two files at once when they must come one after another', async () => {
  await using gitlab = await startGitLab({ settings: { genericParallel: false } });
  const { readable: slow, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  void writer.write(Buffer.from('a'));
  const first = fetch(`${gitlab.api}${generic}/my-app/1/a`, {
    method: 'PUT',
    headers: asJobHeader,
    body: slow,
    duplex: 'half',
  });
  await expect.poll(gitlab.stored).toHaveLength(1);

  expect((await gitlab.put('my-app/1/b', 'b')).status).toBe(500);
  expect((await gitlab.put('my-app/2/b', 'b')).status).toBe(201);
  await writer.close();
  expect((await first).status).toBe(201);
  expect((await gitlab.put('my-app/1/b', 'b')).status).toBe(201);
});

test.for([
  ['a job token as header', { 'job-token': jobToken }, 201, 200],
  ['a job token as Bearer', { authorization: `Bearer ${jobToken}` }, 201, 200],
  ['a job token as Basic', basic('gitlab-ci-token', jobToken), 401, 200],
  ['a deploy token as Basic', basic(deployToken.user, deployToken.token), 201, 200],
  ['a deploy token that only writes', { 'deploy-token': 'gldt-write' }, 201, 200],
  ['a deploy token that only reads', { 'deploy-token': 'gldt-read' }, 403, 200],
] as const)('takes %s as the matrix says', async ([, headers, put, get]) => {
  await using gitlab = await startGitLab();
  await gitlab.put('my-app/1/there', 'bytes');

  expect((await gitlab.put(path, 'bytes', { ...headers })).status).toBe(put);
  const response = await gitlab.call('GET', `${generic}/my-app/1/there`, {
    headers: { ...headers },
  });
  expect(response.status).toBe(get);
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
