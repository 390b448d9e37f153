/**
 * A server on loopback that records every request, for what a mocked dispatcher does not show: bodies,
 * streams, redirects between origins.
 *
 * @module
 */

import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished } from 'vitest';

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface TestServer {
  readonly origin: string;
  readonly url: URL;
  readonly requests: RecordedRequest[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Starts a server that ends with the test. */
export async function serve(handler: Handler): Promise<TestServer> {
  const requests: RecordedRequest[] = [];
  const failures: unknown[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    requests.push({ method, path, headers });
    // An upload that its client gives up ends in ECONNRESET here, as it should.
    Promise.resolve(handler(request, response)).catch((error: unknown) => {
      response.destroy();
      if (!request.errored) failures.push(error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    expect(failures).toEqual([]);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return { origin, url: new URL(`${origin}/api/v4`), requests };
}

/** Reads what a client sent, to its end. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return buffer(request);
}

/** Answers in JSON. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
