/**
 * A measured file on its way into a registry, compared with its measurement as it passes.
 *
 * The last piece is held back until the digest is known: a file that changed since it was measured
 * never arrives whole, so that GitLab stores nothing.
 *
 * @module
 */

import type { MeasuredFile } from '@wheelseal/distributions';
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { RegistryError } from './errors.ts';

/** A file that is open for one upload. */
export interface FileSource {
  readonly chunks: AsyncIterable<Buffer>;
  /** What kept the file from being read to its end. */
  failure(): unknown;
  /** Whether all of it was read and is as it was measured. */
  isComplete(): boolean;
}

const chunkSize = 128 * 1024;

/**
 * Opens a file, once, for the time of one upload.
 *
 * @throws RegistryError with code `FILE_UNREADABLE`.
 */
export async function withFileSource<T>(
  file: MeasuredFile,
  onProgress: ((bytes: number) => void) | undefined,
  upload: (source: FileSource) => Promise<T>,
): Promise<T> {
  const handle = await open(file.path).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  let failure: unknown;
  let complete = false;
  const read = async function* (): AsyncGenerator<Buffer, void, void> {
    let passed = 0;
    try {
      for await (const chunk of heldBack(piecesOf(handle, file), () => (complete = true))) {
        passed += chunk.length;
        onProgress?.(passed);
        yield chunk;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  try {
    return await upload({ chunks: read(), failure: () => failure, isComplete: () => complete });
  } finally {
    await handle.close().catch(() => undefined);
  }
}

/** Ends in an error unless the pieces are together what was measured. */
async function* piecesOf(
  handle: FileHandle,
  file: MeasuredFile,
): AsyncGenerator<Buffer, void, void> {
  const hash = createHash('sha256');
  let size = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle
      .read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, size)
      .catch((cause: unknown) => {
        throw unreadable(file, cause);
      });
    if (bytesRead === 0) break;
    const piece = buffer.subarray(0, bytesRead);
    hash.update(piece);
    size += bytesRead;
    if (size > file.size) throw changed(file);
    yield piece;
  }
  if (size !== file.size || hash.digest('hex') !== file.sha256) throw changed(file);
}

/** Yields each piece only when the next one, or a good end, is there. */
async function* heldBack(
  pieces: AsyncIterable<Buffer>,
  onEnd: () => void,
): AsyncGenerator<Buffer, void, void> {
  let held: Buffer | undefined;
  for await (const piece of pieces) {
    if (held !== undefined) yield held;
    held = piece;
  }
  onEnd();
  if (held !== undefined) yield held;
}

function changed({ path }: MeasuredFile): RegistryError {
  return new RegistryError(`\`${path}\` has other bytes than when it was measured`, {
    code: 'FILE_CHANGED',
    hint: 'Measure, sign and verify the file again before it is uploaded.',
  });
}

function unreadable({ path }: MeasuredFile, cause: unknown): RegistryError {
  return new RegistryError(`cannot read \`${path}\``, {
    code: 'FILE_UNREADABLE',
    hint: 'Check that the file is there and may be read.',
    cause,
  });
}
