/**
 * One service on its own origin of the loopback interface.
 *
 * Every service gets an origin of its own, because a token must never reach an origin that it was not
 * meant for, and only with separate origins can a test see that it did.
 *
 * @module
 */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { TooLargeError, sendJson } from './http-messages.ts';

/** Answers one request. */
export type Service = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A service that is being served. */
export interface Listener {
  /** Origin the service answers at. */
  readonly url: URL;
  /** Stops listening and cuts every open connection. */
  close(): Promise<void>;
}

/** Serves `service` on a free port of 127.0.0.1. */
export async function listen(service: Service): Promise<Listener> {
  const server = createServer((request, response) => void serve(service, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port to listen on');
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(service: Service, request: IncomingMessage, response: ServerResponse) {
  try {
    await service(request, response);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (error instanceof TooLargeError) {
      sendJson(response, 413, { message: error.message }, { connection: 'close' });
      return;
    }
    const message = error instanceof Error ? error.message : 'unknown error';
    sendJson(response, 500, { message: `the sandbox failed: ${message}` }, { connection: 'close' });
  }
}
