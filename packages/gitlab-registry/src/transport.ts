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
import type { ApiConnection } from './connection.ts';
import { RegistryError } from './errors.ts';
import { redirectTarget, type RedirectRule } from './redirect-target.ts';
import { refusal } from './refusal.ts';
import { namingRequest } from './request-id.ts';
import { discard, headerOf, type Answer } from './response-body.ts';
import { unreachable } from './unreachable.ts';

/** One call; `action` reads after "cannot". */
export interface Call {
  readonly action: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly route: RegistryRoute;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  /** A file takes as long as it moves; everything else has to come to an end. */
  readonly carriesFile?: boolean;
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
const longestRequest = 120_000;

/**
 * Sends a call and follows the redirects its rule allows, until GitLab or its store says yes.
 *
 * @throws RegistryError with the code that says what GitLab meant.
 */
export async function send(connection: ApiConnection, call: Call): Promise<Answer> {
  const home = connection.apiUrl.origin;
  let url = call.url;
  let trusted = url.origin === home;
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    call.signal?.throwIfAborted();
    const auth = trusted ? connection.auth : undefined;
    const answer = await exchange(connection, call, url, trusted ? headersOf(call, auth) : {});
    if (!isRedirect(answer)) {
      return namingRequest(connection, answer, async () =>
        accepted(connection, call, answer, auth),
      );
    }
    await discard(answer);
    const target = async (): Promise<URL> => redirectTarget(connection, call, answer);
    url = await namingRequest(connection, answer, target);
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
  connection: ApiConnection,
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
  { dispatcher, timeouts: { idle, request: longest = longestRequest } = {} }: ApiConnection,
  { action, method, body, signal, carriesFile = false }: Call,
  url: URL,
  headers: Record<string, string>,
): Promise<Answer> {
  const deadline = carriesFile ? [] : [AbortSignal.timeout(longest)];
  try {
    const answer = await request(url, {
      ...plain,
      method,
      headers,
      body: body ?? null,
      ...(dispatcher && { dispatcher }),
      signal: AbortSignal.any([...(signal ? [signal] : []), ...deadline]),
      ...(idle !== undefined && { headersTimeout: idle, bodyTimeout: idle }),
    });
    return { url, status: answer.statusCode, headers: answer.headers, body: answer.body };
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable({ action, origin: url.origin, isUpload: body !== undefined }, cause);
  }
}

function isRedirect(answer: Answer): boolean {
  const { status } = answer;
  const statuses = [301, 302, 303, 307, 308];
  return statuses.includes(status) && headerOf(answer, 'location') !== undefined;
}
