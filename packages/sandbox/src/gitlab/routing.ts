/**
 * From the request line to the route: segments are split first and decoded one by one, because
 * `group%2Fproject` is one segment.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http';

import { Refusal, routeNotFound } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Credential, RouteKind } from './credentials.ts';

/** One request as a handler sees it. */
export interface Call {
  readonly request: IncomingMessage;
  /** Path and query below `/api/v4`, as they were sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly route: RouteKind;
  /** A decoded part of the path; of a wildcard, its segments joined with `/`. */
  param(name: string): string;
  /** The decoded segments of a wildcard; one of them can hold a `/` that was sent as `%2F`. */
  segments(name: string): readonly string[];
  /** Who calls; decided when asked for, since some routes find the project missing first. */
  actor(): Credential | undefined;
}

/** One route of the API. */
export interface Route {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Path below `/api/v4`; `:name` is one segment and `*name`, at the end, one or more. */
  readonly pattern: string;
  readonly kind: RouteKind;
  /** GitLab labels the refusals of its text routes `text/plain`, though they are JSON. */
  readonly format?: 'text';
  handle(call: Call): Answer | Promise<Answer>;
}

/** Segments of a path by the name that a pattern gives them. */
type PathParams = ReadonlyMap<string, readonly string[]>;

/** A route, and the parts of the path it names. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: PathParams;
}

/**
 * Finds the route of a path below `/api/v4`.
 *
 * @throws Refusal with 400, 404 or 405.
 */
export function matchRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const segments = decodedSegments(path);
  const wanted = method === 'HEAD' ? 'GET' : method;
  const candidates = routes.flatMap((route) => {
    const params = matchPattern(route.pattern, segments);
    return params === undefined ? [] : [{ route, params }];
  });
  const match = candidates.find(({ route }) => route.method === wanted);
  if (match !== undefined) return match;
  if (candidates.length === 0) throw routeNotFound();
  throw new Refusal({
    status: 405,
    headers: { allow: candidates.map(({ route }) => route.method).join(', ') },
    json: { error: '405 Not Allowed' },
  });
}

function decodedSegments(path: string): readonly string[] {
  const segments = path.replace(/\/$/u, '').split('/').slice(1);
  try {
    return segments.map((segment) => decodeURIComponent(segment));
  } catch {
    throw new Refusal({ status: 400, json: { error: '400 Bad Request' } });
  }
}

function matchPattern(pattern: string, segments: readonly string[]): PathParams | undefined {
  const params = new Map<string, readonly string[]>();
  const parts = pattern.split('/').slice(1);
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined || segment === '') return undefined;
    if (part.startsWith('*')) {
      params.set(part.slice(1), segments.slice(index));
      return params;
    }
    if (part.startsWith(':')) params.set(part.slice(1), [segment]);
    else if (part !== segment) return undefined;
  }
  return parts.length === segments.length ? params : undefined;
}
