/**
 * Reading requests to Rekor, and refusing them in Rekor's words.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http';

import { readBody } from '../http-messages.ts';
import { EntryError } from './logged-entry.ts';

const largestRequest = 4 * 1024 * 1024;

/** A request that Rekor refuses, in the shape it refuses in. */
export class Refusal extends Error {
  readonly status: number;
  /** In the answer: the status again, or the number of a rule of Rekor's schema. */
  readonly code: number;

  constructor(status: number, message: string, code: number = status) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Reads a body of JSON.
 *
 * @throws Refusal with status 400 when it is none.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = (await readBody(request, largestRequest)).toString();
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Refusal(400, 'parsing body failed, because it is not JSON');
  }
}

/**
 * Reads a whole number of the query.
 *
 * @throws Refusal with status 422 when it is missing without a default, no number, or too small.
 */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  { least, absent }: { readonly least: number; readonly absent?: number },
): number {
  const text = query.get(name);
  if (text === null && absent !== undefined) return absent;
  if (text === null) throw new Refusal(422, `${name} in query is required`, 602);
  if (!/^-?\d{1,15}$/.test(text)) {
    throw new Refusal(422, `${name} in query must be of type int64: "${text}"`, 601);
  }
  if (Number(text) >= least) return Number(text);
  throw new Refusal(422, `${name} in query should be greater than or equal to ${least}`, 607);
}

/**
 * Reads an entry, or a key of one.
 *
 * @throws Refusal with status 400 when the log does not take it.
 */
export function acceptable<T>(read: () => T, prefix = ''): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof EntryError) throw new Refusal(400, `${prefix}${error.message}`);
    throw error;
  }
}
