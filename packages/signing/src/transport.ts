/**
 * One request to a service of Sigstore.
 *
 * Redirects are not followed, so that a token stays with the service it was meant for. Answers are
 * read to a limit. Errors say what happened, and nothing of what was sent or received.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { retryAfter, withDefaults, type Patience } from './patience.ts';

/** How requests to any service are sent. */
export interface Connection {
  readonly dispatcher?: Dispatcher | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}

/** Where to send a request to, and what. */
export interface Exchange extends Connection {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly contentType?: string;
  readonly accept: string;
  /** A header with a secret; it goes to this address and nowhere else. */
  readonly authorization?: string;
  readonly body?: string | Uint8Array;
  /** Bytes an answer may have at most. */
  readonly limit?: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly location?: string;
  /** Milliseconds after which the service wants to be asked again. */
  readonly retryAfter?: number;
  readonly body: Buffer;
}

/**
 * What went wrong: nothing was sent (`unconnected`), the answer did not come (`interrupted`), asking
 * again cannot help (`unreachable`), or the answer is too long.
 */
export type TransportFailure = 'unconnected' | 'interrupted' | 'unreachable' | 'oversized';

/** Why there is no {@link Answer}. */
export class TransportError extends Error {
  readonly kind: TransportFailure;

  constructor(kind: TransportFailure, message: string) {
    super(message);
    this.name = 'TransportError';
    this.kind = kind;
  }
}

const unconnected: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
// A name that nobody has, or a certificate that nobody vouches for: so it will be the next time.
const lasting = /^(?:ENOTFOUND|CERT_|ERR_TLS_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|ERR_SSL_)/;
const defaultLimit = 4 * 1024 * 1024;
// For a dispatcher that would follow: the body of a request may hold a token.
const stayHere = { maxRedirections: 0 };

/** Appends a path to the address of a service. */
export function endpoint(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`;
  url.search = '';
  url.hash = '';
  return url;
}

/**
 * Sends a request and reads the whole answer.
 *
 * @throws TransportError if there is no answer or too long a one; the signal's reason if aborted.
 */
export async function exchange(call: Exchange): Promise<Answer> {
  const { signal, limit = defaultLimit } = call;
  signal?.throwIfAborted();
  // Loaded late: a bundle is verified without it.
  const { request } = await import('undici');
  const { answer, pause } = withDefaults(call.patience);
  const timeout = AbortSignal.timeout(answer);
  try {
    const { statusCode, headers, body } = await request(call.url, {
      method: call.method,
      headers: {
        accept: call.accept,
        ...(call.contentType !== undefined && { 'content-type': call.contentType }),
        ...(call.authorization !== undefined && { authorization: call.authorization }),
      },
      body: call.body ?? null,
      headersTimeout: answer,
      bodyTimeout: pause,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(call.dispatcher && { dispatcher: call.dispatcher }),
      ...stayHere,
    });
    const { location } = headers;
    const askedFor = waitOf(headers);
    return {
      status: statusCode,
      ...(typeof location === 'string' && { location }),
      ...(askedFor !== undefined && { retryAfter: askedFor }),
      body: await read(body, limit),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TransportError) throw error;
    throw failureOf(error, timeout.aborted ? answer : undefined);
  }
}

// By the service's own clock where it shows it, so that a wrong one here does not matter.
function waitOf(headers: Readonly<Record<string, unknown>>): number | undefined {
  const { date, 'retry-after': header } = headers;
  if (typeof header !== 'string') return undefined;
  const sentAt = new Date(typeof date === 'string' ? date : Date.now());
  return retryAfter(header.trim(), sentAt);
}

async function read(body: AsyncIterable<Buffer>, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw new TransportError('oversized', `more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

// The error itself is left behind: that of the HTTP parser carries what the server sent.
function failureOf(error: unknown, waited: number | undefined): TransportError {
  if (waited !== undefined) {
    return new TransportError('interrupted', `no answer within ${waited / 1000} s`);
  }
  const name = error instanceof Error ? codeOf(error) : '';
  if (!/^[A-Za-z_]+$/.test(name)) return new TransportError('interrupted', 'no answer');
  if (lasting.test(name)) return new TransportError('unreachable', name);
  return new TransportError(unconnected.has(name) ? 'unconnected' : 'interrupted', name);
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
