/** Which credentials open which route, and what is said when they do not, from the sandbox. */

import {
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  deployToken,
  jobToken,
  netrcCredentials,
  oauthToken,
  personalToken,
  proveCredentials,
  userAndPassword,
  type Authentication,
  type GitLabConnection,
} from '@wheelseal/gitlab-registry';
import type { Credential, Sandbox, Visibility } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { fileIn, letIn, project, wheelIn } from './sandbox-project.ts';
import { json, serve } from './server.ts';

const file = { package: 'demo', version: '1.0', filename: 'demo.sig' };

/** A project that has a file in each registry, and what it says to somebody. */
async function askedBy(authOf: (sandbox: Sandbox) => Authentication | undefined) {
  const { sandbox, folder, registry, packages, connection } = await project();
  await registry.upload(...(await wheelIn(folder, 'first')));
  await packages.upload(file, await fileIn(folder));
  const { auth: _, ...nobody } = connection;
  const auth = authOf(sandbox);
  const theirs: GitLabConnection = { ...nobody, ...(auth && { auth }) };
  return {
    sandbox,
    connection: theirs,
    upload: async () => createPyPIRegistry(theirs).upload(...(await wheelIn(folder, 'second'))),
    list: async () => createPyPIRegistry(theirs).listFiles('first'),
    put: async () => createGenericPackages(theirs).upload(file, await fileIn(folder)),
    get: async () => createGenericPackages(theirs).read(file),
    packages: async () => createPackagesApi(theirs).list({}),
  };
}

const projectToken: Credential = {
  kind: 'personal',
  token: 'glpat-project-or-group-bot',
  role: 'developer',
  scopes: ['api'],
};

const matrix: readonly (readonly [string, (sandbox: Sandbox) => Authentication, string])[] = [
  ['a job token', ({ tokens }) => jobToken(tokens.job), 'yes yes yes yes yes'],
  ['a personal token', ({ tokens }) => personalToken(tokens.personal), 'yes yes yes yes yes'],
  [
    'a project or group token',
    (sandbox) => {
      letIn(sandbox, projectToken);
      return personalToken(projectToken.token);
    },
    'yes yes yes yes yes',
  ],
  [
    'a deploy token',
    ({ tokens }) => deployToken(tokens.deploy.user, tokens.deploy.token),
    'yes yes yes yes no',
  ],
  ['an OAuth token', ({ tokens }) => oauthToken(tokens.personal), 'yes yes yes yes yes'],
  [
    'user name and password of a job',
    ({ tokens }) => userAndPassword('gitlab-ci-token', tokens.job),
    'yes yes yes yes yes',
  ],
  [
    'any user name with a personal token',
    ({ tokens }) => userAndPassword('jane', tokens.personal),
    'yes yes yes yes yes',
  ],
  [
    'user name and password of a deploy token',
    ({ tokens }) => userAndPassword(tokens.deploy.user, tokens.deploy.token),
    'yes yes yes yes no',
  ],
  [
    'the entry of a .netrc',
    ({ tokens, urls }) =>
      netrcCredentials(`machine 127.0.0.1 login jane password ${tokens.personal}`, urls.gitlab)!,
    'yes yes yes yes yes',
  ],
];

test.for(matrix)('%s opens what GitLab lets it', async ([, authOf, opened]) => {
  const { upload, list, put, get, packages, connection } = await askedBy(authOf);

  const outcomes = await Promise.allSettled([upload(), list(), put(), get(), packages()]);

  expect(outcomes.map(({ status }) => (status === 'fulfilled' ? 'yes' : 'no')).join(' ')).toBe(
    opened,
  );
  await expect(proveCredentials(connection)).resolves.toBe('known');
});

test('a deploy token hears that the packages API takes none', async () => {
  const { packages } = await askedBy(({ tokens: { deploy } }) =>
    deployToken(deploy.user, deploy.token),
  );

  await expect(packages()).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    hint: expect.stringContaining('takes no deploy tokens'),
  });
});

const wrong: readonly (readonly [string, Authentication, string])[] = [
  ['a job token', jobToken('glcbt-wrong-token'), 'ends with its job'],
  ['a personal token', personalToken('glpat-wrong-token'), 'does not know it'],
  ['a deploy token', deployToken('bot', 'gldt-wrong-token'), 'does not know it'],
  ['an OAuth token', oauthToken('wrong-token-of-oauth'), 'does not know it'],
];

