/**
 * Where identity tokens come from, when they are not at hand already.
 *
 * A source is a function: whoever signs a long batch calls it again when the first token has grown
 * old. One of your own is any function that returns what `parseIdentityToken` made.
 *
 * @module
 */

import { createReadStream } from 'node:fs';
import type { Dispatcher } from 'undici';
import * as z from 'zod/mini';
import { SigningError } from './errors.ts';
import {
  parseIdentityToken,
  type IdentityToken,
  type IdentityTokenOptions,
} from './identity-token.ts';
import { ask, unexpected, type NamedService } from './service-failure.ts';

/** Gives an identity token that is valid now. */
export type IdentityTokenSource = (options?: {
  readonly signal?: AbortSignal;
}) => Promise<IdentityToken>;

/** Where a job of GitHub asks for its identity token, and by what right. */
export interface GitHubTokenRequest {
  /** `ACTIONS_ID_TOKEN_REQUEST_URL`. */
  readonly url: URL | string;
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN`: a secret. */
  readonly token: string;
}

const longest = 64 * 1024;
const service: NamedService = {
  name: 'the token service of GitHub',
  setting: 'ACTIONS_ID_TOKEN_REQUEST_URL',
};
const Answer = z.looseObject({ value: z.string().check(z.minLength(1)) });

/** A file with an identity token in it, read anew each time. */
export function tokenFile(path: string, options?: IdentityTokenOptions): IdentityTokenSource {
  return async ({ signal } = {}) => {
    signal?.throwIfAborted();
    return parseIdentityToken(await readStart(path), options);
  };
}

/** The service that gives the jobs of GitHub their identity tokens. Does no I/O itself. */
export function githubToken(
  { url, token }: GitHubTokenRequest,
  options: IdentityTokenOptions & { readonly dispatcher?: Dispatcher } = {},
): IdentityTokenSource {
  const { audience = 'sigstore', dispatcher } = options;
  const address = readAddress(url);
  address.searchParams.set('audience', audience);
  return async ({ signal } = {}) => {
    const answer = await ask(service, {
      url: address,
      method: 'GET',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      limit: longest,
      dispatcher,
      signal,
    });
    if (answer.status === 401 || answer.status === 403) {
      throw unavailable(
        `GitHub gives this job no identity token, it answered ${answer.status}`,
        'Give the job `permissions: { id-token: write }`.',
      );
    }
    if (answer.status !== 200) throw unexpected(service, `status ${answer.status}`);
    return parseIdentityToken(readAnswer(answer.body), options);
  };
}

// The token in it must be in no error, and those of `JSON.parse` quote their input.
function readAnswer(body: Buffer): string {
  try {
    return Answer.parse(JSON.parse(body.toString('utf8'))).value;
  } catch {
    throw unexpected(service, 'no identity token');
  }
}

function readAddress(url: URL | string): URL {
  const address = URL.parse(String(url));
  const isLocal = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(address?.hostname ?? '');
  if (address?.protocol === 'https:' || (address?.protocol === 'http:' && isLocal)) {
    return new URL(address);
  }
  throw unavailable(
    'the address of the token service is not one to send a secret to',
    'Leave `ACTIONS_ID_TOKEN_REQUEST_URL` to GitHub.',
  );
}

async function readStart(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: longest })) chunks.push(chunk);
  } catch (cause) {
    throw unavailable(
      `cannot read the identity token in \`${path}\``,
      'Name a file that holds the identity token and nothing else.',
      cause,
    );
  }
  return Buffer.concat(chunks).toString('utf8');
}

function unavailable(message: string, hint: string, cause?: unknown): SigningError {
  return new SigningError(message, {
    code: 'TOKEN_UNAVAILABLE',
    hint,
    ...(cause !== undefined && { cause }),
  });
}
