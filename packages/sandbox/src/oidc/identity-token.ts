/**
 * Checks an ID token as Fulcio does before it believes a word of it.
 *
 * @module
 */

import type { KeyObject } from 'node:crypto';

import { compactVerify } from 'jose/jws/compact/verify';

/** A token that must not be believed. */
export class TokenError extends Error {}

/** What a token is checked against. */
export interface TokenExpectations {
  readonly issuer: string;
  readonly audience: string;
  readonly key: KeyObject;
  readonly now: Date;
}

/** How far a token may lie in the future: the tolerance of the library that Fulcio uses. */
const earliness = 5 * 60;

/**
 * Checks signature, issuer, audience and times, and returns the claims.
 *
 * @throws TokenError when any of them is not as expected.
 */
export async function verifyIdentityToken(
  token: string,
  { issuer, audience, key, now }: TokenExpectations,
): Promise<Readonly<Record<string, unknown>>> {
  const claims = await signedClaims(token, key);
  const seconds = now.getTime() / 1000;
  if (claims.iss !== issuer) throw new TokenError('unexpected issuer');
  if (![claims.aud].flat().includes(audience)) throw new TokenError('unexpected audience');
  if (typeof claims.exp !== 'number' || claims.exp < seconds) throw new TokenError('expired');
  if (typeof claims.nbf === 'number' && claims.nbf > seconds + earliness) {
    throw new TokenError('not yet valid');
  }
  return claims;
}

async function signedClaims(
  token: string,
  key: KeyObject,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { payload } = await compactVerify(token, key, { algorithms: ['RS256'] });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString());
    if (typeof claims === 'object' && claims !== null) return { ...claims };
  } catch (cause) {
    throw new TokenError('not signed by the issuer', { cause });
  }
  throw new TokenError('no claims');
}
