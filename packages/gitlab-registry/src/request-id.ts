/**
 * The id that GitLab gives every request, in the errors about it.
 *
 * Whoever runs the instance finds the request by it, which is often the only way to a reason.
 *
 * @module
 */

import type { ApiConnection } from './connection.ts';
import { credentialMask } from './credential-mask.ts';
import { RegistryError } from './errors.ts';
import { headerOf, type Answer } from './response-body.ts';

/** Reads an answer; an error about GitLab that it ends in names the request. */
export async function namingRequest<T>(
  connection: Pick<ApiConnection, 'apiUrl' | 'auth'>,
  answer: Answer,
  read: () => Promise<T> | T,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw withRequestId(connection, answer, error);
  }
}

/** The same error, with the id of the request if GitLab gave it one; other hosts have other logs. */
export function withRequestId(
  { apiUrl, auth }: Pick<ApiConnection, 'apiUrl' | 'auth'>,
  answer: Pick<Answer, 'headers' | 'url'>,
  error: unknown,
): unknown {
  const id = headerOf(answer, 'x-request-id');
  if (answer.url.origin !== apiUrl.origin) return error;
  if (id === undefined || !/^[\w.-]{1,64}$/.test(id)) return error;
  if (!(error instanceof RegistryError) || !error.code.startsWith('REGISTRY_')) return error;
  if (error.requestId !== undefined) return error;
  const requestId = credentialMask(auth)(id);
  const { message, code, hint, cause, retryAfter } = error;
  return new RegistryError(`${message} (request \`${requestId}\`)`, {
    code,
    requestId,
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}
