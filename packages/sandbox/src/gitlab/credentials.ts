/**
 * Who a request comes from.
 *
 * Each kind of route takes its own credentials, and one it does not take counts as absent. A wrong
 * token is refused, with one exception that hides mistakes on public projects: Basic with any user
 * name but `gitlab-ci-token` falls back to anonymous.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http';

import { Refusal, unauthorized } from './answer.ts';

/** Roles of GitLab, from no membership up. */
export type Role = 'none' | 'guest' | 'reporter' | 'developer' | 'maintainer' | 'owner' | 'admin';

/** A token, and what it opens. */
export interface Credential {
  readonly kind: 'job' | 'personal' | 'deploy';
  readonly token: string;
  /** User name that belongs to a deploy token. */
  readonly user?: string;
  /** Role in the project of the user behind the token; `none` also stands for another project's job. */
  readonly role: Role;
  /** `api` and `read_api` of a personal token, `…_package_registry` of a deploy token. */
  readonly scopes: readonly string[];
  /** A job token expires with its job. */
  readonly state?: 'active' | 'expired' | 'revoked';
}

/** The kinds of routes that differ in the credentials they take; `api` is every other route. */
export type RouteKind = 'pypi' | 'generic upload' | 'generic download' | 'packages' | 'api';

const jobUser = 'gitlab-ci-token';

/**
 * Finds the credential a request shows, or none for an anonymous one.
 *
 * @throws Refusal with 401 or 403.
 */
export function authenticate(
  request: IncomingMessage,
  query: URLSearchParams,
  route: RouteKind,
  credentials: readonly Credential[],
): Credential | undefined {
  const shown = shownCredential(request, query, route);
  if (shown === undefined) return undefined;
  const found = credentials.find((credential) => shown.fits(credential));
  if (found === undefined) {
    if (shown.orAnonymous) return undefined;
    throw unauthorized(realm(route));
  }
  assertActive(found, route);
  assertScope(found, request);
  return found;
}

/** The challenge that package routes send with a 401. */
export function realm(route: RouteKind): Record<string, string> {
  if (route === 'packages' || route === 'api') return {};
  return { 'www-authenticate': 'Basic realm="GitLab Packages Registry"' };
}

interface Shown {
  readonly orAnonymous: boolean;
  fits(credential: Credential): boolean;
}

function shownCredential(
  { headers }: IncomingMessage,
  query: URLSearchParams,
  route: RouteKind,
): Shown | undefined {
  const isPackageRoute = route !== 'packages' && route !== 'api';
  const deploy = isPackageRoute ? single(headers['deploy-token']) : undefined;
  if (deploy !== undefined) return exactly(deploy, 'deploy');
  const personal = single(headers['private-token']) ?? query.get('private_token');
  if (personal !== null && personal !== undefined) return exactly(personal, 'personal');
  const job = single(headers['job-token']) ?? query.get('job_token');
  if (job !== null && job !== undefined && route !== 'pypi' && route !== 'api') {
    return exactly(job, 'job');
  }
  const [scheme, value] = headers.authorization?.split(/ +(.*)/su, 2) ?? [];
  if (value === undefined) return undefined;
  if (/^bearer$/iu.test(scheme ?? '')) {
    return route === 'api' ? exactly(value, 'personal') : exactly(value, 'job', 'personal');
  }
  if (!/^basic$/iu.test(scheme ?? '') || !isPackageRoute) return undefined;
  return basic(value, route);
}

function basic(value: string, route: RouteKind): Shown | undefined {
  const [user, password] = Buffer.from(value, 'base64').toString().split(/:(.*)/su, 2);
  if (user === undefined || user === '' || password === undefined || password === '') {
    return undefined;
  }
  if (user === jobUser && route !== 'generic upload') return exactly(password, 'job');
  return {
    orAnonymous: true,
    fits: ({ kind, token, user: deployUser }) =>
      token === password && (kind === 'personal' || (kind === 'deploy' && deployUser === user)),
  };
}

function exactly(value: string, ...kinds: readonly Credential['kind'][]): Shown {
  return {
    orAnonymous: false,
    fits: ({ kind, token }) => kinds.includes(kind) && token === value,
  };
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function assertActive({ kind, state = 'active' }: Credential, route: RouteKind): void {
  if (state === 'active') return;
  if (kind !== 'personal') throw unauthorized(realm(route));
  const description =
    state === 'expired'
      ? 'Token is expired. You can either do re-authorization or token refresh.'
      : 'Token was revoked. You have to re-authorize from the user.';
  throw new Refusal({
    status: 401,
    headers: {
      'www-authenticate': `Bearer realm="Protected by OAuth 2.0", error="invalid_token", error_description="${description}"`,
    },
    json: { error: 'invalid_token', error_description: description },
  });
}

function assertScope({ kind, scopes }: Credential, { method }: IncomingMessage): void {
  if (kind !== 'personal' || scopes.includes('api')) return;
  const reads = method === 'GET' || method === 'HEAD';
  if (reads && scopes.includes('read_api')) return;
  throw new Refusal({
    status: 403,
    json: {
      error: 'insufficient_scope',
      error_description:
        'The request requires higher privileges than provided by the access token.',
      scope: reads ? 'api read_api' : 'api',
    },
  });
}
