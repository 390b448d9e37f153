/**
 * The transparency log behind Rekor, version 2: entries in a Merkle tree that can be read as tiles.
 *
 * It promises nothing and knows no time: what proves an entry is its place under a signed checkpoint.
 *
 * @module
 */

import { signCheckpoint } from './checkpoint.ts';
import type { LogIdentity } from './checkpoint.ts';
import { createMerkleTree, hashLeaf } from './merkle-tree.ts';
import type { MerkleTree } from './merkle-tree.ts';
import { tileHeight, tileWidth } from './tile-path.ts';
import type { TilePath } from './tile-path.ts';

/** An entry as the log keeps it. */
export interface TiledEntry {
  readonly kind: string;
  readonly version: string;
  /** The entry in its canonical form: what becomes a leaf of the tree. */
  readonly body: Buffer;
}

/** An entry with all that proves it, as Rekor 2 answers: the JSON form of a protocol buffer. */
interface TransparencyLogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: '0';
  readonly inclusionPromise: null;
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

/** A log that entries can be added to, and that can be read tile by tile. */
export interface TiledLog {
  /** Adds an entry, or finds that it is there already. */
  add(entry: TiledEntry): { readonly index: number; readonly isNew: boolean };
  /** Entry by position, with a proof against the present tree. */
  entryAt(index: number): TransparencyLogEntry | undefined;
  checkpoint(): string;
  /** The hashes or the entries of a tile, or `undefined` when the log has not grown so far. */
  tile(path: TilePath): Buffer | undefined;
}

/** Creates an empty log. */
export function createTiledLog(identity: LogIdentity): TiledLog {
  return new MerkleTiles(identity);
}

class MerkleTiles implements TiledLog {
  readonly #identity: LogIdentity;
  readonly #tree: MerkleTree = createMerkleTree();
  readonly #entries: TiledEntry[] = [];
  readonly #indexByLeafHash = new Map<string, number>();

  constructor(identity: LogIdentity) {
    this.#identity = identity;
  }

  add(entry: TiledEntry): { readonly index: number; readonly isNew: boolean } {
    const leafHash = hashLeaf(entry.body);
    const known = this.#indexByLeafHash.get(leafHash.toString('hex'));
    if (known !== undefined) return { index: known, isNew: false };
    const index = this.#entries.push(entry) - 1;
    this.#indexByLeafHash.set(leafHash.toString('hex'), index);
    this.#tree.append(leafHash);
    return { index, isNew: true };
  }

  entryAt(index: number): TransparencyLogEntry | undefined {
    const entry = this.#entries[index];
    if (entry === undefined) return undefined;
    const { kind, version, body } = entry;
    const { size } = this.#tree;
    return {
      logIndex: String(index),
      logId: { keyId: this.#identity.keyId.toString('base64') },
      kindVersion: { kind, version },
      integratedTime: '0',
      inclusionPromise: null,
      inclusionProof: {
        logIndex: String(index),
        rootHash: this.#tree.rootHash(size).toString('base64'),
        treeSize: String(size),
        hashes: this.#tree.inclusionProof(index, size).map((hash) => hash.toString('base64')),
        checkpoint: { envelope: this.checkpoint() },
      },
      canonicalizedBody: body.toString('base64'),
    };
  }

  checkpoint(): string {
    const { size } = this.#tree;
    const rootHash = this.#tree.rootHash(size);
    return signCheckpoint({ origin: this.#identity.name, size, rootHash }, this.#identity);
  }

  tile({ level, index, width }: TilePath): Buffer | undefined {
    const parts =
      level === 'entries'
        ? this.#entries.map(({ body }) => withLength(body))
        : this.#tree.subtrees(level * tileHeight);
    const start = index * tileWidth;
    if (start + width > parts.length) return undefined;
    return Buffer.concat(parts.slice(start, start + width));
  }
}

function withLength(body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([length, body]);
}
