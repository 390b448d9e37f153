/**
 * The token issuer of GitLab: mints the ID tokens of jobs and publishes the key to check them with.
 *
 * @module
 */

import { createHash, generateKeyPair } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { SignJWT } from 'jose/jwt/sign';

/** Mints tokens with one key. */
export interface TokenIssuer {
  /** Signs a token that says exactly these claims. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  readonly publicKey: KeyObject;
  /** The public half as GitLab publishes it. */
  readonly jwk: JsonWebKey;
}

/** Creates an issuer with a new RSA key, the kind that GitLab has. */
export async function createTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
  });
  const jwk = publicKey.export({ format: 'jwk' });
  // The thumbprint of RFC 7638.
  const members = JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n });
  const kid = createHash('sha256').update(members).digest('base64url');
  return {
    sign: async (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey),
    publicKey,
    jwk: { ...jwk, kid, use: 'sig', alg: 'RS256' },
  };
}
