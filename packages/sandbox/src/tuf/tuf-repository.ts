/**
 * A TUF repository with consistent snapshots: how clients come by the trusted root, and keep up with it.
 *
 * Every publication has new versions of all metadata but the root's. What was published stays, and what
 * is served can go back to it, which is what a client must notice.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import { generateRoleKey, signMetadata } from './role-keys.ts';
import type { RoleKey } from './role-keys.ts';

/** The roles of a repository. */
export type TufRole = 'root' | 'timestamp' | 'snapshot' | 'targets';

/** What is wrong or new with a publication. */
export interface TufPublication {
  /** Roles whose metadata has expired; none when left out. */
  readonly expired?: readonly TufRole[];
  /** Gives the root a new key; without the old one, clients have no reason to believe it. */
  readonly rotateRoot?: 'signed by both keys' | 'signed by the new key alone';
  /** Targets that come in addition or in the place of those that are there, by name. */
  readonly targets?: Readonly<Record<string, string>>;
  /** Names of targets whose digest in the metadata is another. */
  readonly wrongDigests?: readonly string[];
}

/** A repository that is served, and can be changed while it is. */
export interface TufRepository {
  /** The first root, by which a client starts to trust the repository. */
  readonly firstRoot: Buffer;
  /** Publishes new versions. */
  publish(publication?: TufPublication): void;
  /** Serves what was published before the last publication again. */
  rollBack(): void;
  /** The file at a path, such as `timestamp.json`, or `undefined` when there is none. */
  read(path: string): Buffer | undefined;
}

/** What a repository starts with. */
export interface TufStart extends TufPublication {
  readonly targets: Readonly<Record<string, string>>;
  readonly now: () => Date;
}

type Keys = Readonly<Record<TufRole, RoleKey>>;

const specification = '1.0.31';
const day = 24 * 60 * 60 * 1000;
/** For how many days the metadata of a role is valid. */
const lifetimes: Readonly<Record<TufRole, number>> = {
  root: 180,
  timestamp: 7,
  snapshot: 21,
  targets: 180,
};

/** Creates a repository and publishes its targets. */
export function createTufRepository({ now, ...first }: TufStart): TufRepository {
  const repository = new Repository(now);
  repository.publish(first);
  return repository;
}

class Repository implements TufRepository {
  readonly #now: () => Date;
  readonly #files = new Map<string, Buffer>();
  readonly #timestamps: Buffer[] = [];
  #keys: Keys = {
    root: generateRoleKey(),
    timestamp: generateRoleKey(),
    snapshot: generateRoleKey(),
    targets: generateRoleKey(),
  };
  #rootVersion = 0;
  #version = 0;
  #targets: Readonly<Record<string, string>> = {};

  constructor(now: () => Date) {
    this.#now = now;
  }

  get firstRoot(): Buffer {
    return this.read('1.root.json') ?? Buffer.alloc(0);
  }

  publish({ expired = [], rotateRoot, targets, wrongDigests = [] }: TufPublication = {}): void {
    if (this.#rootVersion === 0) this.#publishRoot(expired, [this.#keys.root]);
    else if (rotateRoot === undefined && expired.includes('root')) {
      this.#publishRoot(expired, [this.#keys.root]);
    }
    if (rotateRoot !== undefined) this.#rotateRoot(expired, rotateRoot);
    this.#targets = { ...this.#targets, ...targets };
    this.#version += 1;
    const version = this.#version;
    const common = (role: TufRole) => this.#common(role, version, expired);
    const described = Object.entries(this.#targets).map(([name, text]) => [
      name,
      this.#storeTarget(name, text, wrongDigests.includes(name)),
    ]);
    const targetsFile = signMetadata(
      { ...common('targets'), targets: Object.fromEntries(described) },
      [this.#keys.targets],
    );
    const snapshotFile = signMetadata(
      { ...common('snapshot'), meta: { 'targets.json': describe(targetsFile, version) } },
      [this.#keys.snapshot],
    );
    this.#files.set(`${version}.targets.json`, targetsFile);
    this.#files.set(`${version}.snapshot.json`, snapshotFile);
    this.#timestamps.push(
      signMetadata(
        { ...common('timestamp'), meta: { 'snapshot.json': describe(snapshotFile, version) } },
        [this.#keys.timestamp],
      ),
    );
  }

  rollBack(): void {
    if (this.#timestamps.length > 1) this.#timestamps.pop();
  }

  read(path: string): Buffer | undefined {
    return path === 'timestamp.json' ? this.#timestamps.at(-1) : this.#files.get(path);
  }

  #rotateRoot(expired: readonly TufRole[], rotation: Required<TufPublication>['rotateRoot']): void {
    const former = this.#keys.root;
    const root = generateRoleKey();
    this.#keys = { ...this.#keys, root };
    this.#publishRoot(expired, rotation === 'signed by both keys' ? [former, root] : [root]);
  }

  #publishRoot(expired: readonly TufRole[], signers: readonly RoleKey[]): void {
    this.#rootVersion += 1;
    const keys = Object.values(this.#keys).map(({ id, shown }) => [id, shown]);
    const roles = Object.entries(this.#keys).map(([role, { id }]) => [
      role,
      { keyids: [id], threshold: 1 },
    ]);
    const root = {
      ...this.#common('root', this.#rootVersion, expired),
      consistent_snapshot: true,
      keys: Object.fromEntries(keys),
      roles: Object.fromEntries(roles),
    };
    this.#files.set(`${this.#rootVersion}.root.json`, signMetadata(root, signers));
  }

  #common(role: TufRole, version: number, expired: readonly TufRole[]) {
    const days = expired.includes(role) ? -1 : lifetimes[role];
    const expires = new Date(this.#now().getTime() + days * day);
    return {
      _type: role,
      spec_version: specification,
      version,
      expires: expires.toISOString().replace(/\.\d+Z$/, 'Z'),
    };
  }

  /** Keeps a target under its digest, or under the one that it is said to have. */
  #storeTarget(name: string, text: string, isWrong: boolean) {
    const bytes = Buffer.from(text);
    const sha256 = digest(isWrong ? Buffer.from(`not ${name}`) : bytes);
    this.#files.set(`targets/${sha256}.${name}`, bytes);
    return { length: bytes.length, hashes: { sha256 } };
  }
}

function describe(file: Buffer, version: number) {
  return { version, length: file.length, hashes: { sha256: digest(file) } };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
