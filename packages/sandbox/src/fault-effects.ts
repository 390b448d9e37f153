/**
 * What a fault does to one answer: replaces it, spoils it, delays it, or loses it.
 *
 * @module
 */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

import type { Service } from './listen.ts';

/** Another answer, in the place of the service's own, which sees nothing of the request. */
export interface OtherAnswer {
  readonly status: number;
  /** Sent as it is when text or bytes, as JSON otherwise. */
  readonly body?: unknown;
  readonly headers?: OutgoingHttpHeaders;
}

/** What happens. */
export type FaultEffect =
  | OtherAnswer
  /** An answer by hand. */
  | { readonly answer: Service }
  /** The service acts, and its answer is sent with other bytes. */
  | { readonly rewrite: (body: Buffer) => Buffer | string }
  /** The service acts, and its last answer at this route to somebody else is sent. */
  | { readonly replay: true }
  /** The connection is reset: before the service sees the request, or after it acted. */
  | { readonly reset: 'before' | 'after' }
  /** The service acts at once; the answer is sent after so many milliseconds, or after a promise. */
  | { readonly delay: number | Promise<unknown> }
  /** The service acts, and the connection ends after so many bytes of the body. */
  | { readonly truncate: number }
  /** The service acts, and so many spaces follow its answer. */
  | { readonly pad: number };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** A request with the service that it is for, and what was last answered there. */
interface FaultyExchange extends Exchange {
  readonly service: Service;
  readonly lastAnswer: Buffer | undefined;
}

type SendBody = (body: Buffer) => Promise<void> | void;

const spaces = Buffer.alloc(64 * 1024, ' ');

/** Answers a request as a fault has it. */
export function befall(fault: FaultEffect, exchange: FaultyExchange): Promise<void> | void {
  const { service, request, response, lastAnswer } = exchange;
  if ('status' in fault) return sendOther(response, fault);
  if ('answer' in fault) return fault.answer(request, response);
  if ('reset' in fault && fault.reset === 'before') {
    request.socket.resetAndDestroy();
    return undefined;
  }
  if ('replay' in fault && lastAnswer === undefined) {
    throw new Error('there is no earlier answer to send again');
  }
  holdAnswer(response, sender(fault, exchange));
  return service(request, response);
}

/** Calls `keep` with the body of an answer when it is sent whole. */
export function watchAnswer(response: ServerResponse, keep: (body: Buffer) => void): void {
  holdAnswer(response, (body) => {
    keep(body);
    response.end(body);
  });
}

function sender(
  fault: Exclude<FaultEffect, OtherAnswer | { readonly answer: Service }>,
  { response, lastAnswer = Buffer.alloc(0) }: FaultyExchange,
): SendBody {
  if ('rewrite' in fault) return (body) => sendWhole(response, fault.rewrite(body));
  if ('replay' in fault) return () => sendWhole(response, lastAnswer);
  if ('reset' in fault) return () => void response.socket?.resetAndDestroy();
  if ('truncate' in fault) return (body) => sendPart(response, body, fault.truncate);
  if ('pad' in fault) return async (body) => sendPadded(response, body, fault.pad);
  const { delay } = fault;
  return async (body) => {
    // The timer does not keep a process alive that has nothing else to do.
    const over = typeof delay === 'number' ? setTimeout(delay, undefined, { ref: false }) : delay;
    await Promise.allSettled([over]);
    response.end(body);
  };
}

function sendOther(response: ServerResponse, { status, body = '', headers }: OtherAnswer): void {
  const plain = typeof body === 'string' || body instanceof Uint8Array;
  const type = plain ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(plain ? body : JSON.stringify(body));
}

function sendWhole(response: ServerResponse, body: Buffer | string): void {
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

function sendPart(response: ServerResponse, body: Buffer, length: number): void {
  response.setHeader('content-length', body.length);
  response.write(body.subarray(0, length), () => response.destroy());
}

async function sendPadded(response: ServerResponse, body: Buffer, padding: number): Promise<void> {
  response.removeHeader('content-length');
  async function* parts() {
    yield body;
    for (let left = padding; left > 0; left -= spaces.length) yield spaces.subarray(0, left);
  }
  // Whoever has had enough hangs up.
  await pipeline(parts, response).catch(() => response.destroy());
}

function isHeaders(value: unknown): value is OutgoingHttpHeaders {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Holds an answer back until it is whole, and leaves it to `send`; status and headers are set by then. */
function holdAnswer(response: ServerResponse, send: SendBody): void {
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
      void send(Buffer.concat(chunks));
      return response;
    },
  };
  Object.assign(response, held);
}
