/**
 * The transparency logs of a Sigstore, each with the interface of Rekor 1 or of Rekor 2.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';

import type { Service } from '../listen.ts';
import { publicKeyPem } from '../x509/signing-key.ts';
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
}

/** A log, ready to be served. */
export interface Log {
  /** Version of Rekor whose interface it has. */
  readonly version: 1 | 2;
  readonly url: URL;
  readonly identity: LogIdentity;
  readonly service: Service;
}

const data = Buffer.from('the first entry of this log');
const digest = createHash('sha256').update(data).digest();

/** Creates a log with the interface of Rekor 1. */
export function createLog(url: URL, key: SigningKey, now: () => Date): Log {
  const identity = digestIdentity(url.host, key);
  const log = createTransparencyLog(identity, now);
  log.add(readHashedRekord(firstEntry()));
  return { version: 1, url, identity, service: createRekor({ log, publicKey: publicKeyPem(key) }) };
}

/** Creates a log with the interface of Rekor 2, which is called by its host alone. */
export function createTiles(url: URL, key: SigningKey, { dsse = false }: TiledLogOptions): Log {
  const identity = notedIdentity(url.hostname, key);
  const log = createTiledLog(identity);
  log.add(readCreateEntryRequest(firstRequest(), { dsse }));
  return { version: 2, url, identity, service: createRekorTiles(log, { dsse }) };
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
