/**
 * Small files inside an archive: core metadata, `WHEEL`, `RECORD`.
 *
 * @module
 */

import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { mostMetadataBytes } from './archive-limits.ts';
import { quote } from './quote.ts';

/**
 * Reads a file of an archive into memory.
 *
 * @throws ArchiveFlaw when it is larger than `most` bytes.
 */
export async function readMetadataFile(
  name: string,
  { filename }: ArchiveFile,
  content: AsyncIterable<Buffer>,
  most: number = mostMetadataBytes,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > most) {
      const message = `\`${name}\` of ${quote(filename)} is above ${most} bytes`;
      throw new ArchiveFlaw('ARCHIVE_TOO_LARGE', message);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
