/**
 * The origins of a sandbox: opened first, so that every service can be told where the others are.
 *
 * @module
 */

import type { ServiceName } from './faults.ts';
import { sendJson } from './http-messages.ts';
import { listen } from './listen.ts';
import type { Listener, Service } from './listen.ts';

/** An open origin, which answers 503 until it is given a service. */
export interface Origin {
  readonly url: URL;
  serve(service: Service): void;
}

/** All origins of a sandbox. */
export interface Origins {
  /** Opens an origin on a free port. */
  open(name: ServiceName): Promise<Origin>;
  close(): Promise<void>;
}

const starting: Service = (_, response) =>
  sendJson(response, 503, { message: 'the sandbox is starting' });

/** Prepares to open origins; `before` may answer in a service's place. */
export function createOrigins(before: (name: ServiceName, service: Service) => Service): Origins {
  const opened: Promise<Listener>[] = [];
  return {
    async open(name) {
      let service = starting;
      const opening = listen(before(name, (request, response) => service(request, response)));
      opened.push(opening);
      const { url } = await opening;
      return {
        url,
        serve(given) {
          service = given;
        },
      };
    },
    async close() {
      const listeners = await Promise.allSettled(opened);
      await Promise.all(
        listeners.map(async (listener) => {
          if (listener.status === 'fulfilled') await listener.value.close();
        }),
      );
    },
  };
}
