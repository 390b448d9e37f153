/**
 * Opens regular files and nothing else.
 *
 * Reading a named pipe would wait for ever, and a device has no size.
 *
 * @module
 */

import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { DistributionError } from './errors.ts';
import { quote } from './quote.ts';

/** Opens a file for reading, hands it over and closes it again. */
export async function withRegularFile<T>(
  path: string,
  use: (file: FileHandle, status: Stats) => Promise<T>,
): Promise<T> {
  const file = await openWithoutWaiting(path);
  try {
    const status = await file.stat().catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    if (!status.isFile()) throw unreadable(path, new Error('not a regular file'));
    return await use(file, status);
  } finally {
    await file.close();
  }
}

/** Says that a path cannot be read, with the system's reason as its cause. */
export function unreadable(path: string, cause: unknown): DistributionError {
  return new DistributionError(`cannot read ${quote(path)}`, {
    code: 'FILE_UNREADABLE',
    hint: 'Check that the path exists and that this user may read it.',
    cause,
  });
}

async function openWithoutWaiting(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe waits for its writer.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw unreadable(path, cause);
  }
}
