/**
 * What a fault does to one answer: replaces it, spoils it, delays it, or loses it.
 *
 * @module
 */

import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { holdAnswer } from './held-answer.ts';
import type { Service } from './listen.ts';
import { serveSpoiled } from './spoiled-transfer.ts';
import type { Exchange, SpoiledTransfer } from './spoiled-transfer.ts';

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
  /** The service acts, and so many spaces follow its answer. */
  | { readonly pad: number }
  /** The connection breaks, or the answer comes slowly, in part, or not at all. */
  | SpoiledTransfer;

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
  if ('replay' in fault && lastAnswer === undefined) {
    throw new Error('there is no earlier answer to send again');
  }
  if (isSpoiledTransfer(fault)) return serveSpoiled(fault, service, { request, response });
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

const transfers = ['resetAfter', 'truncateAfter', 'slow', 'lose', 'hold'];

function isSpoiledTransfer(fault: FaultEffect): fault is SpoiledTransfer {
  return transfers.some((name) => name in fault);
}

function sender(
  fault: Exclude<FaultEffect, OtherAnswer | { readonly answer: Service } | SpoiledTransfer>,
  { response, lastAnswer = Buffer.alloc(0) }: FaultyExchange,
): SendBody {
  if ('rewrite' in fault) return (body) => sendWhole(response, fault.rewrite(body));
  if ('replay' in fault) return () => sendWhole(response, lastAnswer);
  return async (body) => sendPadded(response, body, fault.pad);
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

async function sendPadded(response: ServerResponse, body: Buffer, padding: number): Promise<void> {
  response.removeHeader('content-length');
  async function* parts() {
    yield body;
    for (let left = padding; left > 0; left -= spaces.length) yield spaces.subarray(0, left);
  }
  // Whoever has had enough hangs up.
  await pipeline(parts, response).catch(() => response.destroy());
}
