/**
 * Faults on purpose: answers that a test puts in the place of a service's own, or spoils on the way.
 *
 * @module
 */

import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

import type { Service } from './listen.ts';

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
  /** How often it happens before it is over; without end when left out. */
  readonly times?: number;
}

/** What happens: another answer, an answer by hand, or the service's own answer with other bytes. */
export type FaultEffect =
  | {
      readonly status: number;
      /** Sent as it is when text or bytes, as JSON otherwise. */
      readonly body?: unknown;
      readonly headers?: OutgoingHttpHeaders;
    }
  | { readonly answer: Service }
  | { readonly rewrite: (body: Buffer) => Buffer | string };

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
  const present: { readonly fault: Fault; left: number }[] = [];
  return {
    faults: {
      add(fault) {
        const entry = { fault, left: fault.times ?? Infinity };
        present.unshift(entry);
        return () => {
          const index = present.indexOf(entry);
          if (index >= 0) present.splice(index, 1);
        };
      },
      clear: () => present.splice(0),
    },
    before: (name, service) => (request, response) => {
      const entry = present.find(({ fault, left }) => left > 0 && isHit(fault, name, request));
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
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> | void {
  if ('answer' in fault) return fault.answer(request, response);
  if ('rewrite' in fault) {
    rewriteAnswer(response, fault.rewrite);
    return service(request, response);
  }
  const { status, body = '', headers } = fault;
  const plain = typeof body === 'string' || body instanceof Uint8Array;
  const type = plain ? 'text/plain; charset=utf-8' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(plain ? body : JSON.stringify(body));
  return undefined;
}

function isHeaders(value: unknown): value is OutgoingHttpHeaders {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Holds an answer back until it is whole, and sends what `rewrite` makes of it. */
function rewriteAnswer(response: ServerResponse, rewrite: (body: Buffer) => Buffer | string): void {
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
      const body = rewrite(Buffer.concat(chunks));
      response.setHeader('content-length', Buffer.byteLength(body));
      return response.end(body);
    },
  };
  Object.assign(response, held);
}
