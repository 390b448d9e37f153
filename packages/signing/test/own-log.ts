/**
 * A transparency log of one entry, which signs whatever a test asks for.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { EntryDocument } from './bundle-document.ts';

/** What a log says of its entry; a test can have it say something else. */
export interface LogStatement {
  readonly body: string;
  readonly kind?: string;
  readonly version?: string;
  readonly integratedTime?: number;
  readonly origin?: string;
  /** The name below the checkpoint. */
  readonly name?: string;
  readonly rootHash?: Buffer;
  readonly treeSize?: number;
}

export interface OwnLog {
  /** As a trusted root lists it. */
  readonly tlogs: readonly unknown[];
  enter(statement: LogStatement): EntryDocument;
}

export function createOwnLog(host = 'log.example'): OwnLog {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rawBytes = publicKey.export({ type: 'spki', format: 'der' });
  const logId = createHash('sha256').update(rawBytes).digest();
  const validFor = { start: '2020-01-01T00:00:00Z' };
  return {
    tlogs: [
      {
        baseUrl: `https://${host}`,
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes: rawBytes.toString('base64'),
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
          validFor,
        },
        logId: { keyId: logId.toString('base64') },
      },
    ],
    enter(statement) {
      const body = Buffer.from(statement.body);
      const leaf = createHash('sha256').update(Buffer.of(0)).update(body).digest();
      const { kind = 'hashedrekord', version = '0.0.1', name = host } = statement;
      const { origin = `${host} - 1`, rootHash = leaf, treeSize = 1 } = statement;
      const { integratedTime = Math.floor(Date.now() / 1000) } = statement;
      const note = `${origin}\n${treeSize}\n${rootHash.toString('base64')}\n`;
      const signature = Buffer.concat([
        logId.subarray(0, 4),
        sign('sha256', Buffer.from(note), privateKey),
      ]);
      // Its names in the order of canonical JSON.
      const promise = JSON.stringify({
        body: body.toString('base64'),
        integratedTime,
        logID: logId.toString('hex'),
        logIndex: 0,
      });
      return {
        logIndex: '0',
        logId: { keyId: logId.toString('base64') },
        kindVersion: { kind, version },
        integratedTime: String(integratedTime),
        inclusionPromise: {
          signedEntryTimestamp: sign('sha256', Buffer.from(promise), privateKey).toString('base64'),
        },
        inclusionProof: {
          logIndex: '0',
          rootHash: rootHash.toString('base64'),
          treeSize: String(treeSize),
          hashes: [],
          checkpoint: {
            envelope: `${note}\n\u2014 ${name} ${signature.toString('base64')}\n`,
          },
        },
        canonicalizedBody: body.toString('base64'),
      };
    },
  };
}
