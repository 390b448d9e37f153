/**
 * Uploaded bytes on their way to the disk: hashed as they pass and never held in memory.
 *
 * @module
 */

import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes of one upload. */
export interface StoredBytes {
  /** Last part of the path; names the bytes in the object storage. */
  readonly key: string;
  readonly path: string;
  /** Bytes received, also those beyond the limit, which were not kept. */
  readonly size: number;
  /** SHA-256 of the bytes, computed here. */
  readonly sha256: string;
}

/** Takes bytes to a new file of `directory`, but not more than `limit` of them. */
export async function storeBytes(
  source: Readable,
  directory: string,
  limit: number,
): Promise<StoredBytes> {
  // The source may fail before the pipeline listens to it, which then reports the failure.
  source.on('error', () => undefined);
  await mkdir(directory, { recursive: true });
  const key = randomUUID();
  const path = join(directory, key);
  const hash = createHash('sha256');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      // The rest is read to its end all the same: a client that still sends does not hear an answer.
      if (size > limit) return done();
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(source, measure, createWriteStream(path, { flags: 'wx' }));
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { key, path, size, sha256: hash.digest('hex') };
}

/** Removes bytes that no row refers to. */
export async function discardBytes(bytes: StoredBytes): Promise<void> {
  await rm(bytes.path, { force: true });
}
