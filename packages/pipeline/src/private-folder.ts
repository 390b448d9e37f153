/**
 * A folder for files that are not what they should be yet.
 *
 * It lies inside the folder the files are meant for, so that giving a file its place is one rename.
 *
 * @module
 */

import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { unwritable } from './write-file.ts';

/**
 * Runs work with a private folder, and removes the folder whatever becomes of the work.
 *
 * @throws PipelineError with code `FILE_UNWRITABLE` when it cannot be made.
 */
export async function inPrivateFolder<Result>(
  directory: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const { created, folder } = await open(directory);
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    if (created !== undefined) await removeEmpty(resolve(directory), created);
  }
}

async function open(
  directory: string,
): Promise<{ readonly created: string | undefined; readonly folder: string }> {
  try {
    const created = await mkdir(resolve(directory), { recursive: true });
    return { created, folder: await mkdtemp(join(directory, '.wheelseal-')) };
  } catch (cause) {
    throw unwritable(directory, cause);
  }
}

/** Folders that were made for nothing go too, up to the first; one with files in it refuses. */
async function removeEmpty(folder: string, first: string): Promise<void> {
  try {
    await rmdir(folder);
    if (folder !== resolve(first)) await removeEmpty(dirname(folder), first);
  } catch {
    // It is in use, which is the good end.
  }
}
