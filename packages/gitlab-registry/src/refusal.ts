/**
 * What GitLab means when it says no.
 *
 * A status alone does not tell: a duplicate is a 400, a file too large a 400 or a 413, a protected
 * package a 403, and a private project that the caller may not see a 404.
 *
 * @module
 */

import type { ApiConnection } from './connection.ts';
import { credentialMask } from './credential-mask.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { gitlabMessage } from './gitlab-message.ts';
import { refusalHint } from './refusal-hint.ts';
import type { RefusedCall } from './refused-call.ts';
import { mediaTypeOf, readBytes, type Answer } from './response-body.ts';
import { retryAfterOf } from './retry-after.ts';

/** Turns an answer that is no success into an error; reads its body, which ends the answer. */
export async function refusal(
  answer: Answer,
  call: RefusedCall,
  { auth, retries }: Pick<ApiConnection, 'auth' | 'retries'>,
  signal: AbortSignal | undefined,
): Promise<RegistryError> {
  const body = await readBytes(answer, 64 * 1024, call.action, signal && { signal }).catch(
    () => undefined,
  );
  signal?.throwIfAborted();
  const text = body?.toString() ?? '';
  const message = gitlabMessage(text, credentialMask(auth));
  const code = codeOf(answer, message ?? '', call);
  const retryAfter = retryAfterOf(answer, retries?.now?.() ?? new Date());
  const refused = {
    status: answer.status,
    message: message ?? '',
    noRoute: /^\s*\{\s*"error"\s*:\s*"404 Not Found"/.test(text),
    retryAfter,
  };
  return new RegistryError(
    `cannot ${call.action}: ${speaker(call)} answered ${answer.status}${quoted(message)}`,
    {
      code,
      hint: refusalHint(code, call, refused),
      ...(retryAfter !== undefined && { retryAfter }),
    },
  );
}

function codeOf(answer: Answer, message: string, call: RefusedCall): RegistryErrorCode {
  const { status } = answer;
  if (status === 429) return 'REGISTRY_RATE_LIMITED';
  if (status >= 500 || status === 408) return 'REGISTRY_UNAVAILABLE';
  if (status < 400 || call.from === 'store') return 'REGISTRY_UNEXPECTED_RESPONSE';
  if (status === 401) return 'REGISTRY_UNAUTHORIZED';
  if (status === 404 || status === 410) return notFoundCode(answer);
  if (status === 403) return forbiddenCode(message);
  if (status === 413 || /too large/i.test(message)) return 'REGISTRY_TOO_LARGE';
  if (/already been taken|duplicate package/i.test(message)) return 'REGISTRY_CONFLICT';
  // A user who may not create packages at all.
  if (status === 400 && /bad request - unauthorized/i.test(message)) return 'REGISTRY_FORBIDDEN';
  if (status === 409) return /lock/i.test(message) ? 'REGISTRY_UNAVAILABLE' : 'REGISTRY_CONFLICT';
  return 'REGISTRY_REFUSED';
}

function forbiddenCode(message: string): RegistryErrorCode {
  const isProtected = /package protected|deletion protected/i.test(message);
  return isProtected ? 'REGISTRY_PROTECTED' : 'REGISTRY_FORBIDDEN';
}

/** GitLab's API never answers in HTML: something else does, and it knows nothing of packages. */
function notFoundCode(answer: Answer): RegistryErrorCode {
  return mediaTypeOf(answer) === 'text/html'
    ? 'REGISTRY_UNEXPECTED_RESPONSE'
    : 'REGISTRY_NOT_FOUND';
}

function speaker({ from }: RefusedCall): string {
  if (from === 'store') return 'the object storage';
  return from === 'index' ? "the index's host" : 'GitLab';
}

function quoted(message: string | undefined): string {
  return message === undefined ? '' : ` \`${message}\``;
}
