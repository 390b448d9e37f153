/**
 * The end of a zip archive, which says where its directory is.
 *
 * The end may be a record, or three where 32 bits are too few. It must be the last thing in the
 * file: a comment behind it may hold another end, and readers differ in which one they take.
 *
 * @module
 */

import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { readBytes } from './file-range.ts';
import { quote } from './quote.ts';

/** Where the directory of a zip archive is and what it should hold. */
export interface ZipDirectory {
  readonly start: number;
  readonly size: number;
  readonly entries: number;
}

const endLength = 22;
const locatorLength = 20;
const wideEndLength = 56;
const longestComment = 65_535;

/**
 * Reads the end of a zip archive.
 *
 * @throws ArchiveFlaw unless the directory lies right before the end, and the end ends the file.
 */
export async function readZipEnd({ file, size, filename }: ArchiveFile): Promise<ZipDirectory> {
  const length = Math.min(size, longestComment + endLength + locatorLength + wideEndLength);
  const tail = await readBytes(file, size - length, length);
  const at = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (at < 0 || at + endLength > length) {
    throw new ArchiveFlaw('ARCHIVE_INVALID', `${quote(filename)} is not a readable zip archive`);
  }
  const end = tail.subarray(at);
  if (end.length !== endLength || end.readUInt16LE(20) !== 0) {
    throw ambiguous(filename, 'has a comment or other bytes behind its end');
  }
  const narrow = {
    start: end.readUInt32LE(16),
    size: end.readUInt32LE(12),
    entries: end.readUInt16LE(10),
  };
  const wide = readWideEnd(tail.subarray(0, at), size, filename);
  const directory = wide ?? narrow;
  const endStart = size - endLength - (wide ? locatorLength + wideEndLength : 0);
  if (directory.start + directory.size !== endStart) {
    throw ambiguous(filename, 'has other bytes between its directory and its end');
  }
  if (wide && !agrees(narrow, wide)) throw ambiguous(filename, 'has two ends that disagree');
  return directory;
}

function readWideEnd(tail: Buffer, size: number, filename: string): ZipDirectory | undefined {
  const locator = tail.subarray(-locatorLength);
  if (locator.length < locatorLength || locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  const end = tail.subarray(0, -locatorLength).subarray(-wideEndLength);
  const start = size - endLength - locatorLength - wideEndLength;
  if (
    end.length !== wideEndLength ||
    end.readUInt32LE(0) !== 0x06064b50 ||
    Number(end.readBigUInt64LE(4)) !== wideEndLength - 12 ||
    Number(locator.readBigUInt64LE(8)) !== start
  ) {
    throw ambiguous(filename, 'has other bytes within its end');
  }
  return {
    start: Number(end.readBigUInt64LE(48)),
    size: Number(end.readBigUInt64LE(40)),
    entries: Number(end.readBigUInt64LE(32)),
  };
}

/** A narrow field says the same as the wide one, or that it is too narrow. */
function agrees(narrow: ZipDirectory, wide: ZipDirectory): boolean {
  return (
    [wide.start, 0xffffffff].includes(narrow.start) &&
    [wide.size, 0xffffffff].includes(narrow.size) &&
    [wide.entries, 0xffff].includes(narrow.entries)
  );
}

function ambiguous(filename: string, complaint: string): ArchiveFlaw {
  return new ArchiveFlaw('ARCHIVE_AMBIGUOUS', `${quote(filename)} ${complaint}`);
}
