import { expect, test } from 'vitest';

import { asJobHeader, asOwner, basic, jobToken, startGitLab } from './running-gitlab.ts';
import type { RunningGitLab } from './running-gitlab.ts';

const packages = '/projects/42/packages';

async function get(gitlab: RunningGitLab, path: string, headers: Record<string, string> = asOwner) {
  return gitlab.call('GET', path, { headers });
}

async function names(gitlab: RunningGitLab, query: string): Promise<string> {
  const response = await get(gitlab, `${packages}?${query}`);
  const rows: { name: string; version: string }[] = JSON.parse(await response.text());
  return rows.map(({ name, version }) => `${name} ${version}`).join(', ');
}

test('describes a package', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await get(gitlab, packages);

  await expect(response.json()).resolves.toEqual([
    {
      id: 1,
      name: 'my_app',
      version: '1.0.0',
      package_type: 'pypi',
      status: 'default',
      _links: {
        web_path: '/group/sub/my-app/-/packages/1',
        delete_api_path: `${gitlab.api}/projects/42/packages/1`,
      },
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
      last_downloaded_at: null,
      tags: [],
      pipelines: [],
    },
  ]);
});

test('names no way to delete to those who may not', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await get(gitlab, packages, asJobHeader);

  await expect(response.json()).resolves.toEqual([
    expect.objectContaining({ _links: { web_path: '/group/sub/my-app/-/packages/1' } }),
  ]);
});

test('filters by name fuzzily and by version exactly', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  await gitlab.upload({ name: 'My_App-extra' });
  await gitlab.upload({ version: '1.0' });
  await gitlab.put('my-app/1.0.0/a', 'bytes');

  await expect(names(gitlab, 'package_name=MY_APP')).resolves.toBe(
    'my_app 1.0.0, My_App-extra 1.0.0, my_app 1.0',
  );
  await expect(names(gitlab, 'package_name=extra%20my')).resolves.toBe('My_App-extra 1.0.0');
  await expect(names(gitlab, 'package_version=1.0')).resolves.toBe('my_app 1.0');
  await expect(names(gitlab, 'package_type=generic')).resolves.toBe('my-app 1.0.0');
  await expect(names(gitlab, 'package_type=pypi&package_version=1.0.0')).resolves.toBe(
    'my_app 1.0.0, My_App-extra 1.0.0',
  );
});

test('orders as asked', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ name: 'b' });
  await gitlab.upload({ name: 'a', version: '2' });
  await gitlab.put('c/0/x', 'bytes');

  await expect(names(gitlab, '')).resolves.toBe('b 1.0.0, a 2, c 0');
  await expect(names(gitlab, 'sort=desc')).resolves.toBe('c 0, a 2, b 1.0.0');
  await expect(names(gitlab, 'order_by=name')).resolves.toBe('a 2, b 1.0.0, c 0');
  await expect(names(gitlab, 'order_by=version')).resolves.toBe('c 0, b 1.0.0, a 2');
  await expect(names(gitlab, 'order_by=type')).resolves.toBe('c 0, b 1.0.0, a 2');
});

test.for([
  ['package_type=wheel', 'package_type does not have a valid value'],
  ['status=gone', 'status does not have a valid value'],
  ['order_by=id', 'order_by does not have a valid value'],
  ['sort=up', 'sort does not have a valid value'],
  ['page=one', 'page is invalid'],
  ['per_page=0', 'per_page has a value not allowed'],
])('refuses `%s`', async ([query, error]) => {
  await using gitlab = await startGitLab();

  const response = await get(gitlab, `${packages}?${query}`);

  expect(response.status).toBe(400);
  await expect(response.json()).resolves.toEqual({ error });
});

test('pages through a list', async () => {
  await using gitlab = await startGitLab();
  for (const version of ['1', '2', '3', '4', '5']) await gitlab.upload({ version });

  const response = await get(gitlab, `${packages}?package_type=pypi&per_page=2&page=2`);

  await expect(response.json()).resolves.toMatchObject([{ version: '3' }, { version: '4' }]);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-page': '2',
    'x-per-page': '2',
    'x-next-page': '3',
    'x-prev-page': '1',
    'x-total': '5',
    'x-total-pages': '3',
  });
  const link = (page: number, rel: string) =>
    `<${gitlab.api}${packages}?package_type=pypi&per_page=2&page=${page}>; rel="${rel}"`;
  expect(response.headers.get('link')).toBe(
    [link(1, 'prev'), link(3, 'next'), link(1, 'first'), link(3, 'last')].join(', '),
  );
});

test('ends a list with an empty next page', async () => {
  await using gitlab = await startGitLab();

  const { headers } = await get(gitlab, packages);

  expect(headers.get('x-next-page')).toBe('');
  expect(headers.get('x-prev-page')).toBe('');
  expect(headers.get('x-total')).toBe('0');
  expect(headers.get('x-total-pages')).toBe('1');
  expect(headers.get('x-per-page')).toBe('20');
});

test('gives no more than a hundred records at once', async () => {
  await using gitlab = await startGitLab();

  const { headers } = await get(gitlab, `${packages}?per_page=1000`);

  expect(headers.get('x-per-page')).toBe('100');
});

test('leaves the totals out of a long list', async () => {
  await using gitlab = await startGitLab({ settings: { totalsLimit: 2 } });
  for (const version of ['1', '2', '3']) await gitlab.upload({ version });

  const { headers } = await get(gitlab, `${packages}?per_page=1`);

  expect(headers.has('x-total')).toBe(false);
  expect(headers.has('x-total-pages')).toBe(false);
  expect(headers.get('x-next-page')).toBe('2');
  expect(headers.get('link')).not.toContain('rel="last"');
});