test.for(wrong)(
  '%s that is wrong is found out, also on a public project',
  async ([, auth, hint]) => {
    for (const visibility of ['private', 'public'] satisfies Visibility[]) {
      const { connection } = await project({ visibility });
      const theirs = { ...connection, auth };

      await expect(proveCredentials(theirs)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
        hint: expect.stringContaining(hint),
      });
      await expect(createGenericPackages(theirs).read(file)).rejects.toMatchObject({
        code: 'REGISTRY_UNAUTHORIZED',
      });
    }
  },
);

test('a 200 is no proof of credentials: a public index answers wrong ones as it would nobody', async () => {
  const { connection, registry, folder } = await project({ visibility: 'public' });
  await registry.upload(...(await wheelIn(folder)));
  const theirs = { ...connection, auth: personalToken('glpat-wrong-token') };

  await expect(createPyPIRegistry(theirs).listFiles('my-demo')).resolves.toHaveLength(1);
  await expect(proveCredentials(theirs)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
});

test('nobody is anonymous, and asks nothing', async () => {
  const { url: apiUrl, requests } = await serve((_, response) => json(response, 200, []));

  await expect(proveCredentials({ apiUrl, project: '7' })).resolves.toBe('anonymous');
  expect(requests).toEqual([]);
});

test('credentials of a caller’s own making may be taken for nobody’s', async () => {
  const { connection } = await project({ visibility: 'public' });
  const basic = `Basic ${Buffer.from('jane:wrong').toString('base64')}`;
  const auth: Authentication = {
    describe: 'a password',
    header: () => ['authorization', basic],
  };

  await expect(proveCredentials({ ...connection, auth })).resolves.toBe('unknown');
});

test.for([
  {
    what: 'a token that may not read the API',
    credential: { ...projectToken, scopes: ['read_user'] },
    code: 'REGISTRY_FORBIDDEN',
    hint: '`read_api` scope',
  },
  {
    what: 'a token of somebody who may not see the project',
    credential: { ...projectToken, role: 'none' as const },
    code: 'REGISTRY_NOT_FOUND',
    hint: 'hides a private project',
  },
  {
    what: 'a token that has expired',
    credential: { ...projectToken, state: 'expired' as const },
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Create a new token',
  },
  {
    what: 'a token that was revoked',
    credential: { ...projectToken, state: 'revoked' as const },
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Create a new token',
  },
])('$what is named, by the proof and by each call', async ({ credential, code, hint }) => {
  const { connection, list, get, packages } = await askedBy((sandbox) => {
    letIn(sandbox, credential);
    return personalToken(credential.token);
  });
  const error = { code, hint: expect.stringContaining(hint) };

  await expect(proveCredentials(connection)).rejects.toMatchObject(error);
  await expect(list()).rejects.toMatchObject(error);
  await expect(get()).rejects.toMatchObject(error);
  await expect(packages()).rejects.toMatchObject({ code });
});

test('a page that is not GitLab’s proves nothing', async () => {
  const { url: apiUrl } = await serve((_, response) =>
    json(response, 404, { error: '404 Not Found' }),
  );
  const auth = personalToken('glpat-any-token');

  await expect(proveCredentials({ apiUrl, project: '7', auth })).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    hint: expect.stringContaining('API URL'),
  });
});

test('is proved once more after an answer that passes', async () => {
  const { sandbox, connection } = await project();
  sandbox.faults.add({ method: 'GET', status: 502, body: '<html>', times: 1 });

  await expect(proveCredentials(connection)).resolves.toBe('known');
});

test('proves nothing once the signal is aborted', async () => {
  const { connection } = await project();
  const call = proveCredentials(connection, { signal: AbortSignal.abort() });

  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test.for([
  ['gitlab-ci-token', 'glcbt-some-token', 'the job token'],
  ['gitlab+deploy-token-7', 'some-old-token', 'the deploy token'],
  ['bot', 'gldt-some-token', 'the deploy token'],
  ['oauth2', 'abcdef0123456789', 'the OAuth token'],
  ['oauth2', 'glpat-some-token', 'the access token'],
  ['__token__', 'glpat-some-token', 'the access token'],
  ['', 'glpat-some-token', 'the access token'],
] as const)('takes the password of `%s` for %s: it is %s', ([user, password, describe]) => {
  expect(userAndPassword(user, password).describe).toBe(describe);
});
