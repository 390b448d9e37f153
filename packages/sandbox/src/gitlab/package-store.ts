/**
 * The rows behind both registries: packages, and the files in them.
 *
 * @module
 */

import { discardBytes } from './stored-bytes.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** Registries a package can lie in. */
type PackageType = 'pypi' | 'generic';

/** A version of a package. */
export interface PackageRow {
  readonly id: number;
  readonly type: PackageType;
  /** As it was sent; GitLab does not normalise names. */
  readonly name: string;
  readonly version: string;
  readonly createdAt: Date;
  readonly files: readonly FileRow[];
  status: 'default' | 'hidden';
  lastDownloadedAt: Date | undefined;
  /** Core metadata of the distribution that was uploaded last. */
  metadata: ReadonlyMap<string, string>;
}

/** One file of a package. */
export interface FileRow {
  readonly id: number;
  readonly packageId: number;
  readonly createdAt: Date;
  readonly fileName: string;
  /** Of a distribution what the uploader claimed, of a generic file what GitLab computed. */
  readonly sha256: string | null;
  readonly md5: string | null;
  readonly requiresPython: string;
  readonly bytes: StoredBytes;
}

/** What an uploader brings. */
type NewFile = Omit<FileRow, 'id' | 'packageId' | 'createdAt'>;

/** Packages in the order of their ids. */
export interface PackageStore {
  list(): readonly PackageRow[];
  find(type: PackageType, name: string, version: string): PackageRow | undefined;
  findOrCreate(type: PackageType, name: string, version: string): PackageRow;
  addFile(row: PackageRow, file: NewFile): FileRow;
  remove(row: PackageRow): Promise<void>;
  removeFile(row: PackageRow, file: FileRow): Promise<void>;
}

interface MutablePackageRow extends PackageRow {
  files: readonly FileRow[];
}

/** An empty store. Does no I/O. */
export function createPackageStore(): PackageStore {
  const rows = new Map<number, MutablePackageRow>();
  let lastPackage = 0;
  let lastFile = 0;
  const store: PackageStore = {
    list: () => [...rows.values()],
    find: (type, name, version) =>
      store.list().find((row) => row.type === type && row.name === name && row.version === version),
    findOrCreate(type, name, version) {
      const found = store.find(type, name, version);
      if (found !== undefined) return found;
      lastPackage += 1;
      const row = emptyRow(lastPackage, type, name, version);
      rows.set(row.id, row);
      return row;
    },
    addFile({ id }, file) {
      const row = rows.get(id);
      if (row === undefined) throw new TypeError(`there is no package \`${id}\``);
      lastFile += 1;
      const added = { id: lastFile, packageId: id, createdAt: new Date(), ...file };
      row.files = [...row.files, added];
      return added;
    },
    async remove({ id, files }) {
      rows.delete(id);
      await Promise.all(files.map(({ bytes }) => discardBytes(bytes)));
    },
    async removeFile({ id }, file) {
      const row = rows.get(id);
      if (row !== undefined) row.files = row.files.filter((other) => other.id !== file.id);
      await discardBytes(file.bytes);
    },
  };
  return store;
}

function emptyRow(id: number, type: PackageType, name: string, version: string): MutablePackageRow {
  return {
    id,
    type,
    name,
    version,
    createdAt: new Date(),
    files: [],
    status: 'default',
    lastDownloadedAt: undefined,
    metadata: new Map(),
  };
}
