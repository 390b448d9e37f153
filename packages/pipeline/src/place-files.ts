/**
 * Files that were found to be good get their names, without taking anyone else's.
 *
 * @module
 */

import { link, lstat, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { measureFile } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { PipelineError } from './errors.ts';

/** A file that waits for its name. */
export interface Arrival {
  /** Where it is now; in the same file system as its place. */
  readonly path: string;
  readonly filename: string;
  readonly sha256: string;
}

/** A file in its place. */
export interface PlacedFile {
  readonly path: string;
  /** `already-present` when the same bytes were there before. */
  readonly outcome: 'downloaded' | 'already-present';
}

/**
 * Gives every file its name in a folder, or none of them.
 *
 * @throws PipelineError with code `FILE_EXISTS` when other bytes are in the way.
 */
export async function placeAll(
  arrivals: readonly Arrival[],
  directory: string,
): Promise<ReadonlyMap<string, PlacedFile>> {
  const checked: (readonly [Arrival, PlacedFile])[] = [];
  for (const arrival of arrivals) {
    const path = join(directory, arrival.filename);
    const outcome = (await isThere(path, arrival)) ? 'already-present' : 'downloaded';
    checked.push([arrival, { path, outcome }]);
  }
  const done: string[] = [];
  try {
    for (const [arrival, { path, outcome }] of checked) {
      if (outcome === 'already-present') continue;
      await giveName(arrival, path);
      done.push(path);
    }
  } catch (error) {
    await Promise.all(done.map(async (path) => unlink(path)));
    throw error;
  }
  return new Map(checked.map(([{ filename }, place]) => [filename, place]));
}

/** A link refuses a name that is taken, which a rename does not. */
async function giveName(arrival: Arrival, path: string): Promise<void> {
  try {
    await link(arrival.path, path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') throw inTheWay(path, error);
    if (!withoutLinks.has(code)) throw error;
    if (await isThere(path, arrival)) return;
    await rename(arrival.path, path);
  }
}

/** What file systems answer that know no hard links. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

async function isThere(path: string, { sha256 }: Arrival): Promise<boolean> {
  try {
    await lstat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  const found = await measureFile(path).catch((error: unknown) => {
    if (isCodedError(error)) throw inTheWay(path, error);
    throw error;
  });
  if (found.sha256 === sha256) return true;
  throw inTheWay(path);
}

function inTheWay(path: string, cause?: unknown): PipelineError {
  return new PipelineError(`\`${path}\` is there already with other bytes`, {
    code: 'FILE_EXISTS',
    hint: 'Move it away, or download into another folder.',
    ...(cause !== undefined && { cause }),
  });
}
