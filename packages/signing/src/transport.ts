/**
 * One request to a service of Sigstore.
 *
 * Redirects are not followed, so that a token stays with the service it was meant for. Answers are
 * read to a limit. Errors say what happened, and nothing of what was sent or received.
 *
 * @module
 */

import type { Dispatcher } from 'undici';

/** Where to send a request to, and what. */
export interface Exchange {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly contentType?: string;
  readonly accept: string;
  readonly body?: string | Uint8Array;
  readonly dispatcher?: Dispatcher | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Bytes an answer may have at most. */
  readonly limit?: number;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly location?: string;
  readonly body: Buffer;
}

/** Why there is no {@link Answer}. */
export class TransportError extends Error {
  readonly kind: 'unreachable' | 'oversized';

  constructor(kind: 'unreachable' | 'oversized', message: string) {
    super(message);
    this.name = 'TransportError';
    this.kind = kind;
  }
}

const patience = 30_000;
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
  const timeout = AbortSignal.timeout(patience);
  try {
    const { statusCode, headers, body } = await request(call.url, {
      method: call.method,
      headers: {
        accept: call.accept,
        ...(call.contentType !== undefined && { 'content-type': call.contentType }),
      },
      body: call.body ?? null,
      headersTimeout: patience,
      bodyTimeout: patience,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      ...(call.dispatcher && { dispatcher: call.dispatcher }),
      ...stayHere,
    });
    const { location } = headers;
    return {
      status: statusCode,
      ...(typeof location === 'string' && { location }),
      body: await read(body, limit),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TransportError) throw error;
    throw new TransportError('unreachable', reasonOf(error, timeout));
  }
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
function reasonOf(error: unknown, timeout: AbortSignal): string {
  if (timeout.aborted) return `no answer within ${patience / 1000} s`;
  if (!(error instanceof Error)) return 'no answer';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return /^[A-Za-z_]+$/.test(code) ? code : 'no answer';
}
