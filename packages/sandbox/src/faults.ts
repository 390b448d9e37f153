/**
 * Faults on purpose: answers that a test puts in the place of a service's own, or spoils on the way.
 *
 * @module
 */

import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

import { holdAnswer } from './held-answer.ts';
import type { Service } from './listen.ts';
import { serveSpoiled } from './spoiled-transfer.ts';
import type { Exchange, SpoiledTransfer } from './spoiled-transfer.ts';

/** The services a fault can be aimed at. */
export type ServiceName =
  'gitlab' | 'fulcio' | 'rekor' | 'rekorTiles' | 'timestamp' | 'objectStorage';

/** Which requests a fault befalls; what is left out matches everything. */
export interface FaultTarget {
  readonly service?: ServiceName;
  /** Only at this origin, where a service has several. */
  readonly origin?: URL;
  readonly method?: string;
  /** Matched against path and query. */
  readonly path?: RegExp;
  /** How many of these requests pass before it happens; none when left out. */
  readonly skip?: number;
  /** How often it happens before it is over; without end when left out. */
  readonly times?: number;
}

/** What happens: another answer, an answer by hand, or the service's own answer, spoiled. */
export type FaultEffect =
  | {
      readonly status: number;
      /** Sent as it is when text or bytes, as JSON otherwise. */
      readonly body?: unknown;
      readonly headers?: OutgoingHttpHeaders;
    }
  | { readonly answer: Service }
  | { readonly rewrite: (body: Buffer) => Buffer | string }
  | SpoiledTransfer;

/** One fault: when, and what. */
export type Fault = FaultTarget & FaultEffect;

/** The faults of a running sandbox. */
export interface Faults {
  /** Adds a fault, before those that are there already, and returns what takes it away again. */
  add(fault: Fault): () => void;
  /** Takes every fault away. */
  clear(): void;
}

/** Creates an empty list of faults, and what puts them before a service. */
export function createFaults(): {
  readonly faults: Faults;
  readonly before: (name: ServiceName, service: Service) => Service;
} {
  const present: { readonly fault: Fault; skip: number; left: number }[] = [];
  return {
    faults: {
      add(fault) {
        const entry = { fault, skip: fault.skip ?? 0, left: fault.times ?? Infinity };
        present.unshift(entry);
        return () => {
          const index = present.indexOf(entry);
          if (index >= 0) present.splice(index, 1);
        };
      },
      clear: () => present.splice(0),
    },
    before: (name, service) => (request, response) => {
      const entry = present.find((candidate) => {
        if (candidate.left === 0 || !isHit(candidate.fault, name, request)) return false;
        if (candidate.skip === 0) return true;
        candidate.skip -= 1;
        return false;
      });
      if (entry === undefined) return service(request, response);
      entry.left -= 1;
      return befall(entry.fault, service, { request, response });
    },
  };
}

function isHit(
  { service, origin, method, path }: FaultTarget,
  name: ServiceName,
  request: IncomingMessage,
) {
  return (
    (service === undefined || service === name) &&
    (origin === undefined || origin.host === request.headers.host) &&
    (method === undefined || method === request.method) &&
    (path === undefined ||
      new RegExp(path.source, path.flags.replace(/[gy]/g, '')).test(request.url ?? ''))
  );
}

function befall(
  fault: Fault,
  service: Service,
  { request, response }: Exchange,
): Promise<void> | void {
  if ('answer' in fault) return fault.answer(request, response);
  if ('rewrite' in fault) {
    holdAnswer(response, (whole) => {
      const rewritten = fault.rewrite(whole);
      response.setHeader('content-length', Buffer.byteLength(rewritten));
      response.end(rewritten);
    });
    return service(request, response);
  }
  if (!('status' in fault)) return serveSpoiled(fault, service, { request, response });
  const { status, body = '', headers } = fault;
  const plain = typeof body === 'string' || body instanceof Uint8Array;
  const type = plain ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(plain ? body : JSON.stringify(body));
  return undefined;
}
