/**
 * Addresses below the API of a project or a group.
 *
 * Each segment is encoded on its own. A `.` or `..` cannot be encoded: every URL parser, ours and
 * GitLab's, would take it for a step up, and the request would go to another route.
 *
 * @module
 */

import type { GitLabConnection, GitLabGroupConnection } from './connection.ts';
import { RegistryError } from './errors.ts';

/** The address of a route below `/projects/:id`. */
export function projectUrl(
  { apiUrl, project }: GitLabConnection,
  segments: readonly string[],
  query: Readonly<Record<string, string>> = {},
): URL {
  const url = urlBelow(apiUrl, ['projects', project, ...segments]);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** The address of a route below `/groups/:id/-`. */
export function groupUrl(
  { apiUrl, group }: GitLabGroupConnection,
  segments: readonly string[],
): URL {
  return urlBelow(apiUrl, ['groups', group, '-', ...segments]);
}

/** Whether an address is one of this API, rather than a web page of the same server. */
export function isBelowApi(apiUrl: URL, url: URL): boolean {
  return url.origin === apiUrl.origin && url.pathname.startsWith(`${apiPath(apiUrl)}/`);
}

function urlBelow(apiUrl: URL, segments: readonly string[]): URL {
  const url = new URL(apiPath(apiUrl), apiUrl.origin);
  url.pathname = `${url.pathname}/${segments.map(encodedSegment).join('/')}`;
  return url;
}

function apiPath({ protocol, pathname }: URL): string {
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new TypeError(`the API URL must be http or https, not \`${protocol}\``);
  }
  return pathname.replace(/\/+$/, '');
}

function encodedSegment(segment: string): string {
  if (segment !== '' && segment !== '.' && segment !== '..') return encodeURIComponent(segment);
  throw new RegistryError(`\`${segment}\` cannot be a part of a registry's address`, {
    code: 'REGISTRY_REFUSED',
    hint: 'Give the project, package, version and file their full names.',
  });
}
