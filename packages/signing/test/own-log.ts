/**
 * A transparency log, which signs whatever a test asks for.
 *
 * Its tree has the entry and, where a test wants a longer proof, made-up neighbours.
 *
 * @module
 */

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
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
  /** Leaves before and after the entry. */
  readonly before?: number;
  readonly after?: number;
  /** Further lines below the checkpoint, before that of the log. */
  readonly cosignatures?: readonly string[];
}

export interface OwnLog {
  /** As a trusted root lists it. */
  readonly tlogs: readonly unknown[];
  /** As Rekor v1 answers: with promise and time. */
  enter(statement: LogStatement): EntryDocument;
  /** As Rekor v2 answers: with the proof alone. */
  tile(statement: LogStatement): EntryDocument;
}

/** What is unusual about a log. */
export interface LogOptions {
  readonly key?: 'P-256' | 'Ed25519';
  readonly validFor?: { readonly start?: string; readonly end?: string };
}

export function createOwnLog(host = 'log.example', options: LogOptions = {}): OwnLog {
  const { key = 'P-256', validFor = { start: '2020-01-01T00:00:00Z' } } = options;
  const { privateKey, publicKey } = pair(key);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const logId = key === 'P-256' ? digest(spki) : noteId(host, spki);
  const hash = key === 'P-256' ? 'sha256' : null;
  const prove = (statement: LogStatement, defaultOrigin: string): EntryDocument => {
    const body = Buffer.from(statement.body);
    const { before = 0, after = 0, cosignatures = [] } = statement;
    const leaves = Array.from({ length: before + after + 1 }, (_, index) =>
      index === before ? digest(Buffer.of(0), body) : randomBytes(32),
    );
    const { kind = 'hashedrekord', version = '0.0.1', name = host } = statement;
    const { origin = defaultOrigin, rootHash = rootOf(leaves) } = statement;
    const { treeSize = leaves.length } = statement;
    const note = `${origin}\n${treeSize}\n${rootHash.toString('base64')}\n`;
    const signature = Buffer.concat([
      logId.subarray(0, 4),
      sign(hash, Buffer.from(note), privateKey),
    ]);
    const lines = [...cosignatures, `\u2014 ${name} ${signature.toString('base64')}\n`];
    return {
      logIndex: String(before),
      logId: { keyId: logId.toString('base64') },
      kindVersion: { kind, version },
      integratedTime: '0',
      inclusionProof: {
        logIndex: String(before),
        rootHash: rootHash.toString('base64'),
        treeSize: String(treeSize),
        hashes: pathOf(leaves, before).map((one) => one.toString('base64')),
        checkpoint: { envelope: `${note}\n${lines.join('')}` },
      },
      canonicalizedBody: body.toString('base64'),
    };
  };
  return {
    tlogs: [
      {
        baseUrl: `https://${host}`,
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes: spki.toString('base64'),
          keyDetails: key === 'P-256' ? 'PKIX_ECDSA_P256_SHA_256' : 'PKIX_ED25519',
          validFor,
        },
        logId: { keyId: logId.toString('base64') },
      },
    ],
    tile: (statement) => prove(statement, host),
    enter(statement) {
      const entry = prove(statement, `${host} - 1`);
      const { integratedTime = Math.floor(Date.now() / 1000) } = statement;
      // Its names in the order of canonical JSON.
      const promise = JSON.stringify({
        body: entry.canonicalizedBody,
        integratedTime,
        logID: logId.toString('hex'),
        logIndex: Number(entry.logIndex),
      });
      const signedEntryTimestamp = sign(hash, Buffer.from(promise), privateKey).toString('base64');
      return {
        ...entry,
        integratedTime: String(integratedTime),
        inclusionPromise: { signedEntryTimestamp },
      };
    },
  };
}

/** A line below a checkpoint by somebody whom nobody knows. */
export function cosignature(name: string): string {
  return `\u2014 ${name} ${randomBytes(76).toString('base64')}\n`;
}

function pair(key: 'P-256' | 'Ed25519'): { privateKey: KeyObject; publicKey: KeyObject } {
  if (key === 'P-256') return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return generateKeyPairSync('ed25519');
}

/** The identifier of an Ed25519 key under a name, as signed notes have it. */
function noteId(name: string, spki: Buffer): Buffer {
  return digest(Buffer.from(`${name}\n`), Buffer.of(1), spki.subarray(-32));
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first, ...others] = leaves;
  if (first === undefined || others.length === 0) return first ?? digest();
  const half = split(leaves.length);
  return digest(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function pathOf(leaves: readonly Buffer[], index: number): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const half = split(leaves.length);
  if (index < half) return [...pathOf(leaves.slice(0, half), index), rootOf(leaves.slice(half))];
  return [...pathOf(leaves.slice(half), index - half), rootOf(leaves.slice(0, half))];
}

/** The largest power of two below a number. */
function split(length: number): number {
  return 2 ** Math.floor(Math.log2(length - 1));
}

function digest(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
