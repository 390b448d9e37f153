/**
 * A Sigstore with new keys: Fulcio, transparency logs, and a time-stamp service.
 *
 * @module
 */

import type { TokenIssuer } from '../oidc/issuer.ts';
import type { Origin } from '../origins.ts';
import type { SigstoreInstance } from '../trusted-root.ts';
import { createRoot, createSubordinate } from '../x509/authority.ts';
import type { Term } from '../x509/authority.ts';
import { forCodeSigning, forTimeStamping, mayIssue, maySign } from '../x509/extensions.ts';
import { generateSigningKey } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';
import { createFulcio } from './fulcio.ts';
import { createLog, createTiles } from './logs.ts';
import type { TiledLogOptions } from './logs.ts';
import { createTimestampService } from './timestamp-service.ts';

/** The keys of a Sigstore. */
export interface SigstoreKeys {
  readonly root: SigningKey;
  readonly intermediate: SigningKey;
  readonly timestampRoot: SigningKey;
  readonly timestamp: SigningKey;
  readonly rekor: SigningKey;
  readonly rekorTiles: SigningKey;
  readonly ctLog: SigningKey;
}

/** Where the services of a Sigstore are to be, and where the tokens come from. */
export interface SigstoreOrigins {
  readonly gitlab: Pick<Origin, 'url'>;
  readonly fulcio: Origin;
  readonly rekor: Origin;
  readonly rekorTiles: Origin;
  readonly timestamp: Origin;
}

/** What a Sigstore goes by. */
export interface SigstoreOptions {
  readonly keys: SigstoreKeys;
  readonly issuer: TokenIssuer;
  readonly now: () => Date;
  readonly rekorTiles: TiledLogOptions;
}

const day = 24 * 60 * 60 * 1000;

/** Makes all keys of a Sigstore. */
export async function generateSigstoreKeys({
  key = 'Ed25519',
}: TiledLogOptions): Promise<SigstoreKeys> {
  const [root, intermediate, timestampRoot, timestamp, rekor, rekorTiles, ctLog] =
    await Promise.all([
      generateSigningKey('P-384'),
      generateSigningKey('P-384'),
      generateSigningKey('P-384'),
      generateSigningKey('P-256'),
      generateSigningKey('P-256'),
      generateSigningKey(key),
      generateSigningKey('P-256'),
    ]);
  return { root, intermediate, timestampRoot, timestamp, rekor, rekorTiles, ctLog };
}

/** Serves a Sigstore at these origins, which believes one token issuer. */
export function serveSigstore(
  origins: SigstoreOrigins,
  { keys, issuer, now, rekorTiles }: SigstoreOptions,
): SigstoreInstance {
  const term = termAround(now());
  const certificateAuthority = createSubordinate(
    'fulcio-intermediate',
    keys.intermediate,
    createRoot('fulcio-root', keys.root, term),
    { term, uses: [...mayIssue(0), forCodeSigning()] },
  );
  const timestampAuthority = createSubordinate(
    'timestamp',
    keys.timestamp,
    createRoot('timestamp-root', keys.timestampRoot, term),
    { term, uses: [maySign(), forTimeStamping()] },
  );
  const log = createLog(origins.rekor.url, keys.rekor, now);
  const tiles = createTiles(origins.rekorTiles.url, keys.rekorTiles, rekorTiles);
  origins.rekor.serve(log.service);
  origins.rekorTiles.serve(tiles.service);
  origins.timestamp.serve(createTimestampService(timestampAuthority, now));
  origins.fulcio.serve(
    createFulcio({
      authority: certificateAuthority,
      ctLogKey: keys.ctLog,
      issuer: origins.gitlab.url.origin,
      issuerKey: issuer.publicKey,
      now,
    }),
  );
  return {
    issuerUrl: origins.gitlab.url,
    certificateAuthority: { url: origins.fulcio.url, authority: certificateAuthority },
    timestampAuthorities: [{ url: origins.timestamp.url, authority: timestampAuthority }],
    logs: [log, tiles],
    ctLogKey: keys.ctLog,
    term,
  };
}

function termAround(now: Date): Term {
  return {
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + 3650 * day),
  };
}
