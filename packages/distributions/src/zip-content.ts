/**
 * The content of one entry of a zip archive.
 *
 * @module
 */

import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, crc32, inflateRawSync } from 'node:zlib';
import type { Entry } from 'yauzl';
import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { type FileWindow, readRange } from './file-range.ts';
import { quote } from './quote.ts';

/** Up to this many bytes, a stream costs more than what it streams. */
const small = 262_144;

/** Bytes of the content, and where the packed bytes were read to their end, how many those were. */
interface Part {
  readonly content: Buffer;
  readonly consumed?: number;
}

/**
 * Reads the content that begins at `start`.
 *
 * @throws ArchiveFlaw in the end, unless it was what the archive declares.
 */
export async function* readZipContent(
  { file, filename, signal }: ArchiveFile,
  window: FileWindow,
  entry: Entry,
  start: number,
): AsyncGenerator<Buffer, void, void> {
  const { compressedSize, uncompressedSize } = entry;
  const place = `${quote(entry.fileNameRaw.toString('utf8'))} in ${quote(filename)}`;
  const isSmall = Math.max(compressedSize, uncompressedSize) <= small;
  let size = 0;
  let checksum = 0;
  let consumed = compressedSize;
  try {
    const parts = isSmall
      ? partsAtOnce(await window.read(start, compressedSize), entry)
      : partsOf(readRange(file, start, start + compressedSize), entry);
    for await (const part of parts) {
      signal?.throwIfAborted();
      consumed = part.consumed ?? consumed;
      size += part.content.length;
      if (size > uncompressedSize) break;
      checksum = crc32(part.content, checksum);
      yield part.content;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ArchiveFlaw('ARCHIVE_INVALID', `${place} is damaged`, cause);
  }
  if (size !== uncompressedSize || checksum !== entry.crc32) {
    throw new ArchiveFlaw('ARCHIVE_INVALID', `${place} is damaged`);
  }
  // A reader from the front takes what follows for the next entry.
  if (consumed !== compressedSize) {
    throw new ArchiveFlaw('ARCHIVE_AMBIGUOUS', `${place} is followed by hidden bytes`);
  }
}

async function* partsOf(
  packed: AsyncIterable<Buffer>,
  { compressionMethod }: Entry,
): AsyncGenerator<Part, void, void> {
  if (compressionMethod === 0) {
    for await (const content of packed) yield { content };
    return;
  }
  const inflate = createInflateRaw();
  const stream = pipeline(Readable.from(packed, { objectMode: false }), inflate, () => undefined);
  for await (const content of stream) if (Buffer.isBuffer(content)) yield { content };
  yield { content: Buffer.alloc(0), consumed: inflate.bytesWritten };
}

function partsAtOnce(
  packed: Buffer,
  { compressionMethod, uncompressedSize }: Entry,
): readonly Part[] {
  if (compressionMethod === 0) return [{ content: packed }];
  const options = { info: true, maxOutputLength: uncompressedSize + 1 };
  // The declarations know the option, and not the answer it leads to.
  const answer: unknown = inflateRawSync(packed, options);
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'buffer' in answer &&
    Buffer.isBuffer(answer.buffer) &&
    'engine' in answer &&
    typeof answer.engine === 'object' &&
    answer.engine !== null &&
    'bytesWritten' in answer.engine
  ) {
    return [{ content: answer.buffer, consumed: Number(answer.engine.bytesWritten) }];
  }
  throw new Error('zlib does not say how much it read');
}
