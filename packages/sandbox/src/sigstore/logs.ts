/**
 * The transparency logs of a Sigstore, each with the interface of Rekor 1 or of Rekor 2.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';

import type { Origin, Origins } from '../origins.ts';
import { generateSigningKey, publicKeyPem } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';
import { digestIdentity, notedIdentity } from './checkpoint.ts';
import type { LogIdentity } from './checkpoint.ts';
import { readCreateEntryRequest } from './create-entry-request.ts';
import { readHashedRekord } from './hashed-rekord.ts';
import { createRekor } from './rekor.ts';
import { createRekorTiles } from './rekor-tiles.ts';
import { createTiledLog } from './tiled-log.ts';
import { createTransparencyLog } from './transparency-log.ts';

/** What a tiled log can be asked to be. */
export interface TiledLogOptions {
  /** Kind of its key, `Ed25519` when left out. */
  readonly key?: 'Ed25519' | 'P-256';
  /** Takes entries of the kind `dsse` 0.0.2 too, as Rekor did until 2.2; not when left out. */
  readonly dsse?: boolean;
  /** Name of the log in its checkpoints and in the trusted root; its host when left out. */
  readonly name?: string;
}

/** What a log can be asked to be: of which Rekor it has the interface, and more for Rekor 2. */
export type LogOptions = { readonly version: 1 } | ({ readonly version: 2 } & TiledLogOptions);

/** A log with its key, open but not yet served. */
export interface LogSite {
  readonly origin: Origin;
  readonly key: SigningKey;
  readonly options: LogOptions;
}

/** A log that is served. */
export interface Log {
  /** Version of Rekor whose interface it has. */
  readonly version: 1 | 2;
  readonly url: URL;
  /** Its address in the trusted root, in which the name in a checkpoint must occur. */
  readonly baseUrl: string;
  readonly identity: LogIdentity;
}

const data = Buffer.from('the first entry of this log');
const digest = createHash('sha256').update(data).digest();

/** Opens the origin of a log and makes its key. */
export async function openLog(origins: Origins, options: LogOptions): Promise<LogSite> {
  const [origin, key] = await Promise.all([
    origins.open(options.version === 1 ? 'rekor' : 'rekorTiles'),
    generateSigningKey(options.version === 1 ? 'P-256' : (options.key ?? 'Ed25519')),
  ]);
  return { origin, key, options };
}

/** Serves a log. */
export function serveLog({ origin, key, options }: LogSite, now: () => Date): Log {
  const { version } = options;
  const { url } = origin;
  if (version === 1) {
    const identity = digestIdentity(url.host, key);
    const log = createTransparencyLog(identity, now);
    log.add(readHashedRekord(firstEntry()));
    origin.serve(createRekor({ log, publicKey: publicKeyPem(key) }));
    return { version, url, baseUrl: url.origin, identity };
  }
  // Without a port, because some verifiers compare it with the host name of the address alone.
  const { name = url.hostname, dsse = false } = options;
  const identity = notedIdentity(name, key);
  const log = createTiledLog(identity);
  log.add(readCreateEntryRequest(firstRequest(), { dsse }));
  origin.serve(createRekorTiles(log, { dsse }));
  const baseUrl = options.name === undefined ? url.origin : `https://${name}`;
  return { version, url, baseUrl, identity };
}

/**
 * The log's own entry, before all others.
 *
 * An entry of index 0 is written without its index by some signers and refused by some verifiers.
 */
function firstEntry() {
  const { signature, publicKey } = signed();
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  return {
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
      signature: {
        content: signature.toString('base64'),
        publicKey: { content: Buffer.from(pem).toString('base64') },
      },
    },
  };
}

function firstRequest() {
  const { signature, publicKey } = signed();
  const rawBytes = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    hashedRekordRequestV002: {
      digest: digest.toString('base64'),
      signature: {
        content: signature.toString('base64'),
        verifier: { publicKey: { rawBytes }, keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
      },
    },
  };
}

function signed() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { signature: sign('sha256', data, privateKey), publicKey };
}
