/**
 * What the registries hold under the names of a release, by its bytes.
 *
 * @module
 */

import { join } from 'node:path';
import { parseDistributionFilename } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { GenericPackages, PyPIRegistry, SimpleIndexFile } from '@wheelseal/gitlab-registry';
import type { Destination } from './destination.ts';
import { sha256Of, type StoredDigests } from './publish-plan.ts';
import { isSameVersion, type Release } from './release.ts';
import { inPrivateFolder } from './private-folder.ts';

/** The registries of a project. */
export interface RegistryPorts {
  readonly registry: PyPIRegistry;
  readonly packages: GenericPackages;
}

/** A look into the registries. Each lists the files of the project once. */
export interface StoredFiles {
  /** Digests of what is stored under the name of a file; none when nothing is. */
  readonly digestsOf: StoredDigests;
  /** Distributions of the same version that are not part of the release. */
  readonly strangers: () => Promise<readonly string[]>;
}

const smallest = 1024 * 1024;

/** Looks at what is stored of a release. Does no I/O by itself. */
export function storedFiles(
  release: Release,
  destination: Destination,
  { registry, packages }: RegistryPorts,
  { signal }: { readonly signal?: AbortSignal },
): StoredFiles {
  const options = signal && { signal };
  let listing: Promise<readonly SimpleIndexFile[]> | undefined;
  const listed = async (): Promise<readonly SimpleIndexFile[]> =>
    (listing ??= ifFound(async () => registry.listFiles(release.name, options), []));
  const download = async (file: SimpleIndexFile): Promise<string> =>
    inPrivateFolder(release.directory, async (folder) => {
      return (await registry.download(file, join(folder, 'stored'), options)).sha256;
    });
  return {
    async digestsOf({ registry: where, filename, size }) {
      if (where === 'generic') {
        const read = { ...options, limit: Math.max(smallest, size + 1) };
        const bytes = async (): Promise<readonly Buffer[]> => [
          await packages.read({ ...destination, filename }, read),
        ];
        return (await ifFound(bytes, [])).map(sha256Of);
      }
      const same = (await listed()).filter((file) => file.filename === filename);
      return Promise.all(same.map(download));
    },
    async strangers() {
      const own = new Set(release.distributions.map(({ filename }) => filename));
      return (await listed())
        .map(({ filename }) => filename)
        .filter((filename) => !own.has(filename) && isOfVersion(filename, release));
    },
  };
}

function isOfVersion(filename: string, release: Release): boolean {
  try {
    const { version } = parseDistributionFilename(filename, { name: release.name });
    return isSameVersion(version, release.version);
  } catch {
    return false;
  }
}

async function ifFound<Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isCodedError(error) && error.code === 'REGISTRY_NOT_FOUND') return otherwise;
    throw error;
  }
}
