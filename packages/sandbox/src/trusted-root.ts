/**
 * The trusted root of a Sigstore: the document by which verifiers know whom to trust.
 *
 * @module
 */

import type { LogIdentity } from './sigstore/checkpoint.ts';
import type { Log } from './sigstore/logs.ts';
import type { Authority, Term } from './x509/authority.ts';
import type { SigningKey } from './x509/signing-key.ts';

/** An authority, and where it is reached. */
export interface ReachableAuthority {
  readonly url: URL;
  readonly authority: Authority;
}

/** A Sigstore, as much of it as verifiers and signers have to know. */
export interface SigstoreInstance {
  readonly issuerUrl: URL;
  readonly certificateAuthority: ReachableAuthority;
  readonly timestampAuthorities: readonly [ReachableAuthority, ...ReachableAuthority[]];
  readonly logs: readonly [rekor: Log, rekorTiles: Log, ...further: Log[]];
  readonly ctLogKey: SigningKey;
  readonly term: Term;
}

const keyDetails = {
  'P-256': 'PKIX_ECDSA_P256_SHA_256',
  'P-384': 'PKIX_ECDSA_P384_SHA_384',
  Ed25519: 'PKIX_ED25519',
} as const;

/** Describes the trust in an instance. */
export function trustedRoot({
  certificateAuthority,
  timestampAuthorities,
  logs,
  ctLogKey,
  term,
}: SigstoreInstance): object {
  const { origin } = certificateAuthority.url;
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs.map(({ baseUrl, identity }) => logInstance(baseUrl, identity, term)),
    certificateAuthorities: [authorityInstance(origin, certificateAuthority.authority, term)],
    ctlogs: [logInstance(`${origin}/ct`, { key: ctLogKey, keyId: ctLogKey.keyId }, term)],
    timestampAuthorities: timestampAuthorities.map(({ url, authority }) =>
      authorityInstance(timestampAddress(url), authority, term),
    ),
  };
}

/** Where a time-stamp service takes queries. */
export function timestampAddress({ origin }: URL): string {
  return `${origin}/api/v1/timestamp`;
}

function logInstance(
  baseUrl: string,
  { key, keyId }: Pick<LogIdentity, 'key' | 'keyId'>,
  { notBefore }: Term,
) {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: key.spki.toString('base64'),
      keyDetails: keyDetails[key.curve],
      validFor: { start: notBefore.toISOString() },
    },
    logId: { keyId: keyId.toString('base64') },
  };
}

function authorityInstance(uri: string, { chain }: Authority, { notBefore }: Term) {
  return {
    subject: { organization: 'wheelseal-sandbox', commonName: 'wheelseal-sandbox' },
    uri,
    certChain: {
      certificates: chain.map(({ raw }) => ({ rawBytes: raw.toString('base64') })),
    },
    validFor: { start: notBefore.toISOString() },
  };
}
