/**
 * Credentials, each in the header that the route at hand reads.
 *
 * The routes differ: the PyPI routes ignore `JOB-TOKEN`, the packages API ignores Basic. GitLab then
 * answers as if to an anonymous caller, which on a public project looks like success.
 *
 * @module
 */

import { RegistryError } from './errors.ts';

/** The groups of routes that read credentials in different ways. */
export type RegistryRoute = 'pypi' | 'generic' | 'packages';

/** Proves to GitLab who calls. */
export interface Authentication {
  /** Names the credentials in messages, without the secret. */
  readonly describe: string;
  /** Lets a refusal name the setting to change. */
  readonly kind?: 'job' | 'deploy' | 'access';
  /** The one header that carries the credentials on a route. */
  header(route: RegistryRoute): readonly [name: string, value: string];
}

/**
 * The token of a running CI job, `CI_JOB_TOKEN`.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when it is empty or no token at all.
 */
export function jobToken(token: string): Authentication {
  const describe = 'the job token';
  const secret = checkedSecret(token, describe);
  return {
    describe,
    kind: 'job',
    header: (route) =>
      route === 'pypi' ? basic('gitlab-ci-token', secret) : ['job-token', secret],
  };
}

/**
 * A deploy token and its user name. The packages API takes no deploy tokens.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when one of the two cannot be used.
 */
export function deployToken(user: string, token: string): Authentication {
  const describe = 'the deploy token';
  const secret = checkedSecret(token, describe);
  if (user === '' || /[:\p{Cc}]/u.test(user)) throw unusable(`the user name of ${describe}`);
  return {
    describe,
    kind: 'deploy',
    header: (route) => (route === 'pypi' ? basic(user, secret) : ['deploy-token', secret]),
  };
}

/**
 * A personal, project or group access token.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when it is empty or no token at all.
 */
export function personalToken(token: string): Authentication {
  const describe = 'the access token';
  const secret = checkedSecret(token, describe);
  return {
    describe,
    kind: 'access',
    // Any user name will do; without one GitLab does not read the password.
    header: (route) => (route === 'pypi' ? basic('__token__', secret) : ['private-token', secret]),
  };
}

/**
 * An OAuth access token, which every route takes.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when it is empty or no token at all.
 */
export function oauthToken(token: string): Authentication {
  const describe = 'the OAuth token';
  const secret = checkedSecret(token, describe);
  return {
    describe,
    kind: 'access',
    header: () => ['authorization', `Bearer ${secret}`],
  };
}

/**
 * A user name and password as other tools take them, from `.netrc`, `.pypirc` or `TWINE_PASSWORD`. GitLab's
 * passwords are tokens: which kind it is decides what each route is sent.
 *
 * @throws RegistryError with code `REGISTRY_UNAUTHORIZED` when one of the two cannot be used.
 */
export function userAndPassword(user: string, password: string): Authentication {
  if (user === 'gitlab-ci-token') return jobToken(password);
  if (user === 'oauth2' && !password.trim().startsWith('gl')) return oauthToken(password);
  if (user.startsWith('gitlab+deploy-token-') || password.trim().startsWith('gldt-')) {
    return deployToken(user, password);
  }
  return personalToken(password);
}

function basic(user: string, password: string): readonly [name: string, value: string] {
  return ['authorization', `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`];
}

/** A variable that was not expanded or a file read with its line end would only earn a 401. */
function checkedSecret(token: string, describe: string): string {
  const secret = token.trim();
  if (!/^[\x21-\x7e]+$/.test(secret)) throw unusable(describe);
  return secret;
}

function unusable(what: string): RegistryError {
  return new RegistryError(`${what} is empty or contains characters no token has`, {
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Set the variable the token comes from, and look whether it is protected or masked away.',
  });
}
