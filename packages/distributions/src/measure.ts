/**
 * Size and digests of files, in one pass and with two buffers, whatever the size.
 *
 * Everything that is signed, published or compared later works on this measurement.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type DistributionKind, parseDistributionFilename } from './distribution-filename.ts';
import { DistributionError } from './errors.ts';
import { quote } from './quote.ts';
import { unreadable, withRegularFile } from './regular-file.ts';
import type { KnownParts } from './sdist-filename.ts';

/** What every call that reads a file takes. */
export interface ReadOptions {
  /** Ends the call with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a call that measures takes. */
export interface MeasureOptions extends ReadOptions {
  /** Computes BLAKE2b-256 as well, which takes some thirty times as long. */
  readonly blake2b256?: boolean;
}

/** What a call that reads a distribution takes; what is known must hold. */
export interface DistributionOptions extends ReadOptions, KnownParts {}

/** A file and what its bytes were when they were read. */
export interface MeasuredFile {
  /** Absolute. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  /** Lower-case hexadecimal, where it was asked for. */
  readonly blake2b256?: string;
}

/** A measured wheel or sdist. */
export interface Distribution extends MeasuredFile {
  readonly filename: string;
  readonly kind: DistributionKind;
  /** Normalised by PEP 503. */
  readonly name: string;
  /** Canonical by PEP 440. */
  readonly version: string;
}

const largestBuffer = 1024 * 1024;
const smallestBuffer = 64 * 1024;

/**
 * Measures a regular file.
 *
 * @throws DistributionError with code `FILE_UNREADABLE`.
 */
export async function measureFile(
  path: string,
  options: MeasureOptions = {},
): Promise<MeasuredFile> {
  options.signal?.throwIfAborted();
  return withRegularFile(path, async (file) => measureOpenFile(file, path, options));
}

/** Measures a file that is open, from its beginning. */
export async function measureOpenFile(
  file: FileHandle,
  path: string,
  { signal, blake2b256 = false }: MeasureOptions,
): Promise<MeasuredFile> {
  const hash = createHash('sha256');
  const blake = blake2b256 ? await createBlake2b256() : undefined;
  let size = 0;
  for await (const chunk of chunks(file, path)) {
    signal?.throwIfAborted();
    hash.update(chunk);
    blake?.update(chunk);
    size += chunk.length;
  }
  return {
    path: resolve(path),
    size,
    sha256: hash.digest('hex'),
    ...(blake && { blake2b256: Buffer.from(blake.digest()).toString('hex') }),
  };
}

/**
 * Measures a wheel or an sdist; the file name must be one.
 *
 * @throws DistributionError with code `FILENAME_INVALID`, `FILENAME_AMBIGUOUS` or `FILE_UNREADABLE`.
 */
export async function measureDistribution(
  path: string,
  options: DistributionOptions & MeasureOptions = {},
): Promise<Distribution> {
  options.signal?.throwIfAborted();
  const { filename, kind, name, version } = parseDistributionFilename(basename(path), options);
  return { ...(await measureFile(path, options)), filename, kind, name, version };
}

/**
 * Throws unless the file still has the size and the bytes that were measured.
 *
 * @throws DistributionError with code `DISTRIBUTION_CHANGED` or `FILE_UNREADABLE`.
 */
export async function assertUnchanged(
  measured: MeasuredFile,
  options: ReadOptions = {},
): Promise<void> {
  assertSame(measured, await measureFile(measured.path, options));
}

/**
 * Throws unless both are the same bytes.
 *
 * @throws DistributionError with code `DISTRIBUTION_CHANGED`.
 */
export function assertSame({ path, size, sha256 }: MeasuredFile, now: MeasuredFile): void {
  if (now.sha256 === sha256.toLowerCase() && now.size === size) return;
  throw new DistributionError(
    `${quote(path)} is ${now.size} bytes with sha256 \`${now.sha256}\`, expected ${size} bytes with \`${sha256}\``,
    {
      code: 'DISTRIBUTION_CHANGED',
      hint: 'Find out what changed the file, then build again and sign what was built.',
    },
  );
}

/** Node's crypto has only the digest of 64 bytes, whose first half is another digest than this. */
async function createBlake2b256(): Promise<{
  update(chunk: Buffer): unknown;
  digest(): Uint8Array;
}> {
  const { blake2b } = await import('@noble/hashes/blake2.js');
  return blake2b.create({ dkLen: 32 });
}

/** Reads into one buffer while the caller works on the other. */
async function* chunks(file: FileHandle, path: string): AsyncGenerator<Buffer, void, void> {
  // A release has many small files, and large buffers for each would cost more than the reading.
  const { size } = await file.stat();
  const length = Math.min(largestBuffer, Math.max(smallestBuffer, size));
  const buffers = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)] as const;
  const fill = (buffer: Buffer) => file.read(buffer, 0, length, null);
  let [current, other] = buffers;
  let pending = fill(current);
  try {
    for (;;) {
      const { bytesRead } = await pending.catch((cause: unknown) => {
        throw unreadable(path, cause);
      });
      if (bytesRead === 0) return;
      [current, other] = [other, current];
      pending = fill(current);
      yield other.subarray(0, bytesRead);
    }
  } finally {
    // The handle may be closed only once no read is under way.
    await pending.catch(() => undefined);
  }
}
