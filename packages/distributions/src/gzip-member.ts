/**
 * The one gzip member an sdist consists of.
 *
 * A gzip file may have several members, or bytes behind the last one. Some installers read on and
 * some stop: they would unpack different files. One member that fills the file is read here.
 *
 * @module
 */

import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { readBytes, readRange } from './file-range.ts';
import { quote } from './quote.ts';

const trailerLength = 8;
const longestHeader = 65_536;

/**
 * Decompresses the file.
 *
 * @throws ArchiveFlaw
 */
export async function* gunzip({
  file,
  size,
  filename,
}: ArchiveFile): AsyncGenerator<Buffer, void, void> {
  const start = headerLength(await readBytes(file, 0, Math.min(size, longestHeader)));
  const end = size - trailerLength;
  if (start === undefined || start > end) {
    throw new ArchiveFlaw('ARCHIVE_INVALID', `${quote(filename)} is not a gzip file`);
  }
  const inflate = createInflateRaw();
  const packed = Readable.from(readRange(file, start, end), { objectMode: false });
  let checksum = 0;
  let bytes = 0;
  for await (const chunk of pipeline(packed, inflate, () => undefined) as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
    bytes += chunk.length;
    yield chunk;
  }
  if (inflate.bytesWritten !== end - start) {
    const message = `${quote(filename)} has other bytes behind its compressed content`;
    throw new ArchiveFlaw('ARCHIVE_AMBIGUOUS', message);
  }
  const trailer = await readBytes(file, end, trailerLength);
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== bytes % 2 ** 32) {
    throw new ArchiveFlaw('ARCHIVE_INVALID', `${quote(filename)} is damaged`);
  }
}

/** Where the compressed content begins, if this is a gzip file. */
function headerLength(bytes: Buffer): number | undefined {
  const flags = bytes[3];
  if (flags === undefined || bytes.readUIntBE(0, 3) !== 0x1f8b08 || flags > 0x1f) return undefined;
  let length = 10;
  if (flags & 0x04) {
    if (bytes.length < length + 2) return undefined;
    length += 2 + bytes.readUInt16LE(length);
  }
  // A file name and a comment, each up to a zero byte.
  for (const flag of [0x08, 0x10]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, length);
    if (zero < 0) return undefined;
    length = zero + 1;
  }
  return flags & 0x02 ? length + 2 : length;
}
