/**
 * The distributions that lie in a folder.
 *
 * @module
 */

import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unreadable } from './regular-file.ts';

/**
 * Lists the absolute paths of all `*.whl` and `*.tar.gz` directly in a folder, in the order of
 * their names. Signatures and other files beside them are passed over.
 *
 * @throws DistributionError with code `FILE_UNREADABLE`.
 */
export async function findDistributions(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    if (cause instanceof TypeError) throw cause;
    throw unreadable(directory, cause);
  });
  return entries
    .filter((entry) => !entry.isDirectory() && /\.(?:whl|tar\.gz)$/.test(entry.name))
    .map((entry) => entry.name)
    .toSorted()
    .map((name) => join(resolve(directory), name));
}
