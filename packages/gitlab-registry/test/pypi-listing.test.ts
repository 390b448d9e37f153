import { createPyPIRegistry } from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';
import { mockedGitLab } from './arrange.ts';

const simple = '/api/v4/projects/group%2Fapp/packages/pypi/simple/my-demo/';
const index = {
  meta: { 'api-version': '1.0' },
  files: [{ filename: 'my_demo-1.tar.gz', url: 'https://gitlab.test/files/my_demo-1.tar.gz' }],
};
const json = { headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' } };

test('asks by the normalised name, for JSON first', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({
      path: simple,
      headers: { accept: /^application\/vnd\.pypi\.simple\.v1\+json, text\/html/ },
    })
    .reply(200, index, json);

  const files = await createPyPIRegistry(connection).listFiles('My_Demo');

  expect(files.map(({ filename }) => filename)).toEqual(['my_demo-1.tar.gz']);
});

test('refuses a name that is no Python name before anything is sent', async () => {
  const { connection } = mockedGitLab();

  await expect(createPyPIRegistry(connection).listFiles('../x')).rejects.toMatchObject({
    code: 'NAME_INVALID',
  });
});

test('takes a redirect to another index for "not here", and never follows it', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: simple })
    .reply(302, '', { headers: { location: 'https://index.test/simple/my-demo/' } });

  await expect(createPyPIRegistry(connection).listFiles('my.demo')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    message: expect.stringContaining('forwards unknown names to `https://index.test`'),
    hint: expect.stringContaining('forwarding off'),
  });
});

test('says what to change when only the scheme differs', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: simple })
    .reply(301, '', { headers: { location: `http://gitlab.test${simple}` } });

  await expect(createPyPIRegistry(connection).listFiles('my-demo')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    hint: expect.stringContaining('`http://gitlab.test`'),
  });
});

test('follows a project that was renamed', async () => {
  const { connection, gitlab } = mockedGitLab();
  const moved = '/api/v4/projects/9/packages/pypi/simple/my-demo/';
  gitlab.intercept({ path: simple }).reply(301, '', { headers: { location: moved } });
  gitlab.intercept({ path: moved }).reply(200, index, json);

  await expect(createPyPIRegistry(connection).listFiles('my-demo')).resolves.toHaveLength(1);
});

test.for(['/users/sign_in', 'https://gitlab.test/group/app', 'http://[', 'javascript:0'])(
  'follows no redirect out of the API, such as to %s',
  async (location) => {
    const { connection, gitlab } = mockedGitLab();
    gitlab.intercept({ path: simple }).reply(302, '', { headers: { location } });

    await expect(createPyPIRegistry(connection).listFiles('my-demo')).rejects.toMatchObject({
      code: expect.stringMatching(/^REGISTRY_(UNEXPECTED_RESPONSE|NOT_FOUND)$/),
    });
  },
);

test('follows five redirects and no more', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: simple })
    .reply(302, '', { headers: { location: simple } })
    .times(6);

  await expect(createPyPIRegistry(connection).listFiles('my-demo')).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('more than 5 times'),
  });
});

test('does not take files of another index, proxied by GitLab, for its own', async () => {
  const { connection, gitlab } = mockedGitLab();
  const url =
    'https://gitlab.test/api/v4/projects/7/packages/pypi/forward/my-demo/files/my_demo-1.tar.gz';
  gitlab
    .intercept({ path: simple })
    .reply(200, { ...index, files: [{ filename: 'my_demo-1.tar.gz', url }] }, json);

  await expect(createPyPIRegistry(connection).listFiles('my-demo')).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
  });
});

test('refuses an answer that is compressed', async () => {
  const { connection, gitlab } = mockedGitLab();
  gitlab
    .intercept({ path: simple })
    .reply(200, 'x', { headers: { ...json.headers, 'content-encoding': 'gzip' } });

  await expect(createPyPIRegistry(connection).listFiles('my-demo')).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('compressed'),
  });
});

test('sends nothing once the signal is aborted', async () => {
  const { connection } = mockedGitLab();
  const call = createPyPIRegistry(connection).listFiles('my-demo', { signal: AbortSignal.abort() });

  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});
