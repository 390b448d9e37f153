import { expect, test } from 'vitest';

import {
  asJob,
  basic,
  deployToken,
  generic,
  jobToken,
  personalToken,
  pypi,
  startGitLab,
} from './running-gitlab.ts';

/** Accepted by PyPI, generic PUT, generic GET, packages API. */
type Matrix = readonly [
  credential: string,
  headers: Record<string, string>,
  string,
  query?: string,
];

const matrix: readonly Matrix[] = [
  ['Basic with the job token', basic('gitlab-ci-token', jobToken), 'yes no yes no'],
  ['JOB-TOKEN', { 'job-token': jobToken }, 'no yes yes yes'],
  ['job_token in the query', {}, 'no yes yes yes', `?job_token=${jobToken}`],
  ['Bearer with the job token', { authorization: `Bearer ${jobToken}` }, 'yes yes yes yes'],
  ['PRIVATE-TOKEN', { 'private-token': personalToken }, 'yes yes yes yes'],
  ['private_token in the query', {}, 'yes yes yes yes', `?private_token=${personalToken}`],
  ['Basic with a personal token', basic('anyone', personalToken), 'yes yes yes no'],
  ['Basic without a user name', basic('', personalToken), 'no no no no'],
  ['Bearer with a personal token', { authorization: `Bearer ${personalToken}` }, 'yes yes yes yes'],
  ['Deploy-Token', { 'deploy-token': deployToken.token }, 'yes yes yes no'],
  ['Basic with the deploy token', basic(deployToken.user, deployToken.token), 'yes yes yes no'],
  ['Basic with another user’s deploy token', basic('other', deployToken.token), 'no no no no'],
];

test.for(matrix)('takes %s where GitLab takes it', async ([, headers, accepted, query = '']) => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  await gitlab.put('my-app/1/a', 'bytes');

  const responses = [
    await gitlab.call('GET', `${pypi}/simple/my-app${query}`, { headers }),
    await gitlab.call('PUT', `${generic}/my-app/1/b${query}`, { headers, body: 'bytes' }),
    await gitlab.call('GET', `${generic}/my-app/1/a${query}`, { headers }),
    await gitlab.call('GET', `/projects/42/packages${query}`, { headers }),
  ];

  expect(responses.map(({ ok }) => (ok ? 'yes' : 'no')).join(' ')).toBe(accepted);
});

const wrong: readonly (readonly [string, Record<string, string>])[] = [
  ['PRIVATE-TOKEN', { 'private-token': 'wrong' }],
  ['Deploy-Token', { 'deploy-token': 'wrong' }],
  ['Bearer', { authorization: 'Bearer wrong' }],
  ['Basic of gitlab-ci-token', basic('gitlab-ci-token', 'wrong')],
  ['Basic of gitlab-ci-token whose job is over', basic('gitlab-ci-token', 'glcbt-finished')],
];

test.for(wrong)('answers a wrong %s with 401, on a public project too', async ([, headers]) => {
  await using gitlab = await startGitLab({ visibility: 'public' });
  await gitlab.upload();

  const response = await gitlab.call('GET', `${pypi}/simple/my-app`, { headers });

  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Basic realm="GitLab Packages Registry"');
  await expect(response.json()).resolves.toEqual({ message: '401 Unauthorized' });
});

test.for(['glcbt-wrong', 'glcbt-finished'])('answers the job token %s with 401', async (token) => {
  await using gitlab = await startGitLab({ visibility: 'public' });
  await gitlab.put('my-app/1/a', 'bytes');
  const headers = { 'job-token': token };

  const get = await gitlab.call('GET', `${generic}/my-app/1/a`, { headers });
  expect(get.status).toBe(401);
  expect(get.headers.has('www-authenticate')).toBe(true);
  const list = await gitlab.call('GET', '/projects/42/packages', { headers });
  expect(list.status).toBe(401);
  expect(list.headers.has('www-authenticate')).toBe(false);
});

test('takes wrong Basic credentials of any other user for nobody', async () => {
  await using open = await startGitLab({ visibility: 'public' });
  await open.upload();
  await using closed = await startGitLab();
  await closed.upload();
  const headers = basic('jane', 'wrong');

  expect((await open.call('GET', `${pypi}/simple/my-app`, { headers })).status).toBe(200);
  expect((await closed.call('GET', `${pypi}/simple/my-app`, { headers })).status).toBe(401);
  expect((await open.upload({ version: '2' }, headers)).status).toBe(401);
});

test('ignores a wrong JOB-TOKEN on the PyPI routes of a public project', async () => {
  await using gitlab = await startGitLab({ visibility: 'public' });
  await gitlab.upload();

  const response = await gitlab.call('GET', `${pypi}/simple/my-app`, {
    headers: { 'job-token': 'wrong' },
  });

  expect(response.status).toBe(200);
});

test.for([
  ['expired', 'Token is expired. You can either do re-authorization or token refresh.'],
  ['revoked', 'Token was revoked. You have to re-authorize from the user.'],
])('says that a personal token is %s', async ([state, description]) => {
  await using gitlab = await startGitLab();

  const response = await gitlab.call('GET', '/projects/42/packages', {
    headers: { 'private-token': `glpat-${state}` },
  });

  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer .*error="invalid_token"/u);
  await expect(response.json()).resolves.toEqual({
    error: 'invalid_token',
    error_description: description,
  });
});

test('lets a token that may read the API read, and refuses its writes', async () => {
  await using gitlab = await startGitLab();
  await gitlab.put('my-app/1/a', 'bytes');
  const headers = { 'private-token': 'glpat-read-api' };

  const get = await gitlab.call('GET', `${generic}/my-app/1/a`, { headers });
  const put = await gitlab.put('my-app/1/b', 'bytes', headers);

  expect(get.status).toBe(200);
  expect(put.status).toBe(403);
  expect(put.headers.has('www-authenticate')).toBe(false);
  await expect(put.json()).resolves.toEqual({
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: 'api',
  });
});

test('refuses to read with a token of another scope', async () => {
  await using gitlab = await startGitLab();

  const response = await gitlab.call('GET', '/projects/42/packages', {
    headers: { 'private-token': 'glpat-no-api' },
  });

  expect(response.status).toBe(403);
  await expect(response.json()).resolves.toMatchObject({ error: 'insufficient_scope' });
});

test('lets a job of another project read a public project', async () => {
  await using gitlab = await startGitLab({ visibility: 'public' });
  await gitlab.upload();

  const response = await gitlab.call('GET', `${pypi}/simple/my-app`, {
    headers: basic('gitlab-ci-token', 'glcbt-other-project'),
  });

  expect(response.status).toBe(200);
});

test('follows the credentials as they change', async () => {
  await using gitlab = await startGitLab();
  gitlab.settings.credentials = [{ kind: 'job', token: jobToken, role: 'reporter', scopes: [] }];

  expect((await gitlab.upload({}, asJob)).status).toBe(403);
});
