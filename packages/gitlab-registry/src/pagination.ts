/**
 * Lists that come in pages.
 *
 * @module
 */

import type { z } from 'zod';
import { readJson } from './answer-json.ts';
import type { GitLabConnection } from './connection.ts';
import { isBelowApi } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { headerOf, type Answer } from './response-body.ts';
import { withRetries } from './retries.ts';
import { send } from './transport.ts';

const perPage = 100;
const mostPages = 1000;

/** Reads all pages of a list of the packages API. */
export async function listAll<T>(
  connection: GitLabConnection,
  page: z.ZodType<readonly T[]>,
  first: URL,
  action: string,
  signal: AbortSignal | undefined,
): Promise<readonly T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let url: URL | undefined = new URL(first);
  url.searchParams.set('per_page', String(perPage));
  while (url !== undefined) {
    const current: URL = url;
    if (seen.has(current.href) || seen.size >= mostPages) throw endless(action);
    seen.add(current.href);
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
      items.push(...(await readJson(answer, page, action, signal)));
      return nextPage(connection, current, answer, action);
    });
  }
  return items;
}

/** The page number comes first: a `Link` names GitLab's external host, which may not be ours. */
function nextPage(
  { apiUrl }: GitLabConnection,
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
