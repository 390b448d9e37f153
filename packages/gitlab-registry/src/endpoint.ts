/**
 * Addresses below a project's API.
 *
 * Each segment is encoded on its own. A `.` or `..` cannot be encoded: every URL parser, ours and
 * GitLab's, would take it for a step up, and the request would go to another route.
 *
 * @module
 */

import type { GitLabConnection } from './connection.ts';
import { RegistryError } from './errors.ts';

/** The address of a route below `/projects/:id`. */
export function projectUrl(
  { apiUrl, project }: GitLabConnection,
  segments: readonly string[],
  query: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL(apiPath(apiUrl), apiUrl.origin);
  const path = ['projects', project, ...segments].map(encodedSegment).join('/');
  url.pathname = `${url.pathname}/${path}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

/** Whether an address is one of this API, rather than a web page of the same server. */
export function isBelowApi(apiUrl: URL, url: URL): boolean {
  return url.origin === apiUrl.origin && url.pathname.startsWith(`${apiPath(apiUrl)}/`);
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
