/**
 * One call to GitLab, and the redirects that may follow.
 *
 * Redirects are followed by hand: `JOB-TOKEN`, `PRIVATE-TOKEN` and `Deploy-Token` are ordinary headers
 * to every HTTP client, and would travel along to the object storage of another host.
 *
 * @module
 */

import type { Readable } from 'node:stream';
import { request } from 'undici';
import type { Authentication, RegistryRoute } from './authentication.ts';
import type { GitLabConnection } from './connection.ts';
import { RegistryError } from './errors.ts';
import { redirectTarget, type RedirectRule } from './redirect-target.ts';
import { refusal } from './refusal.ts';
import { discard, headerOf, type Answer } from './response-body.ts';
import { isCertificateProblem } from './retries.ts';

/** One call; `action` reads after "cannot". */
export interface Call {
  readonly action: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly route: RegistryRoute;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  readonly signal?: AbortSignal | undefined;
  readonly redirects: RedirectRule;
}

const accesses = { GET: 'read', POST: 'write', PUT: 'write', DELETE: 'delete' } as const;
/**
 * Switches off a redirect interceptor that an injected dispatcher may bring along, and HTTP/2: ending an
 * upload in the middle of an HTTP/2 stream makes Node 24 spin in native code for good.
 */
const plain = { maxRedirections: 0, allowH2: false } as const;
const mostRedirects = 5;

/**
 * Sends a call and follows the redirects its rule allows, until GitLab or its store says yes.
 *
 * @throws RegistryError with the code that says what GitLab meant.
 */
export async function send(connection: GitLabConnection, call: Call): Promise<Answer> {
  const home = connection.apiUrl.origin;
  let url = call.url;
  let trusted = url.origin === home;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    call.signal?.throwIfAborted();
    const auth = trusted ? connection.auth : undefined;
    const answer = await exchange(connection, call, url, trusted ? headersOf(call, auth) : {});
    if (!isRedirect(answer)) return accepted(connection, call, answer, auth);
    await discard(answer);
    url = redirectTarget(connection, call, answer);
    // Once gone, credentials stay away: a foreign host may not steer a request that carries them.
    trusted &&= url.origin === home;
  }
  throw new RegistryError(
    `cannot ${call.action}: GitLab redirects more than ${mostRedirects} times`,
    {
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: 'Check the API URL, and the proxies on the way to it.',
    },
  );
}

async function accepted(
  connection: GitLabConnection,
  call: Call,
  answer: Answer,
  auth: Authentication | undefined,
): Promise<Answer> {
  if (answer.status >= 300 || answer.status < 200) {
    const from = speakerOf(connection.apiUrl, call.url, answer.url);
    const { action, route } = call;
    const access = accesses[call.method];
    throw await refusal(
      answer,
      { action, route, access, from, ...(auth && { auth }) },
      connection,
      call.signal,
    );
  }
  const encoding = headerOf(answer, 'content-encoding') ?? 'identity';
  if (encoding === 'identity') return answer;
  await discard(answer);
  throw new RegistryError(
    `cannot ${call.action}: the answer is compressed, which was not asked for`,
    {
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: 'Turn compression off in the proxy before GitLab for `/api/v4/`.',
    },
  );
}

function speakerOf(apiUrl: URL, asked: URL, answered: URL): 'gitlab' | 'index' | 'store' {
  if (answered.origin === apiUrl.origin) return 'gitlab';
  return answered.origin === asked.origin ? 'index' : 'store';
}

function headersOf(call: Call, auth: Authentication | undefined): Record<string, string> {
  const headers: Record<string, string> = {
    'accept-encoding': 'identity',
    'user-agent': 'wheelseal',
    ...call.headers,
  };
  if (auth !== undefined) {
    const [name, value] = auth.header(call.route);
    headers[name] = value;
  }
  return headers;
}

async function exchange(
  { dispatcher }: GitLabConnection,
  { action, method, body, signal }: Call,
  url: URL,
  headers: Record<string, string>,
): Promise<Answer> {
  try {
    const answer = await request(url, {
      ...plain,
      method,
      headers,
      body: body ?? null,
      ...(dispatcher && { dispatcher }),
      ...(signal && { signal }),
    });
    return { url, status: answer.statusCode, headers: answer.headers, body: answer.body };
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable(action, url, body !== undefined, cause);
  }
}

function isRedirect(answer: Answer): boolean {
  const { status } = answer;
  const statuses = [301, 302, 303, 307, 308];
  return statuses.includes(status) && headerOf(answer, 'location') !== undefined;
}

function unreachable(action: string, url: URL, isUpload: boolean, cause: unknown): Error {
  if (cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_INVALID_ARG') {
    return new TypeError(`cannot ${action}: ${cause.message}`);
  }
  return new RegistryError(`cannot ${action}: no answer from \`${url.origin}\``, {
    code: 'REGISTRY_UNREACHABLE',
    hint: hintFor(cause, isUpload),
    cause,
  });
}

function hintFor(cause: unknown, isUpload: boolean): string {
  if (isCertificateProblem(cause)) {
    return 'Pass a dispatcher that trusts the certificate authority of this host.';
  }
  return isUpload
    ? 'List what is stored before it is sent again; a proxy that finds a file too large may also break the connection.'
    : 'Check the API URL and the network, then try again.';
}
