/**
 * A file that is being downloaded: new, hashed as it grows, and gone again when the download fails.
 *
 * @module
 */

import type { MeasuredFile } from '@wheelseal/distributions';
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { RegistryError } from './errors.ts';

/** Writes chunks to the file from its start, and says what was written. */
type WriteChunks = (
  chunks: AsyncIterable<Buffer>,
  onProgress?: (bytes: number) => void,
) => Promise<MeasuredFile>;

/**
 * Opens a new file, lets `fill` write it, and removes it when that fails.
 *
 * @throws RegistryError with code `FILE_EXISTS` or `FILE_UNWRITABLE`.
 */
export async function intoNewFile(
  path: string,
  fill: (write: WriteChunks) => Promise<MeasuredFile>,
): Promise<MeasuredFile> {
  const handle = await onDisk(path, open(path, 'wx'));
  try {
    const measured = await fill((chunks, onProgress) => write(handle, path, chunks, onProgress));
    await onDisk(path, handle.close());
    return measured;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function write(
  handle: FileHandle,
  path: string,
  chunks: AsyncIterable<Buffer>,
  onProgress: ((bytes: number) => void) | undefined,
): Promise<MeasuredFile> {
  const hash = createHash('sha256');
  let size = 0;
  // What a broken try left behind may be longer than what comes now.
  await onDisk(path, handle.truncate(0));
  for await (const chunk of chunks) {
    await writeAt(handle, path, chunk, size);
    hash.update(chunk);
    size += chunk.length;
    onProgress?.(size);
  }
  return { path, size, sha256: hash.digest('hex') };
}

async function writeAt(
  handle: FileHandle,
  path: string,
  chunk: Buffer,
  position: number,
): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const rest = chunk.length - written;
    const { bytesWritten } = await onDisk(
      path,
      handle.write(chunk, written, rest, position + written),
    );
    written += bytesWritten;
  }
}

async function onDisk<T>(path: string, operation: Promise<T>): Promise<T> {
  return operation.catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
}

function unwritable(path: string, cause: unknown): RegistryError {
  if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
    return new RegistryError(`\`${path}\` is there already, expected no file of this name`, {
      code: 'FILE_EXISTS',
      hint: 'Move the file away or download to another folder.',
      cause,
    });
  }
  return new RegistryError(`cannot write \`${path}\``, {
    code: 'FILE_UNWRITABLE',
    hint: 'Check that the folder exists, may be written to, and has room left.',
    cause,
  });
}
