/**
 * An answer that is held back until it is whole, so that something else can be sent of it.
 *
 * The service does its work first and does not notice: what a client then misses has happened.
 *
 * @module
 */

import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Keeps status, headers and body of an answer, and lets `deliver` send the body when it is whole. */
export function holdAnswer(
  response: ServerResponse,
  deliver: (body: Buffer) => Promise<void> | void,
): void {
  const chunks: Uint8Array[] = [];
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) chunks.push(chunk);
  };
  const held = {
    writeHead(status: number, ...rest: readonly unknown[]) {
      response.statusCode = status;
      const headers: unknown = rest.at(-1);
      if (isHeaders(headers)) {
        for (const [name, value = ''] of Object.entries(headers)) response.setHeader(name, value);
      }
      return response;
    },
    write(chunk: unknown) {
      keep(chunk);
      return true;
    },
    end(chunk?: unknown) {
      keep(chunk);
      // What is taken away uncovers the methods of the class again.
      for (const name of Object.keys(held)) Reflect.deleteProperty(response, name);
      const sent = deliver(Buffer.concat(chunks));
      if (sent !== undefined) sent.catch(() => response.destroy());
      return response;
    },
  };
  Object.assign(response, held);
}

function isHeaders(value: unknown): value is OutgoingHttpHeaders {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