test('puts no token into the links of a page', async () => {
  await using gitlab = await startGitLab();

  const { headers } = await gitlab.call('GET', `${packages}?job_token=${jobToken}`);

  expect(headers.get('link')).not.toContain(jobToken);
});

test('shows one package, and when it was last downloaded', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put('my-app/1/a', 'bytes');
  await get(gitlab, `${packages}/generic/my-app/1/a`);

  const response = await get(gitlab, `${packages}/1`);

  await expect(response.json()).resolves.toMatchObject({
    id: 1,
    package_type: 'generic',
    versions: [],
    last_downloaded_at: expect.any(String),
  });
});

test('lists the files of a package with the digests its registry has', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ md5_digest: 'aa' });
  await gitlab.upload({ fileName: 'a.tar.gz', sha256_digest: undefined });

  const response = await get(gitlab, `${packages}/1/package_files?order_by=file_name&sort=desc`);

  await expect(response.json()).resolves.toEqual([
    {
      id: 1,
      package_id: 1,
      created_at: expect.any(String),
      file_name: 'my_app-1.0.0-py3-none-any.whl',
      size: 5,
      file_md5: 'aa',
      file_sha1: null,
      file_sha256: '1'.repeat(64),
      pipelines: [],
    },
    expect.objectContaining({ id: 2, file_name: 'a.tar.gz', file_sha256: null }),
  ]);
});

test('downloads any file by its number, one without digest too', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ sha256_digest: undefined, bytes: 'no digest' });

  const response = await get(gitlab, `${packages}/1/package_files/1/download`, asJobHeader);

  await expect(response.text()).resolves.toBe('no digest');
});

test('hides a hidden package from the lists', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put('my-app/1/a?status=hidden', 'bytes');

  await expect(names(gitlab, '')).resolves.toBe('');
  await expect(names(gitlab, 'status=hidden')).resolves.toBe('my-app 1');
  const single = await get(gitlab, `${packages}/1`);
  expect(single.status).toBe(404);
  await expect(single.json()).resolves.toEqual({ message: 'Package not found' });
  const files = await get(gitlab, `${packages}/1/package_files`);
  await expect(files.json()).resolves.toEqual({ message: '404 Not found' });
});

test('deletes a package, and its bytes', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await gitlab.call('DELETE', `${packages}/1`, { headers: asOwner });

  expect(response.status).toBe(204);
  await expect(gitlab.stored()).resolves.toEqual([]);
  const again = await gitlab.call('DELETE', `${packages}/1`, { headers: asOwner });
  expect(again.status).toBe(404);
  await expect(again.json()).resolves.toEqual({ message: '404 Not found' });
});

test('deletes one file of several with one name', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put('my-app/1/a', 'first');
  await gitlab.put('my-app/1/a', 'second');

  const response = await gitlab.call('DELETE', `${packages}/1/package_files/2`, {
    headers: asOwner,
  });

  expect(response.status).toBe(204);
  const file = await get(gitlab, `${packages}/generic/my-app/1/a`);
  await expect(file.text()).resolves.toBe('first');
});

test.for([
  ['the anonymous on a public project', {}, 403, '403 Forbidden'],
  ['a developer’s job', asJobHeader, 403, '403 Forbidden'],
  ['a maintainer below the rule', { 'private-token': 'glpat-maintainer' }, 403, undefined],
] as const)('refuses a deletion by %s', async ([, headers, status, message]) => {
  await using gitlab = await startGitLab({
    visibility: 'public',
    settings: { protectedPackages: [{ type: 'pypi', pattern: 'my_app', delete: 'owner' }] },
  });
  await gitlab.upload();

  const response = await gitlab.call('DELETE', `${packages}/1`, { headers: { ...headers } });

  expect(response.status).toBe(status);
  await expect(response.json()).resolves.toEqual({
    message: message ?? '403 Forbidden - Package is deletion protected.',
  });
});

test.for([
  ['anonymous, private', 'private', {}, 404],
  ['a stranger, private', 'private', { 'private-token': 'glpat-outsider' }, 404],
  ['a guest, private', 'private', { 'private-token': 'glpat-guest' }, 403],
  ['a reporter, private', 'private', { 'private-token': 'glpat-reporter' }, 200],
  ['anonymous, public', 'public', {}, 200],
  ['Basic, private', 'private', basic('gitlab-ci-token', jobToken), 404],
  ['a deploy token, private', 'private', { 'deploy-token': 'gldt-read' }, 404],
] as const)('answers %s with its own status', async (row) => {
  const [, visibility, headers, status] = row;
  await using gitlab = await startGitLab({ visibility });

  const response = await get(gitlab, packages, { ...headers });

  expect(response.status).toBe(status);
  const refusal = {
    200: [],
    403: { message: '403 Forbidden' },
    404: { message: '404 Project Not Found' },
  }[status];
  await expect(response.json()).resolves.toEqual(refusal);
});

test.for([
  ['/nowhere', 404, { error: '404 Not Found' }],
  ['/projects/43/packages', 404, { message: '404 Project Not Found' }],
  ['/projects/42/packages/7', 404, { message: '404 Not found' }],
  ['/projects/42/packages/seven', 400, { error: 'package_id is invalid' }],
] as const)('answers `%s` in the spelling of its layer', async ([path, status, body]) => {
  await using gitlab = await startGitLab();

  const response = await get(gitlab, path);

  expect(response.status).toBe(status);
  await expect(response.json()).resolves.toEqual(body);
});
