/**
 * The origins of a sandbox: opened first, so that every service can be told where the others are.
 *
 * @module
 */

import type { ServiceName } from './faults.ts';
import { sendJson } from './http-messages.ts';
import { listen } from './listen.ts';
import type { Service } from './listen.ts';

/** One value for every service. */
type PerService<T> = Readonly<Record<ServiceName, T>>;

/** Open origins, which answer 503 until they are given their services. */
export interface Origins {
  readonly urls: PerService<URL>;
  serve(services: PerService<Service>): void;
  close(): Promise<void>;
}

/** Opens an origin for every service, each on a free port; `before` may answer in a service's place. */
export async function openOrigins(
  before: (name: ServiceName, service: Service) => Service,
): Promise<Origins> {
  let services: PerService<Service> | undefined;
  const open = async (name: ServiceName) =>
    listen(
      before(name, (request, response) => {
        const service = services?.[name];
        if (service !== undefined) return service(request, response);
        return sendJson(response, 503, { message: 'the sandbox is starting' });
      }),
    );
  const [gitlab, fulcio, rekor, timestamp, objectStorage] = await Promise.all([
    open('gitlab'),
    open('fulcio'),
    open('rekor'),
    open('timestamp'),
    open('objectStorage'),
  ]);
  return {
    urls: {
      gitlab: gitlab.url,
      fulcio: fulcio.url,
      rekor: rekor.url,
      timestamp: timestamp.url,
      objectStorage: objectStorage.url,
    },
    serve(given) {
      services = given;
    },
    async close() {
      await Promise.all(
        [gitlab, fulcio, rekor, timestamp, objectStorage].map(async (origin) => origin.close()),
      );
    },
  };
}
