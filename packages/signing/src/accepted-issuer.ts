/**
 * Whether a Fulcio takes identity tokens of an issuer at all.
 *
 * It says so to whoever asks, but not to the one it refuses. A Fulcio that cannot be asked may take
 * them or not: that shows when the certificate is requested.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import * as z from 'zod/mini';
import { SigningError } from './errors.ts';
import { looksLikeGitLab } from './gitlab-claims.ts';
import { assertAudience, type IdentityToken } from './identity-token.ts';
import { parseNamePattern } from './name-pattern.ts';
import type { Patience } from './patience.ts';
import { isPublicSigstore, publicGitLabs, publicIssuers } from './public-sigstore.ts';
import { endpoint, exchange, TransportError } from './transport.ts';

/** Settings of {@link assertIssuerAccepted}. */
export interface IssuerOptions {
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
  readonly patience?: Patience;
}

interface Issuer {
  /** With `*` for a part of a name. */
  readonly url: string;
  readonly audience?: string;
}

const Configuration = z.looseObject({
  issuers: z
    .array(
      z.looseObject({
        issuerUrl: z.optional(z.string()),
        wildcardIssuerUrl: z.optional(z.string()),
        audience: z.optional(z.string()),
      }),
    )
    .check(z.maxLength(1000)),
});

/**
 * Throws if the Fulcio is known not to take the token, by its issuer or by its audience.
 *
 * @throws SigningError with code `TOKEN_ISSUER_REFUSED` or `TOKEN_AUDIENCE_MISMATCH`.
 */
export async function assertIssuerAccepted(
  token: IdentityToken,
  fulcioUrl: URL,
  options: IssuerOptions = {},
): Promise<void> {
  const { issuer, claims, audiences } = token;
  const isPublic = isPublicSigstore(fulcioUrl);
  if (isPublic && [...publicGitLabs, ...publicIssuers].some((one) => matches(one, issuer))) return;
  const told = await askForIssuers(fulcioUrl, options);
  const issuers =
    told ?? (isPublic && looksLikeGitLab(claims) ? publicGitLabs.map(named) : undefined);
  if (issuers === undefined) return;
  const accepted = issuers.filter(({ url }) => matches(url, issuer));
  if (accepted.length === 0) throw refused(issuer, issuers, isPublic);
  const [{ audience = '' } = {}] = accepted;
  if (audience !== '') assertAudience(audiences, audience);
}

async function askForIssuers(
  fulcioUrl: URL,
  options: IssuerOptions,
): Promise<readonly Issuer[] | undefined> {
  try {
    const { status, body } = await exchange({
      ...options,
      url: endpoint(fulcioUrl, '/api/v2/configuration'),
      method: 'GET',
      accept: 'application/json',
      limit: 256 * 1024,
      patience: { ...options.patience, answer: 10_000 },
    });
    if (status !== 200) return undefined;
    const { data } = Configuration.safeParse(JSON.parse(body.toString('utf8')));
    return data?.issuers.flatMap(({ issuerUrl, wildcardIssuerUrl, audience }) => {
      const url = issuerUrl || wildcardIssuerUrl;
      return url ? [{ url, ...(audience !== undefined && { audience }) }] : [];
    });
  } catch (error) {
    // Whatever answers there, it is not a Fulcio that tells.
    if (error instanceof TransportError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function named(url: string): Issuer {
  return { url };
}

/** A star stands for letters, digits, dashes and underscores, as in Fulcio. */
function matches(pattern: string, issuer: string): boolean {
  if (!/^[\x21-\x7e]{1,200}$/.test(pattern)) return false;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^a-zA-Z0-9]/g, String.raw`\$&`));
  return parseNamePattern(parts.join('[-_a-zA-Z0-9]+')).matches(issuer);
}

function refused(issuer: string, issuers: readonly Issuer[], isPublic: boolean): SigningError {
  const near = issuers.find(({ url }) => bare(url) === bare(issuer));
  const names = issuers.slice(0, 8).map(({ url }) => `\`${url}\``);
  const shown = names.length === 0 ? 'none' : names.join(', ');
  const own = isPublic
    ? 'Run a Fulcio and a Rekor for this GitLab and set `FULCIO_URL` and `REKOR_URL`; public Sigstore takes no others.'
    : 'Add the issuer to the configuration of Fulcio.';
  return new SigningError(
    `this Fulcio takes no identity token whose claim \`iss\` is \`${issuer}\`, but of ${shown}${issuers.length > 8 ? ' and others' : ''}`,
    {
      code: 'TOKEN_ISSUER_REFUSED',
      hint:
        near === undefined
          ? own
          : `Write the issuer in the configuration of Fulcio as \`${issuer}\`, not as \`${near.url}\`.`,
    },
  );
}

function bare(url: string): string {
  return url
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
}
