/**
 * The files of a TUF repository over HTTP.
 *
 * @module
 */

import { sendBytes, sendText } from '../http-messages.ts';
import type { Service } from '../listen.ts';
import type { TufRepository } from './tuf-repository.ts';

/** Creates the service. */
export function createTufService(repository: Pick<TufRepository, 'read'>): Service {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = repository.read(decodeURIComponent(pathname.slice(1)));
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendText(response, 405, 'Method Not Allowed');
    }
    if (file === undefined) return sendText(response, 404, 'Not Found');
    return sendBytes(response, 200, file, { 'content-type': 'application/json' });
  };
}
