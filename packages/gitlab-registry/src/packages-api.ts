/**
 * What GitLab's packages API tells of a project's packages, of all formats.
 *
 * @module
 */

import { z } from 'zod';
import type { CallOptions, GitLabConnection } from './connection.ts';
import { projectUrl } from './endpoint.ts';
import type { GenericFile } from './generic-packages.ts';
import { isMatch, queryOf, type PackageFilter } from './package-filter.ts';
import { listAll } from './pagination.ts';
import { discard } from './response-body.ts';
import { withRetries } from './retries.ts';
import { StoredFileRecord, type StoredFile } from './stored-file.ts';
import { send } from './transport.ts';

/** One version of one package. */
export interface Package {
  readonly id: number;
  /** As it is stored; a PyPI package may be stored under any spelling of its name. */
  readonly name: string;
  /** Absent for the few packages without one. */
  readonly version?: string;
  /** Its format, such as `pypi` or `generic`. */
  readonly type: string;
  /** `default` unless it is hidden, being processed, broken or about to be deleted. */
  readonly status?: string;
}

/** A file of a package. */
export interface PackageFile extends StoredFile {
  readonly id: number;
  readonly filename: string;
}

/** The packages API of one project. */
export interface PackagesApi {
  /**
   * Lists the packages that match all of the filter, exactly.
   *
   * @throws RegistryError with the code that says what GitLab meant.
   */
  list(filter: PackageFilter, options?: CallOptions): Promise<readonly Package[]>;
  /**
   * Lists the files of a package, also several of one name, in the order they were stored.
   *
   * @throws RegistryError with code `REGISTRY_NOT_FOUND`.
   */
  listFiles(packageId: number, options?: CallOptions): Promise<readonly PackageFile[]>;
  /**
   * Lists what is stored under a version of a generic package, first to last, also several files of one
   * name; none when nothing is. Hidden packages are not listed.
   *
   * @throws RegistryError with the code that says what GitLab meant.
   */
  listGenericFiles(
    version: Pick<GenericFile, 'package' | 'version'>,
    options?: CallOptions,
  ): Promise<readonly PackageFile[]>;
  /**
   * Deletes a package with all its files. Their names may then be used again for other bytes.
   *
   * @throws RegistryError with code `REGISTRY_FORBIDDEN`, `REGISTRY_NOT_FOUND` or `REGISTRY_PROTECTED`.
   */
  delete(packageId: number, options?: CallOptions): Promise<void>;
  /**
   * Deletes one file of a package.
   *
   * @throws RegistryError with code `REGISTRY_FORBIDDEN`, `REGISTRY_NOT_FOUND` or `REGISTRY_PROTECTED`.
   */
  deleteFile(packageId: number, fileId: number, options?: CallOptions): Promise<void>;
}

const PackagePage: z.ZodType<readonly Package[]> = z.array(
  z
    .looseObject({
      id: z.int(),
      name: z.string(),
      version: z.string().nullish(),
      package_type: z.string(),
      status: z.string().nullish(),
    })
    .transform(({ id, name, version, package_type: type, status }) => ({
      id,
      name,
      type,
      ...(version != null && { version }),
      ...(status != null && { status }),
    })),
);

const PackageFilePage: z.ZodType<readonly PackageFile[]> = z.array(
  z.looseObject({ id: z.int(), file_name: z.string() }).transform((record) => ({
    ...StoredFileRecord.parse(record),
    id: record.id,
    filename: record.file_name,
  })),
);

/** Opens the packages API of one project. Does no I/O. */
export function createPackagesApi(connection: GitLabConnection): PackagesApi {
  const api: PackagesApi = {
    async list(filter, options) {
      const url = projectUrl(connection, ['packages'], queryOf(filter));
      const packages = await listAll(connection, PackagePage, url, 'list the packages', options);
      return packages.filter((found) => isMatch(found, filter));
    },
    async listFiles(packageId, options) {
      const url = projectUrl(connection, ['packages', String(packageId), 'package_files']);
      const action = `list the files of the package \`${packageId}\``;
      const files = await listAll(connection, PackageFilePage, url, action, options);
      return files.toSorted((left, right) => left.id - right.id);
    },
    async listGenericFiles({ package: name, version }, options) {
      const packages = await api.list({ type: 'generic', name, version }, options);
      const files = await Promise.all(packages.map(async ({ id }) => api.listFiles(id, options)));
      return files.flat();
    },
    async delete(packageId, options) {
      const segments = ['packages', String(packageId)];
      await remove(connection, segments, `delete the package \`${packageId}\``, options);
    },
    async deleteFile(packageId, fileId, options) {
      const segments = ['packages', String(packageId), 'package_files', String(fileId)];
      await remove(connection, segments, `delete the file \`${fileId}\``, options);
    },
  };
  return api;
}

async function remove(
  connection: GitLabConnection,
  segments: readonly string[],
  action: string,
  { signal }: CallOptions = {},
): Promise<void> {
  const url = projectUrl(connection, segments);
  const call = { action, method: 'DELETE', route: 'packages', url, signal } as const;
  const attempt = async (): Promise<void> =>
    discard(await send(connection, { ...call, redirects: { follow: 'none' } }));
  await withRetries(connection.retries, signal, attempt, 'unless seen');
}
