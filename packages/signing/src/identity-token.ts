/**
 * The identity token of a CI job, looked at before anyone sends it.
 *
 * Fulcio answers every mistake in a token with the same sentence, so the mistakes are found here.
 * The token's signature is not checked: that is Fulcio's part.
 *
 * @module
 */

import * as z from 'zod/mini';
import { decodeBase64Url } from './base64.ts';
import { SigningError } from './errors.ts';
import { assertGitLabClaims, looksLikeGitLab } from './gitlab-claims.ts';

/** An OpenID Connect identity token and what it says. */
export interface IdentityToken {
  /** The token itself: a secret. Not enumerable, so that it stays out of dumps. */
  readonly value: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly expiresAt: Date;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Settings of {@link parseIdentityToken}. */
export interface IdentityTokenOptions {
  /** Whom the token must be meant for; `sigstore` when absent. */
  readonly audience?: string;
  readonly now?: () => Date;
}

const longest = 64 * 1024;
const skewSeconds = 60;
const request =
  'Request the token with `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }` in `.gitlab-ci.yml`.';

const Claims = z.looseObject({
  iss: z.string().check(z.minLength(1)),
  sub: z.string().check(z.minLength(1)),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  nbf: z.optional(z.number()),
  iat: z.optional(z.number()),
});

/**
 * Reads an identity token and checks everything about it that can be checked here.
 *
 * @throws SigningError with code `TOKEN_MALFORMED`, `TOKEN_CLAIM_MISSING`, `TOKEN_EXPIRED`,
 * `TOKEN_NOT_YET_VALID` or `TOKEN_AUDIENCE_MISMATCH`.
 */
export function parseIdentityToken(
  text: string,
  options: IdentityTokenOptions = {},
): IdentityToken {
  const { audience = 'sigstore', now = () => new Date() } = options;
  const value = text.trim();
  const claims = readClaims(value);
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  const expiresAt = new Date(claims.exp * 1000);
  assertUnexpired(expiresAt, now());
  assertStarted('nbf', claims.nbf, now());
  assertStarted('iat', claims.iat, now());
  assertAudience(audiences, audience);
  if (looksLikeGitLab(claims)) assertGitLabClaims(claims);
  const { iss: issuer, sub: subject } = claims;
  const token: IdentityToken = { value, issuer, subject, audiences, expiresAt, claims };
  return Object.defineProperty(token, 'value', { enumerable: false });
}

/**
 * Throws unless the token is still valid.
 *
 * @throws SigningError with code `TOKEN_EXPIRED`.
 */
export function assertUnexpired(expiresAt: Date, now: Date): void {
  if (now < expiresAt) return;
  throw new SigningError(
    `the identity token expired at \`${expiresAt.toISOString()}\` by its claim \`exp\`, and it is \`${now.toISOString()}\``,
    {
      code: 'TOKEN_EXPIRED',
      hint: 'Sign earlier in the job, or raise the job timeout with `timeout` in `.gitlab-ci.yml`: so long the token lives.',
    },
  );
}

// No lower error is kept in here: those of `JSON.parse` quote their input.
function readClaims(value: string): z.infer<typeof Claims> {
  if (value === '') throw malformed('the identity token is empty');
  if (value.length > longest) throw malformed('the identity token is longer than 64 KiB');
  const parts = value.split('.');
  if (/^gl[a-z]{2,6}-/.test(value)) {
    throw malformed('there is a token for the API of GitLab, expected an identity token');
  }
  if (parts.length !== 3) {
    throw malformed(`the identity token has ${parts.length} parts, expected 3 with dots between`);
  }
  const [header, payload] = parts.map(readPart);
  if (header === undefined) throw malformed('the header of the identity token is no JSON object');
  if (payload === undefined) throw malformed('the body of the identity token is no JSON object');
  if (decodeBase64Url(parts[2] ?? '') === undefined || parts[2] === '' || isUnsigned(header)) {
    throw malformed('the identity token is not signed');
  }
  return readKnownClaims(payload);
}

function readPart(part: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(decodeBase64Url(part)?.toString('utf8') ?? '');
    return z.record(z.string(), z.unknown()).safeParse(parsed).data;
  } catch {
    return undefined;
  }
}

function isUnsigned({ alg }: Record<string, unknown>): boolean {
  return typeof alg !== 'string' || alg.toLowerCase() === 'none';
}

function readKnownClaims(payload: Record<string, unknown>): z.infer<typeof Claims> {
  const parsed = Claims.safeParse(payload);
  const name = parsed.error?.issues[0]?.path[0];
  if (parsed.success && Number.isFinite(new Date(parsed.data.exp * 1000).getTime())) {
    return parsed.data;
  }
  throw new SigningError(`the identity token has no usable claim \`${String(name ?? 'exp')}\``, {
    code: 'TOKEN_CLAIM_MISSING',
    hint: request,
  });
}

// The clocks of two machines are never quite the same.
function assertStarted(name: 'nbf' | 'iat', seconds: number | undefined, now: Date): void {
  if (seconds === undefined || seconds * 1000 <= now.getTime() + skewSeconds * 1000) return;
  const start = new Date(seconds * 1000);
  const shown = Number.isFinite(start.getTime()) ? start.toISOString() : String(seconds);
  throw new SigningError(
    `the identity token is valid from \`${shown}\` on by its claim \`${name}\`, and it is \`${now.toISOString()}\``,
    { code: 'TOKEN_NOT_YET_VALID', hint: 'Set the clock of this machine.' },
  );
}

/**
 * Throws unless the token is meant for somebody.
 *
 * @throws SigningError with code `TOKEN_AUDIENCE_MISMATCH`.
 */
export function assertAudience(audiences: readonly string[], expected: string): void {
  if (audiences.includes(expected)) return;
  const found = audiences.map((audience) => `\`${audience}\``).join(', ');
  throw new SigningError(
    `the identity token is for ${found || 'nobody'} by its claim \`aud\`, expected \`${expected}\``,
    {
      code: 'TOKEN_AUDIENCE_MISMATCH',
      hint: `Set \`aud: ${expected}\` below \`id_tokens\` in \`.gitlab-ci.yml\`.`,
    },
  );
}

function malformed(message: string): SigningError {
  return new SigningError(message, { code: 'TOKEN_MALFORMED', hint: request });
}
