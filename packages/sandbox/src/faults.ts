/**
 * Faults on purpose: answers that a test puts in the place of a service's own, or spoils on the way.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http';

import { befall, watchAnswer } from './fault-effects.ts';
import type { FaultEffect } from './fault-effects.ts';
import type { Service } from './listen.ts';

/** The services a fault can be aimed at. */
export type ServiceName =
  'gitlab' | 'fulcio' | 'rekor' | 'rekorTiles' | 'timestamp' | 'tuf' | 'objectStorage';

/** Which requests a fault befalls; what is left out matches everything. */
export interface FaultTarget {
  readonly service?: ServiceName;
  /** Only at this origin, where a service has several. */
  readonly origin?: URL;
  readonly method?: string;
  /** Matched against path and query. */
  readonly path?: RegExp;
  /** How many requests are spared before it begins; none when left out. */
  readonly skip?: number;
  /** How often it happens before it is over; without end when left out. */
  readonly times?: number;
}

/** One fault: when, and what. */
export type Fault = FaultTarget & FaultEffect;

/** A fault that was added. Calling it takes the fault away. */
export interface AddedFault {
  (): void;
  /** How often it has happened. */
  count(): number;
}

/** The faults of a running sandbox. */
export interface Faults {
  /** Adds a fault, before those that are there already. */
  add(fault: Fault): AddedFault;
  /** Takes every fault away. */
  clear(): void;
}

interface PresentFault {
  readonly fault: Fault;
  spared: number;
  count: number;
}

/** The services whose last answers are kept, to be sent again: their answers are small. */
const remembered: ReadonlySet<ServiceName> = new Set([
  'fulcio',
  'rekor',
  'rekorTiles',
  'timestamp',
]);

/** Creates an empty list of faults, and what puts them before a service. */
export function createFaults(): {
  readonly faults: Faults;
  readonly before: (name: ServiceName, service: Service) => Service;
} {
  const present: PresentFault[] = [];
  const lastAnswers = new Map<string, Buffer>();
  return {
    faults: {
      add(fault) {
        const entry: PresentFault = { fault, spared: 0, count: 0 };
        present.unshift(entry);
        const remove = () => {
          const index = present.indexOf(entry);
          if (index >= 0) present.splice(index, 1);
        };
        return Object.assign(remove, { count: () => entry.count });
      },
      clear: () => present.splice(0),
    },
    before: (name, service) => (request, response) => {
      const route = `${request.headers.host} ${request.method} ${request.url}`;
      const entry = present.find((candidate) => happens(candidate, name, request));
      if (entry !== undefined) {
        entry.count += 1;
        const lastAnswer = lastAnswers.get(route);
        return befall(entry.fault, { service, request, response, lastAnswer });
      }
      if (remembered.has(name)) {
        watchAnswer(response, (body) => {
          if (response.statusCode < 300) lastAnswers.set(route, body);
        });
      }
      return service(request, response);
    },
  };
}

/** Whether a fault befalls a request; those that it spares are counted here. */
function happens(entry: PresentFault, name: ServiceName, request: IncomingMessage): boolean {
  const { skip = 0, times = Infinity } = entry.fault;
  if (entry.count >= times || !isHit(entry.fault, name, request)) return false;
  if (entry.spared >= skip) return true;
  entry.spared += 1;
  return false;
}

function isHit(
  { service, origin, method, path }: FaultTarget,
  name: ServiceName,
  request: IncomingMessage,
): boolean {
  return (
    (service === undefined || service === name) &&
    (origin === undefined || origin.host === request.headers.host) &&
    (method === undefined || method === request.method) &&
    (path === undefined ||
      new RegExp(path.source, path.flags.replace(/[gy]/g, '')).test(request.url ?? ''))
  );
}
