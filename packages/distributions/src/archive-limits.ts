/**
 * How much of an archive is read before it is refused.
 *
 * The largest wheels there are have some ten thousand files and a few gigabytes; a long description
 * is tens of kilobytes. The limits are far above and below what hurts.
 *
 * @module
 */

import { ArchiveFlaw } from './archive-flaw.ts';
import { quote } from './quote.ts';

/** Files and folders in one archive. */
const mostEntries = 200_000;

/** Bytes of one metadata file. */
export const mostMetadataBytes = 8_388_608;

/** Bytes of the `RECORD` file, which has a line for each entry. */
export const mostRecordBytes = 67_108_864;

/** Bytes of a whole archive once it is decompressed. */
const mostArchiveBytes = 8_589_934_592;

/** How many times its size an archive may grow, once it is above {@link harmlessBytes}. */
const mostGrowth = 200;

/** An archive may be as compressible as it likes below this size. */
const harmlessBytes = 268_435_456;

/** Says why an archive of this many entries and bytes is not read. */
export function assertWithinLimits(
  filename: string,
  {
    size,
    entries,
    bytes,
  }: { readonly size: number; readonly entries: number; readonly bytes: number },
): void {
  const complaint = complaintOf(size, entries, bytes);
  if (complaint !== undefined) {
    throw new ArchiveFlaw('ARCHIVE_TOO_LARGE', `${quote(filename)} ${complaint}`);
  }
}

function complaintOf(size: number, entries: number, bytes: number): string | undefined {
  if (entries > mostEntries) return `has more than ${mostEntries} entries`;
  if (bytes > mostArchiveBytes) return `is above ${mostArchiveBytes} bytes unpacked`;
  if (bytes > harmlessBytes && bytes > size * mostGrowth) {
    return `is more than ${mostGrowth} times as large unpacked`;
  }
  return undefined;
}
