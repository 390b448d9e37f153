/**
 * What Rekor answers, and the log entries in it.
 *
 * @module
 */

import * as z from 'zod/mini';
import { Base64Bytes } from './base64-bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { leafHash, type LogEntry } from './log-entry.ts';

const Hash = z.pipe(
  z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  z.transform((text) => Buffer.from(text, 'hex')),
);
const Count = z.int().check(z.gte(0));

const Entry = z.looseObject({
  body: Base64Bytes,
  integratedTime: Count,
  logID: Hash,
  logIndex: Count,
  verification: z.looseObject({
    inclusionProof: z.looseObject({
      checkpoint: z.string(),
      hashes: z.array(Hash).check(z.maxLength(64)),
      logIndex: Count,
      rootHash: Hash,
      treeSize: Count,
    }),
    signedEntryTimestamp: Base64Bytes,
  }),
});

const Kind = z.looseObject({ kind: z.string(), apiVersion: z.string() });
const Identifier = z.string().check(z.regex(/^(?:[0-9a-f]{16})?[0-9a-f]{64}$/));
const Entries = z.record(Identifier, Entry);

/** The entries in an answer to a search, in its order; `undefined` if it is no such answer. */
export function readFoundEntries(body: Buffer): readonly LogEntry[] | undefined {
  const found = read(z.array(Entries).check(z.maxLength(64)), body);
  return collect(found?.flatMap((entries) => Object.entries(entries)));
}

/** The entry in an answer about one entry; `undefined` if it is no such answer. */
export function readOneEntry(body: Buffer): LogEntry | undefined {
  const found = read(Entries, body);
  const [entry, ...others] = collect(found && Object.entries(found)) ?? [];
  return others.length === 0 ? entry : undefined;
}

function read<T>(schema: z.ZodMiniType<T>, body: Buffer): T | undefined {
  try {
    return schema.safeParse(JSON.parse(body.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

function collect(
  entries: readonly (readonly [string, z.infer<typeof Entry>])[] | undefined,
): readonly LogEntry[] | undefined {
  const all = entries?.map(([identifier, entry]) => toLogEntry(identifier, entry));
  return all?.every((entry) => entry !== undefined) ? all : undefined;
}

function toLogEntry(identifier: string, entry: z.infer<typeof Entry>): LogEntry | undefined {
  const { inclusionProof, signedEntryTimestamp } = entry.verification;
  const kind = read(Kind, entry.body);
  if (kind === undefined) return undefined;
  if (!isIdentifierOf(identifier, entry.body, inclusionProof.checkpoint)) return undefined;
  return {
    kind: kind.kind,
    version: kind.apiVersion,
    logIndex: String(entry.logIndex),
    logId: entry.logID,
    integratedTime: String(entry.integratedTime),
    signedEntryTimestamp,
    inclusionProof: {
      logIndex: String(inclusionProof.logIndex),
      rootHash: inclusionProof.rootHash,
      treeSize: String(inclusionProof.treeSize),
      hashes: inclusionProof.hashes,
      checkpoint: inclusionProof.checkpoint,
    },
    canonicalizedBody: entry.body,
  };
}

// The leaf hash, and before it, where the log has more than one tree, the number of the tree.
function isIdentifierOf(identifier: string, body: Buffer, checkpoint: string): boolean {
  const hash = leafHash(body).toString('hex');
  if (identifier === hash) return true;
  const [, tree = '0'] = / - (\d+)$/.exec(parseCheckpoint(checkpoint)?.origin ?? '') ?? [];
  return identifier === BigInt(tree).toString(16).padStart(16, '0') + hash;
}
