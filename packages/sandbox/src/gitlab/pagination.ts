/**
 * Offset pagination, with the headers GitLab sends.
 *
 * @module
 */

import type { OutgoingHttpHeaders } from 'node:http';

import { invalidParameters } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Instance } from './instance.ts';
import type { Call } from './routing.ts';

const defaultPageSize = 20;
const largestPageSize = 100;

/** Answers with one page of the records, each shown by `present`. */
export function paginate<Record>(
  instance: Instance,
  call: Call,
  records: readonly Record[],
  present: (record: Record) => unknown,
): Answer {
  const page = Math.max(1, integer(call, 'page', 1));
  const perPage = Math.min(largestPageSize, integer(call, 'per_page', defaultPageSize));
  if (perPage < 1) throw invalidParameters(['per_page has a value not allowed']);
  const shown = records.slice((page - 1) * perPage, page * perPage);
  return {
    status: 200,
    headers: headers(instance, call, { page, perPage, total: records.length }),
    json: shown.map(present),
  };
}

interface Position {
  readonly page: number;
  readonly perPage: number;
  readonly total: number;
}

function headers(
  { settings, apiUrl }: Instance,
  call: Call,
  { page, perPage, total }: Position,
): OutgoingHttpHeaders {
  const last = Math.max(1, Math.ceil(total / perPage));
  const isCounted = total <= settings.totalsLimit;
  const links: Readonly<Record<string, number | undefined>> = {
    prev: page > 1 ? page - 1 : undefined,
    next: page < last ? page + 1 : undefined,
    first: 1,
    last: isCounted ? last : undefined,
  };
  return {
    'x-page': page,
    'x-per-page': perPage,
    'x-next-page': links['next'] ?? '',
    'x-prev-page': links['prev'] ?? '',
    ...(isCounted && { 'x-total': total, 'x-total-pages': last }),
    link: Object.entries(links)
      .filter(([, target]) => target !== undefined)
      .map(([rel, target]) => `<${pageUrl(apiUrl(), call, target, perPage)}>; rel="${rel}"`)
      .join(', '),
  };
}

function pageUrl(apiUrl: string, call: Call, page: number | undefined, perPage: number): string {
  const query = new URLSearchParams(call.query);
  for (const secret of ['private_token', 'job_token']) query.delete(secret);
  query.set('page', String(page));
  query.set('per_page', String(perPage));
  return `${apiUrl}${call.path.replace(/\?.*/su, '')}?${query.toString()}`;
}

function integer({ query }: Call, name: string, otherwise: number): number {
  const value = query.get(name);
  if (value === null || value === '') return otherwise;
  if (!/^-?\d+$/u.test(value)) throw invalidParameters([`${name} is invalid`]);
  return Number(value);
}
