/**
 * The `PKG-INFO` file of an sdist.
 *
 * An sdist has everything in one folder, and the file directly in it. Copies deeper down, such as
 * those of `*.egg-info`, are not looked at.
 *
 * @module
 */

import type { FileHandle } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type ExtractEvents } from 'tar-stream';
import {
  invalidArchive,
  missingMetadata,
  mostArchiveBytes,
  mostEntries,
  mostMetadataBytes,
} from './archive-limits.ts';
import { DistributionError } from './errors.ts';
import { quote } from './quote.ts';
import type { SdistFilename } from './sdist-filename.ts';

type Entry = ExtractEvents['entry'][1];

/** Reads the bytes of the one `PKG-INFO` file. */
export async function readSdistMetadata({
  file,
  expected: { filename },
  signal,
}: {
  readonly file: FileHandle;
  readonly expected: SdistFilename;
  readonly signal: AbortSignal | undefined;
}): Promise<Buffer> {
  const archive = extract();
  // Both have to end, also when one fails: the caller closes the file afterwards.
  const [found, fed] = await Promise.allSettled([
    readEntries(archive, filename),
    pipeline(
      file.createReadStream({ start: 0, autoClose: false }),
      createGunzip(),
      (source: AsyncIterable<Buffer>) => bounded(source, filename),
      archive,
      { ...(signal && { signal }) },
    ),
  ]);
  signal?.throwIfAborted();
  if (found.status === 'fulfilled' && fed.status === 'fulfilled') return found.value;
  const causes = [found, fed].flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  const refusal = causes.find((cause) => cause instanceof DistributionError);
  throw refusal ?? invalidArchive(`${quote(filename)} is not a readable tar archive`, causes[0]);
}

async function* bounded(source: AsyncIterable<Buffer>, filename: string): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > mostArchiveBytes) {
      throw invalidArchive(`${quote(filename)} is above ${mostArchiveBytes} bytes unpacked`);
    }
    yield chunk;
  }
}

async function readEntries(archive: AsyncIterable<Entry>, filename: string): Promise<Buffer> {
  let count = 0;
  let top: string | undefined;
  let found: Buffer | undefined;
  for await (const entry of archive) {
    count += 1;
    if (count > mostEntries) {
      throw invalidArchive(`${quote(filename)} has more than ${mostEntries} entries`);
    }
    const segments = segmentsOf(entry.header, filename);
    top ??= segments[0];
    if (segments.length > 0 && segments[0] !== top) {
      throw invalidArchive(
        `${quote(filename)} has ${quote(String(segments[0]))} beside ${quote(String(top))}, expected one folder`,
      );
    }
    if (segments.length === 2 && segments[1] === 'PKG-INFO') {
      if (found) throw invalidArchive(`${quote(filename)} has \`PKG-INFO\` twice`);
      found = await readEntry(entry, filename);
    }
    entry.resume();
  }
  if (found) return found;
  throw missingMetadata(`${quote(filename)} has no \`PKG-INFO\` file in its folder`);
}

function segmentsOf({ name }: Entry['header'], filename: string): readonly string[] {
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  const outside = name.startsWith('/') || /^[A-Za-z]:/.test(name) || segments.includes('..');
  if (!outside && !name.includes('\0')) return segments;
  throw invalidArchive(`${quote(filename)} has an entry outside of its folder, ${quote(name)}`);
}

async function readEntry(entry: Entry, filename: string): Promise<Buffer> {
  const { type, size } = entry.header;
  if (type !== 'file' && type !== 'contiguous-file') {
    throw missingMetadata(`\`PKG-INFO\` of ${quote(filename)} is a ${type}, expected a file`);
  }
  if (size > mostMetadataBytes) {
    throw invalidArchive(`\`PKG-INFO\` of ${quote(filename)} is above ${mostMetadataBytes} bytes`);
  }
  return buffer(entry);
}
