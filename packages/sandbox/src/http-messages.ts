/**
 * Reading requests and writing answers, as every service here does it.
 *
 * @module
 */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** A request body is longer than the service takes. */
export class TooLargeError extends Error {}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers?: OutgoingHttpHeaders,
): void {
  send(response, status, Buffer.from(`${JSON.stringify(body)}\n`), {
    'content-type': 'application/json',
    ...headers,
  });
}

/** Answers with text. */
export function sendText(
  response: ServerResponse,
  status: number,
  body: string,
  headers?: OutgoingHttpHeaders,
): void {
  send(response, status, Buffer.from(body), {
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
}

/** Answers with bytes. */
export function sendBytes(
  response: ServerResponse,
  status: number,
  body: Uint8Array,
  headers?: OutgoingHttpHeaders,
): void {
  send(response, status, body, { 'content-type': 'application/octet-stream', ...headers });
}

/**
 * Reads a whole request body.
 *
 * @throws TooLargeError when it is longer than `limit` bytes.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new TooLargeError(`the body is longer than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  status: number,
  body: Uint8Array,
  headers: OutgoingHttpHeaders,
): void {
  response.writeHead(status, { 'content-length': body.byteLength, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
