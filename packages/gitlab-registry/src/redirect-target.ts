/**
 * Where a redirect leads, if it may be followed at all.
 *
 * @module
 */

import type { ApiConnection } from './connection.ts';
import { isBelowApi } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { headerOf, type Answer } from './response-body.ts';

/** Which redirects a call may follow. */
export interface RedirectRule {
  /** `none` for what changes something, `api` for what only the API can answer, `any` for bytes. */
  readonly follow: 'none' | 'api' | 'any';
  /** The error for a redirect off GitLab's origin, where it has a meaning of its own. */
  readonly offOrigin?: (target: URL) => RegistryError;
}

interface RedirectedCall {
  readonly action: string;
  readonly redirects: RedirectRule;
}

/** The next address of a redirected call; throws unless the call's rule allows it. */
export function redirectTarget(
  { apiUrl }: Pick<ApiConnection, 'apiUrl'>,
  { action, redirects }: RedirectedCall,
  answer: Answer,
): URL {
  const target = locationOf(answer);
  if (target === undefined) throw refused(action, 'to something that is no address');
  if (redirects.follow === 'any') {
    assertNoDowngrade(action, answer.url, target);
    return target;
  }
  if (target.origin !== apiUrl.origin && redirects.offOrigin) throw redirects.offOrigin(target);
  if (redirects.follow === 'api' && isBelowApi(apiUrl, target)) return target;
  throw refused(action, `to \`${target.origin}\``);
}

/** Throws when bytes that were to come by https would come by http from another machine. */
export function assertNoDowngrade(action: string, from: URL, to: URL): void {
  if (to.protocol === 'https:') return;
  if (to.protocol !== 'http:') throw refused(action, `to a \`${to.protocol}\` address`);
  if (from.protocol === 'https:' && !isLoopback(to)) {
    throw refused(action, `from https to http at \`${to.host}\``);
  }
}

function locationOf(answer: Answer): URL | undefined {
  const target = URL.parse(headerOf(answer, 'location') ?? '', answer.url.href);
  if (target === null) return undefined;
  // User names in an address are nobody's credentials here.
  target.username = '';
  target.password = '';
  return target;
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

function refused(action: string, where: string): RegistryError {
  return new RegistryError(`cannot ${action}: redirected ${where}`, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'Use the address that GitLab itself gives as API URL, and a project by its present path.',
  });
}
