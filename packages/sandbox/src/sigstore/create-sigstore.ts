/**
 * A Sigstore with new keys: Fulcio, transparency logs, and time-stamp services.
 *
 * @module
 */

import type { TokenIssuer } from '../oidc/issuer.ts';
import type { Origin, Origins } from '../origins.ts';
import type { ReachableAuthority, SigstoreInstance } from '../trusted-root.ts';
import { createRoot, createSubordinate } from '../x509/authority.ts';
import type { Term } from '../x509/authority.ts';
import { forCodeSigning, forTimeStamping, mayIssue, maySign } from '../x509/extensions.ts';
import { generateSigningKey } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';
import { createFulcio } from './fulcio.ts';
import { openLog, serveLog } from './logs.ts';
import type { LogOptions, LogSite, TiledLogOptions } from './logs.ts';
import { createTimestampService } from './timestamp-service.ts';

/** What a Sigstore can be asked to be. */
export interface SigstoreOptions {
  /** How the log with the interface of Rekor 2 is set up. */
  readonly rekorTiles?: TiledLogOptions;
  /** Logs beside the one of Rekor 1 and the one of Rekor 2 that are always there. */
  readonly furtherLogs?: readonly LogOptions[];
  /** How many time-stamp services there are beside the one that is always there; none when left out. */
  readonly furtherTimestampAuthorities?: number;
  /** How long a signing certificate is valid; ten minutes when left out. */
  readonly certificateLifetimeSeconds?: number;
  /** Clocks of single services, in the place of the sandbox's own. */
  readonly clocks?: Partial<Clocks>;
}

/** What time it is where. */
export interface Clocks {
  readonly fulcio: () => Date;
  /** Of every log of Rekor 1; those of Rekor 2 know no time. */
  readonly rekor: () => Date;
  /** Of every time-stamp service. */
  readonly timestamp: () => Date;
}

/** The services of a Sigstore with their keys, open but not yet served. */
export interface SigstoreSites {
  readonly fulcio: Origin;
  readonly root: SigningKey;
  readonly intermediate: SigningKey;
  readonly ctLog: SigningKey;
  readonly logs: readonly [rekor: LogSite, rekorTiles: LogSite, ...further: LogSite[]];
  readonly timestamps: readonly [TimestampSite, ...TimestampSite[]];
}

interface TimestampSite {
  readonly origin: Origin;
  readonly root: SigningKey;
  readonly key: SigningKey;
}

const day = 24 * 60 * 60 * 1000;

/** Opens the origins of a Sigstore and makes all its keys. */
export async function openSigstore(
  origins: Origins,
  { rekorTiles, furtherLogs = [], furtherTimestampAuthorities = 0 }: SigstoreOptions,
): Promise<SigstoreSites> {
  const [fulcio, root, intermediate, ctLog, rekor, tiles, timestamp] = await Promise.all([
    origins.open('fulcio'),
    generateSigningKey('P-384'),
    generateSigningKey('P-384'),
    generateSigningKey('P-256'),
    openLog(origins, { version: 1 }),
    openLog(origins, { version: 2, ...rekorTiles }),
    openTimestamp(origins),
  ]);
  const [logs, timestamps] = await Promise.all([
    Promise.all(furtherLogs.map(async (options) => openLog(origins, options))),
    Promise.all(
      Array.from({ length: furtherTimestampAuthorities }, async () => openTimestamp(origins)),
    ),
  ]);
  return {
    fulcio,
    root,
    intermediate,
    ctLog,
    logs: [rekor, tiles, ...logs],
    timestamps: [timestamp, ...timestamps],
  };
}

async function openTimestamp(origins: Origins): Promise<TimestampSite> {
  const [origin, root, key] = await Promise.all([
    origins.open('timestamp'),
    generateSigningKey('P-384'),
    generateSigningKey('P-256'),
  ]);
  return { origin, root, key };
}

/** Serves a Sigstore that believes one token issuer. */
export function serveSigstore(
  { fulcio, root, intermediate, ctLog, logs, timestamps }: SigstoreSites,
  {
    issuer,
    issuerUrl,
    clocks,
    certificateLifetimeSeconds,
  }: {
    readonly issuer: TokenIssuer;
    readonly issuerUrl: URL;
    readonly clocks: Clocks;
    readonly certificateLifetimeSeconds?: number | undefined;
  },
): SigstoreInstance {
  const term = termAround(clocks.fulcio());
  const authority = createSubordinate(
    'fulcio-intermediate',
    intermediate,
    createRoot('fulcio-root', root, term),
    { term, uses: [...mayIssue(0), forCodeSigning()] },
  );
  fulcio.serve(
    createFulcio({
      authority,
      ctLogKey: ctLog,
      issuer: issuerUrl.origin,
      issuerKey: issuer.publicKey,
      now: clocks.fulcio,
      ...(certificateLifetimeSeconds !== undefined && { certificateLifetimeSeconds }),
    }),
  );
  const [rekor, tiles, ...further] = logs;
  const [timestamp, ...others] = timestamps;
  const serve = (site: LogSite) => serveLog(site, clocks.rekor);
  const stamp = (site: TimestampSite) => serveTimestamp(site, term, clocks.timestamp);
  return {
    issuerUrl,
    certificateAuthority: { url: fulcio.url, authority },
    timestampAuthorities: [stamp(timestamp), ...others.map(stamp)],
    logs: [serve(rekor), serve(tiles), ...further.map(serve)],
    ctLogKey: ctLog,
    term,
  };
}

function serveTimestamp(
  { origin, root, key }: TimestampSite,
  term: Term,
  now: () => Date,
): ReachableAuthority {
  const authority = createSubordinate('timestamp', key, createRoot('timestamp-root', root, term), {
    term,
    uses: [maySign(), forTimeStamping()],
  });
  origin.serve(createTimestampService(authority, now));
  return { url: origin.url, authority };
}

function termAround(now: Date): Term {
  return {
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + 3650 * day),
  };
}
