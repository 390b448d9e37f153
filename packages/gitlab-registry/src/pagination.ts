/**
 * Lists that come in pages.
 *
 * @module
 */

import type { z } from 'zod';
import { readJson } from './answer-json.ts';
import type { ApiConnection, CallOptions } from './connection.ts';
import { isBelowApi } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { namingRequest } from './request-id.ts';
import { headerOf, type Answer } from './response-body.ts';
import { withRetries } from './retries.ts';
import { send } from './transport.ts';

const perPage = 100;
const mostPages = 1000;

/** Reads all pages of a list of the packages API. */
export async function listAll<T>(
  connection: ApiConnection,
  page: z.ZodType<readonly T[]>,
  first: URL,
  action: string,
  { signal, onProgress }: CallOptions = {},
): Promise<readonly T[]> {
  const items: T[] = [];
  let earlier = 0;
  const seen = new Set<string>();
  let url: URL | undefined = new URL(first);
  url.searchParams.set('per_page', String(perPage));
  while (url !== undefined) {
    const current: URL = url;
    if (seen.has(current.href) || seen.size >= mostPages) throw endless(action);
    seen.add(current.href);
    let passed = 0;
    const report = (bytes: number): void => {
      passed = bytes;
      onProgress?.(earlier + bytes);
    };
    url = await withRetries(connection.retries, signal, async () => {
      const answer = await send(connection, {
        action,
        method: 'GET',
        route: 'packages',
        url: current,
        headers: { accept: 'application/json' },
        signal,
        redirects: { follow: 'api' },
      });
      return namingRequest(connection, answer, async () => {
        const options = { onProgress: report, ...(signal && { signal }) };
        const records = await readJson(answer, page, action, options);
        const next = nextPage(connection, current, answer, action);
        items.push(...records);
        return next;
      });
    });
    earlier += passed;
  }
  return items;
}

/** The page number comes first: a `Link` names GitLab's external host, which may not be ours. */
function nextPage(
  { apiUrl }: Pick<ApiConnection, 'apiUrl'>,
  current: URL,
  answer: Answer,
  action: string,
): URL | undefined {
  const number = headerOf(answer, 'x-next-page')?.trim();
  if (number !== undefined && /^\d+$/.test(number)) {
    const next = new URL(current);
    next.searchParams.set('page', number);
    return next;
  }
  const link = /<([^>]*)>\s*;[^,]*\brel="?next\b/i.exec(headerOf(answer, 'link') ?? '')?.[1];
  if (number === '' || link === undefined) return undefined;
  const next = URL.parse(link, current.href);
  if (next !== null && isBelowApi(apiUrl, next)) return next;
  throw new RegistryError(`cannot ${action}: the next page is not on \`${apiUrl.origin}\``, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: "Use GitLab's external address as API URL.",
  });
}

function endless(action: string): RegistryError {
  return new RegistryError(`cannot ${action}: the list does not end`, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'Narrow the list down by name, version and type.',
  });
}
