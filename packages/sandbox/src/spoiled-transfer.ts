/**
 * Faults of the way between client and service: connections that break, answers that come slowly, in
 * part, or not at all.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { holdAnswer } from './held-answer.ts';
import type { Service } from './listen.ts';

/** What happens on the way. */
export type SpoiledTransfer =
  /** The connection is cut after so many bytes of the body, of the request as it arrives or of the answer. */
  | { readonly resetAfter: number; readonly of: 'request' | 'answer' }
  /** The answer ends after so many bytes of its body, as if they were all of it. */
  | { readonly truncateAfter: number }
  /** The body of the answer comes in pieces of so many bytes, with a pause before each. */
  | { readonly slow: { readonly bytes: number; readonly milliseconds: number } }
  /** The connection is cut: before the service sees the request, or when its work is done. */
  | { readonly lose: 'request' | 'answer' }
  /** Waits before the service is asked, or with its answer ready and before any of it is sent. */
  | {
      readonly hold: (request: IncomingMessage) => Promise<void> | void;
      readonly at: 'request' | 'answer';
    };

/** One request and the answer to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Has the service answer, over a connection that does what `transfer` says. */
export async function serveSpoiled(
  transfer: SpoiledTransfer,
  service: Service,
  { request, response }: Exchange,
): Promise<void> {
  if ('lose' in transfer && transfer.lose === 'request') {
    request.socket.resetAndDestroy();
    return;
  }
  if ('hold' in transfer && transfer.at === 'request') {
    await transfer.hold(request);
  } else if ('resetAfter' in transfer && transfer.of === 'request') {
    cutWhileReceiving(request, transfer.resetAfter);
  } else {
    holdAnswer(response, async (body) => sendSpoiled(transfer, body, { request, response }));
  }
  await service(request, response);
}

async function sendSpoiled(
  transfer: SpoiledTransfer,
  body: Buffer,
  { request, response }: Exchange,
): Promise<void> {
  if ('lose' in transfer) {
    response.destroy();
    return;
  }
  if ('resetAfter' in transfer) {
    cutWhileSending(response, body, transfer.resetAfter);
    return;
  }
  if ('slow' in transfer) {
    await sendSlowly(response, body, transfer.slow);
    return;
  }
  if ('hold' in transfer) await transfer.hold(request);
  const sent = 'truncateAfter' in transfer ? body.subarray(0, transfer.truncateAfter) : body;
  announce(response, sent);
  response.end(sent);
}

/** Counts at the parser: a listener for data would take bytes away from a service that is not ready. */
function cutWhileReceiving(request: IncomingMessage, limit: number): void {
  let received = 0;
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding) => {
    received += chunk instanceof Uint8Array ? chunk.length : 0;
    if (received < limit) return push(chunk, encoding);
    request.socket.resetAndDestroy();
    return false;
  };
}

function cutWhileSending(response: ServerResponse, body: Buffer, limit: number): void {
  announce(response, body);
  response.flushHeaders();
  response.write(body.subarray(0, limit), () => response.socket?.resetAndDestroy());
}

async function sendSlowly(
  response: ServerResponse,
  body: Buffer,
  { bytes, milliseconds }: { readonly bytes: number; readonly milliseconds: number },
): Promise<void> {
  announce(response, body);
  response.flushHeaders();
  for (let start = 0; start < body.length && !response.destroyed; start += bytes) {
    await pause(milliseconds, undefined, { ref: false });
    response.write(body.subarray(start, start + bytes));
  }
  response.end();
}

/** A HEAD announces a body that it does not have. */
function announce(response: ServerResponse, body: Buffer): void {
  if (response.req.method !== 'HEAD') response.setHeader('content-length', body.length);
}
