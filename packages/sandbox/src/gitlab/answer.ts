/**
 * An answer as a value: a handler returns it, or throws it inside a {@link Refusal}.
 *
 * Nothing is sent before the handler is done, so a test can have an answer lost after the work.
 *
 * @module
 */

import type { OutgoingHttpHeaders } from 'node:http';

import type { StoredBytes } from './stored-bytes.ts';

/** Status, headers and one of the bodies; none of them means an empty one. */
export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly json?: unknown;
  readonly text?: string;
  readonly file?: StoredBytes;
}

/** Ends a request with an answer other than the one it asked for. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}

/** GitLab's usual shape of a refusal. */
export function refusal(status: number, message: string, headers?: OutgoingHttpHeaders): Refusal {
  return new Refusal({ status, json: { message }, ...(headers && { headers }) });
}

/** Parameters that do not fit their declaration, each with what is wrong about it. */
export function invalidParameters(complaints: readonly string[]): Refusal {
  return new Refusal({ status: 400, json: { error: complaints.join(', ') } });
}

/** Data the model or the limits do not take. */
export function badRequest(reason: string): Refusal {
  return refusal(400, `400 Bad request - ${reason}`);
}

/** Missing or wrong credentials. */
export function unauthorized(headers?: OutgoingHttpHeaders): Refusal {
  return refusal(401, '401 Unauthorized', headers);
}

/** Credentials of someone who may not. */
export function forbidden(reason?: string): Refusal {
  return refusal(403, reason === undefined ? '403 Forbidden' : `403 Forbidden - ${reason}`);
}

/** A missing project, package or file, or one that the caller may not know of. */
export function notFound(resource?: 'Project' | 'Package'): Refusal {
  return refusal(404, resource === undefined ? '404 Not Found' : `404 ${resource} Not Found`);
}

/** A missing database row; GitLab spells this one with a small f. */
export function recordNotFound(): Refusal {
  return refusal(404, '404 Not found');
}

/** A path or method that no route has. */
export function routeNotFound(): Refusal {
  return new Refusal({ status: 404, json: { error: '404 Not Found' } });
}
