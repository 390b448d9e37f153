import { createPackagesApi } from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';
import { impatient, mockedGitLab } from './arrange.ts';

const packages = '/api/v4/projects/group%2Fapp/packages';

/** An item as GitLab lists it, with fields nobody asked for. */
function item(id: number, name: string, { version = '1.0', type = 'pypi' } = {}) {
  return {
    id,
    name,
    version,
    package_type: type,
    status: 'default',
    _links: { web_path: '/x' },
    tags: [],
  };
}

test('lists the packages whose name and version are exactly those asked for', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({
      path: packages,
      query: {
        package_name: 'demo',
        package_version: '1.0',
        package_type: 'pypi',
        per_page: '100',
      },
    })
    .reply(200, [
      item(1, 'demo'),
      item(2, 'demo-tools'),
      item(3, 'DEMO'),
      item(4, 'demo', { version: '1.0.0' }),
      item(5, 'demo', { type: 'generic' }),
    ]);

  const found = await createPackagesApi(connection).list({
    name: 'demo',
    version: '1.0',
    type: 'pypi',
  });

  expect(found).toEqual([
    { id: 1, name: 'demo', version: '1.0', type: 'pypi', status: 'default' },
    { id: 3, name: 'DEMO', version: '1.0', type: 'pypi', status: 'default' },
  ]);
});

test('finds every spelling of a PyPI name by the word they share', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: packages, query: { package_name: 'great', per_page: '100' } })
    .reply(200, [item(1, 'My_Great.Lib'), item(2, 'my-great-lib'), item(3, 'my-greater-lib')]);

  const found = await createPackagesApi(connection).list({ name: 'my-great-lib' });

  expect(found.map(({ id }) => id)).toEqual([1, 2]);
});

test('does not let GitLab search for words that are too short for it', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: packages, query: { per_page: '100' } })
    .reply(200, [item(1, 'a_b'), item(2, 'other')]);

  const found = await createPackagesApi(connection).list({ name: 'a-b' });

  expect(found.map(({ id }) => id)).toEqual([1]);
});

test('compares the names of generic packages as they are', async () => {
  const { connection, gitlab } = mockedGitLab();
  const type = 'generic';
  gitlab
    .intercept({
      path: packages,
      query: { package_name: 'demo', package_type: type, per_page: '100' },
    })
    .reply(200, [item(1, 'my_demo', { type }), item(2, 'my-demo', { type })]);

  const found = await createPackagesApi(connection).list({ name: 'my_demo', type });

  expect(found.map(({ id }) => id)).toEqual([1]);
});

test('takes a package without a version', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: /packages/ })
    .reply(200, [{ id: 1, name: 'demo', version: null, package_type: 'composer' }]);

  await expect(createPackagesApi(connection).list({})).resolves.toEqual([
    { id: 1, name: 'demo', type: 'composer' },
  ]);
});

test('reads page after page by the number GitLab gives, whatever host its links name', async () => {
  const { connection, gitlab } = mockedGitLab();
  const page = (number: string, next: string) => {
    const query = { per_page: '100', ...(number !== '1' && { page: number }) };
    gitlab.intercept({ path: packages, query }).reply(200, [item(Number(number), 'demo')], {
      headers: {
        'x-next-page': next,
        link: '<https://external.test/api/v4/projects/7/packages?page=2>; rel="next"',
      },
    });
  };
  page('1', '2');
  page('2', '3');
  page('3', '');

  const found = await createPackagesApi(connection).list({});

  expect(found.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('follows links where there are no numbers', async () => {
  const { connection, gitlab } = mockedGitLab();
  const next = `https://gitlab.test${packages}?cursor=abc&per_page=100`;
  gitlab.intercept({ path: packages, query: { per_page: '100' } }).reply(200, [item(1, 'demo')], {
    headers: { link: `<https://gitlab.test/first>; rel="first", <${next}>; rel="next"` },
  });
  gitlab
    .intercept({ path: packages, query: { cursor: 'abc', per_page: '100' } })
    .reply(200, [item(2, 'demo')], {
      headers: { link: '<https://gitlab.test/first>; rel="first"' },
    });

  const found = await createPackagesApi(connection).list({});

  expect(found.map(({ id }) => id)).toEqual([1, 2]);
});

test.for([
  'https://elsewhere.test/api/v4/projects/7/packages?page=2',
  'https://gitlab.test/group/app?page=2',
  'http://[',
])('follows no link out of the API, such as to %s', async (link) => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: /packages/ })
    .reply(200, [], { headers: { link: `<${link}>; rel="next"` } });

  await expect(createPackagesApi(connection).list({})).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
  });
});

test('ends on a list whose pages repeat', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: /packages/ })
    .reply(200, [], { headers: { 'x-next-page': '2' } })
    .times(2);

  await expect(createPackagesApi(connection).list({})).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('does not end'),
  });
});

test('asks for one page again, not for all, when one fails', async () => {
  const { connection, gitlab } = mockedGitLab({ retries: impatient() });
  const next = { headers: { 'x-next-page': '2' } };
  const first = { path: packages, query: { per_page: '100' } };
  const second = { path: packages, query: { per_page: '100', page: '2' } };
  gitlab.intercept(first).reply(200, [item(1, 'demo')], next);
  gitlab.intercept(second).reply(502, '<html>');
  gitlab.intercept(second).reply(200, [item(2, 'demo')]);

  await expect(createPackagesApi(connection).list({})).resolves.toHaveLength(2);
});

test('lists files in the order they were stored, also several of one name', async () => {
  const { connection, gitlab } = mockedGitLab();
  const sha256 = 'a'.repeat(64);
  gitlab.intercept({ path: `${packages}/7/package_files?per_page=100` }).reply(200, [
    { id: 9, package_id: 7, file_name: 'demo.sig', size: 3, file_sha256: sha256.toUpperCase() },
    { id: 8, package_id: 7, file_name: 'demo.sig', size: 2, file_sha256: null },
  ]);

  await expect(createPackagesApi(connection).listFiles(7)).resolves.toEqual([
    { id: 8, filename: 'demo.sig', size: 2 },
    { id: 9, filename: 'demo.sig', size: 3, sha256 },
  ]);
});

test.for([
  { what: 'an object', body: { message: 'hello' } },
  { what: 'items without an id', body: [{ name: 'demo' }] },
])('refuses $what for a list', async ({ body }) => {
  const { connection, gitlab } = mockedGitLab();
  gitlab.intercept({ path: /packages/ }).reply(200, body);

  await expect(createPackagesApi(connection).list({})).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: expect.stringContaining('/api/v4'),
  });
});

test('deletes a package, and a file of one', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab.intercept({ method: 'DELETE', path: `${packages}/7` }).reply(204, '');
  gitlab.intercept({ method: 'DELETE', path: `${packages}/7/package_files/9` }).reply(204, '');
  const api = createPackagesApi(connection);

  await expect(api.delete(7)).resolves.toBeUndefined();
  await expect(api.deleteFile(7, 9)).resolves.toBeUndefined();
});

test('sends nothing once the signal is aborted', async () => {
  const { connection } = mockedGitLab();
  const api = createPackagesApi(connection);
  const options = { signal: AbortSignal.abort() };

  for (const call of [api.list({}, options), api.listFiles(1, options), api.delete(1, options)]) {
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  }
});
