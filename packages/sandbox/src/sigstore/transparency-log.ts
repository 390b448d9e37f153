/**
 * The transparency log behind Rekor: entries in a Merkle tree, each with a signed promise and a proof.
 *
 * @module
 */

import { randomBytes } from 'node:crypto';

import { signWith } from '../x509/signing-key.ts';
import { canonicalJson } from '../canonical-json.ts';
import { signCheckpoint } from './checkpoint.ts';
import type { LogIdentity } from './checkpoint.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { createMerkleTree, hashLeaf } from './merkle-tree.ts';
import type { MerkleTree } from './merkle-tree.ts';

/** Proof that an entry is part of the tree. */
interface InclusionProof {
  readonly checkpoint: string;
  readonly hashes: readonly string[];
  readonly logIndex: number;
  readonly rootHash: string;
  readonly treeSize: number;
}

/** An entry with all that proves it, by its ID, as Rekor answers. */
export type LogEntry = Readonly<
  Record<
    string,
    {
      readonly body: string;
      readonly integratedTime: number;
      readonly logID: string;
      readonly logIndex: number;
      readonly verification: {
        readonly inclusionProof: InclusionProof;
        readonly signedEntryTimestamp: string;
      };
    }
  >
>;

/** The state of a log. */
interface LogHead {
  readonly rootHash: string;
  readonly size: number;
  readonly checkpoint: string;
}

/** A log that entries can be added to and asked for. */
export interface TransparencyLog {
  /** Number of the tree, decimal. */
  readonly treeId: string;
  /** Adds an entry, or finds that it is there already. */
  add(entry: LoggedEntry): { readonly id: string; readonly isNew: boolean };
  /** Entry by position, with a proof against the present tree. */
  entryAt(index: number): LogEntry | undefined;
  /** Entry by its ID, with or without the number of the tree before it. */
  entryById(id: string): LogEntry | undefined;
  /** IDs of the entries that can be found by a key. */
  search(key: string): readonly string[];
  head(): LogHead;
  /** Proof that the log of `second` entries starts with that of `first`. */
  consistency(first: number, second: number): readonly string[];
}

/** Creates an empty log. */
export function createTransparencyLog(identity: LogIdentity, now: () => Date): TransparencyLog {
  return new MerkleLog(identity, now);
}

interface StoredEntry {
  readonly id: string;
  readonly body: string;
  readonly integratedTime: number;
}

class MerkleLog implements TransparencyLog {
  readonly #identity: LogIdentity;
  readonly #now: () => Date;
  readonly #treeNumber: bigint = newTreeNumber();
  readonly #tree: MerkleTree = createMerkleTree();
  readonly #entries: StoredEntry[] = [];
  readonly #indexByLeafHash = new Map<string, number>();
  readonly #idsBySearchKey = new Map<string, readonly string[]>();

  constructor(identity: LogIdentity, now: () => Date) {
    this.#identity = identity;
    this.#now = now;
  }

  get treeId(): string {
    return this.#treeNumber.toString();
  }

  add({ body, searchKeys }: LoggedEntry): { readonly id: string; readonly isNew: boolean } {
    const leafHash = hashLeaf(body);
    const id = `${this.#idPrefix()}${hex(leafHash)}`;
    if (this.#indexByLeafHash.has(hex(leafHash))) return { id, isNew: false };
    this.#indexByLeafHash.set(hex(leafHash), this.#entries.length);
    this.#entries.push({
      id,
      body: body.toString('base64'),
      integratedTime: Math.floor(this.#now().getTime() / 1000),
    });
    this.#tree.append(leafHash);
    for (const name of searchKeys) {
      this.#idsBySearchKey.set(name.toLowerCase(), [...this.search(name), id]);
    }
    return { id, isNew: true };
  }

  entryAt(logIndex: number): LogEntry | undefined {
    const entry = this.#entries[logIndex];
    if (entry === undefined) return undefined;
    const { id, body, integratedTime } = entry;
    const { size, rootHash, checkpoint } = this.head();
    const inclusionProof = {
      checkpoint,
      hashes: this.#tree.inclusionProof(logIndex, size).map(hex),
      logIndex,
      rootHash,
      treeSize: size,
    };
    const { key, keyId } = this.#identity;
    const promised = { body, integratedTime, logID: hex(keyId), logIndex };
    const promise = signWith(key, Buffer.from(canonicalJson(promised))).toString('base64');
    return {
      [id]: { ...promised, verification: { inclusionProof, signedEntryTimestamp: promise } },
    };
  }

  entryById(id: string): LogEntry | undefined {
    const [, prefix, leafHash = ''] =
      /^([0-9a-f]{16})?([0-9a-f]{64})$/.exec(id.toLowerCase()) ?? [];
    if (prefix !== undefined && prefix !== this.#idPrefix()) return undefined;
    const index = this.#indexByLeafHash.get(leafHash);
    return index === undefined ? undefined : this.entryAt(index);
  }

  search(key: string): readonly string[] {
    return this.#idsBySearchKey.get(key.toLowerCase()) ?? [];
  }

  head(): LogHead {
    const { size } = this.#tree;
    const rootHash = this.#tree.rootHash(size);
    const origin = `${this.#identity.name} - ${this.treeId}`;
    const nanoseconds = BigInt(this.#now().getTime()) * 1_000_000n;
    const head = { origin, size, rootHash, extensions: [`Timestamp: ${nanoseconds}`] };
    return { size, rootHash: hex(rootHash), checkpoint: signCheckpoint(head, this.#identity) };
  }

  consistency(first: number, second: number): readonly string[] {
    return this.#tree.consistencyProof(first, second).map(hex);
  }

  #idPrefix(): string {
    return this.#treeNumber.toString(16);
  }
}

// Of 16 hexadecimal digits, and positive as a signed number of 64 bits.
function newTreeNumber(): bigint {
  return (randomBytes(8).readBigUInt64BE() & 0x3fff_ffff_ffff_ffffn) | 0x1000_0000_0000_0000n;
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}
