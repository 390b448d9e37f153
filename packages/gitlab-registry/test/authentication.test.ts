import {
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  deployToken,
  jobToken,
  personalToken,
  type Authentication,
} from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';
import { canary } from './arrange.ts';
import { json, serve } from './server.ts';

const basic = (user: string) => `Basic ${Buffer.from(`${user}:${canary}`).toString('base64')}`;

async function headersOnEachRoute(auth: Authentication) {
  const { url: apiUrl, requests } = await serve((request, response) => {
    const simple = request.url?.includes('/simple/');
    if (!simple) return json(response, 200, []);
    return json(response, 200, { meta: { 'api-version': '1.0' }, files: [] });
  });
  const connection = { apiUrl, project: '7', auth };
  await createPyPIRegistry(connection).listFiles('demo');
  await createGenericPackages(connection).read({ package: 'a', version: '1', filename: 'b' });
  await createPackagesApi(connection).list({});
  const [pypi, generic, packages] = requests.map(({ headers }) => headers);
  return { pypi, generic, packages };
}

test('sends a job token as Basic to the PyPI routes, which ignore its header', async () => {
  const { pypi, generic, packages } = await headersOnEachRoute(jobToken(canary));

  expect(pypi).toMatchObject({ authorization: basic('gitlab-ci-token') });
  expect(pypi).not.toHaveProperty('job-token');
  expect(generic).toMatchObject({ 'job-token': canary });
  expect(packages).toMatchObject({ 'job-token': canary });
  expect(packages).not.toHaveProperty('authorization');
});

test('sends an access token as Basic to the PyPI routes, by its header elsewhere', async () => {
  const { pypi, generic, packages } = await headersOnEachRoute(personalToken(canary));

  expect(pypi).toMatchObject({ authorization: basic('__token__') });
  expect(generic).toMatchObject({ 'private-token': canary });
  expect(packages).toMatchObject({ 'private-token': canary });
});

test('sends a deploy token with its user name to the PyPI routes, by its header elsewhere', async () => {
  const { pypi, generic } = await headersOnEachRoute(deployToken('gitlab+deploy-token-1', canary));

  expect(pypi).toMatchObject({ authorization: basic('gitlab+deploy-token-1') });
  expect(generic).toMatchObject({ 'deploy-token': canary });
});

test('sends nothing about the caller without credentials', async () => {
  const { url: apiUrl, requests } = await serve((_, response) => json(response, 200, []));

  await createPackagesApi({ apiUrl, project: '7' }).list({});

  expect(Object.keys(requests[0]?.headers ?? {}).toSorted()).toEqual([
    'accept',
    'accept-encoding',
    'connection',
    'host',
    'user-agent',
  ]);
});

test('takes the line end off a token that was read from a file', () => {
  expect(personalToken(`${canary}\n`).header('generic')).toEqual(['private-token', canary]);
});

test.for(['', '  ', 'two words', 'line\r\nx-other: header', '$CI_JOB_TOKEN\0'])(
  'refuses %j as a token before anything is sent',
  (token) => {
    const refused = expect.objectContaining({ code: 'REGISTRY_UNAUTHORIZED' });

    expect(() => jobToken(token)).toThrow(refused);
    expect(() => personalToken(token)).toThrow(refused);
    expect(() => deployToken('user', token)).toThrow(refused);
  },
);

test.for(['', 'a:b', 'a\nb'])('refuses %j as the user name of a deploy token', (user) => {
  expect(() => deployToken(user, canary)).toThrow(
    expect.objectContaining({ code: 'REGISTRY_UNAUTHORIZED' }),
  );
});

test('is described without its secret', () => {
  for (const auth of [jobToken(canary), personalToken(canary), deployToken('bot', canary)]) {
    expect(auth.describe).not.toContain(canary);
    expect(JSON.stringify(auth)).not.toContain(canary);
  }
});
