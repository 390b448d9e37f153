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

/** Bytes of all names together. */
const mostNameBytes = 67_108_864;

/** Bytes of a whole archive once it is decompressed. */
const mostArchiveBytes = 8_589_934_592;

/** How many times its size an archive may grow, once it is above {@link harmlessBytes}. */
const mostGrowth = 200;

/** An archive may be as compressible as it likes below this size. */
const harmlessBytes = 268_435_456;

/** What is known of an archive so far. */
export interface ArchiveExtent {
  /** Bytes of the file. */
  readonly size: number;
  readonly entries?: number;
  /** Bytes of the content. */
  readonly bytes?: number;
  /** Bytes of the names, and of what else stands beside them. */
  readonly names?: number;
}

/** Says why an archive of this extent is not read. */
export function assertWithinLimits(filename: string, extent: ArchiveExtent): void {
  const complaint = complaintOf(extent);
  if (complaint !== undefined) {
    throw new ArchiveFlaw('ARCHIVE_TOO_LARGE', `${quote(filename)} ${complaint}`);
  }
}

function complaintOf({
  size,
  entries = 0,
  bytes = 0,
  names = 0,
}: ArchiveExtent): string | undefined {
  if (entries > mostEntries) return `has more than ${mostEntries} entries`;
  if (names > mostNameBytes) return `has names of more than ${mostNameBytes} bytes`;
  if (bytes > mostArchiveBytes) return `is above ${mostArchiveBytes} bytes unpacked`;
  if (bytes > harmlessBytes && bytes > size * mostGrowth) {
    return `is more than ${mostGrowth} times as large unpacked`;
  }
  return undefined;
}
