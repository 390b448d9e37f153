/**
 * What a batch is signed with: one key and one certificate for as many files as they live, or a key of
 * one's own.
 *
 * @module
 */

import type { SigningCertificate } from './certificate.ts';
import { SigningError } from './errors.ts';
import { requestCertificate, type FulcioConnection } from './fulcio.ts';
import { assertUnexpired, type IdentityToken } from './identity-token.ts';
import { createKeyPair, type KeyPair } from './key-pair.ts';

/** A key, and the certificate that says whose it is where there is one. */
export interface Credential {
  readonly key: KeyPair;
  readonly certificate?: SigningCertificate;
}

/** Gives out the credential that is good now; the same one for as long as it is. */
export type CredentialSupply = (signal: AbortSignal) => Promise<Credential>;

/** How far a batch has come. */
export interface Progress {
  readonly signed: number;
  readonly all: number;
}

const margin = 60_000;

/** Gives out the same key for ever. */
export function ownKey(key: KeyPair): CredentialSupply {
  const credential = { key };
  return async () => credential;
}

/**
 * Gives out one key with its certificate, and another pair shortly before that expires.
 *
 * How old a certificate is goes by the clock here from the moment it came, so that a clock that is
 * wrong does no harm.
 */
export function identityOf(
  token: IdentityToken,
  connection: FulcioConnection,
  { now, progress }: { readonly now: () => Date; readonly progress: () => Progress },
): CredentialSupply {
  let held: Promise<Credential> | undefined;
  let goodUntil = 0;
  async function request(signal: AbortSignal): Promise<Credential> {
    assertStillValid(token, now(), progress());
    const key = await createKeyPair();
    const certificate = await requestCertificate({ ...connection, signal }, key, token).catch(
      (error: unknown) => {
        // It may have expired on the way, which Fulcio would not say.
        assertStillValid(token, now(), progress());
        throw error;
      },
    );
    const lifetime = certificate.notAfter.getTime() - certificate.notBefore.getTime();
    goodUntil = now().getTime() + lifetime - Math.min(margin, lifetime / 4);
    return { key, certificate };
  }
  return async (signal) => {
    if (held !== undefined && now().getTime() < goodUntil) return held;
    // Whoever comes while it is on its way waits for the same one.
    goodUntil = Infinity;
    held = request(signal);
    return held;
  };
}

function assertStillValid(
  { expiresAt }: IdentityToken,
  now: Date,
  { signed, all }: Progress,
): void {
  if (signed === 0) return assertUnexpired(expiresAt, now);
  if (now < expiresAt) return undefined;
  throw new SigningError(
    `the identity token expired at \`${expiresAt.toISOString()}\`, when ${signed} of ${all} files were signed`,
    {
      code: 'TOKEN_EXPIRED',
      hint: 'Sign fewer files at once, or raise the job timeout, which is how long the token lives.',
    },
  );
}
