/**
 * The layout of a zip archive: entries side by side, the directory, its end, and nothing else.
 *
 * A zip can be read from its directory or from its front. Bytes before, between or after its parts,
 * parts that overlap, and headers that contradict each other show different files to different
 * readers; an installer would unpack what was never looked at.
 *
 * @module
 */

import type { Entry, LocalFileHeader, ZipFile } from 'yauzl';
import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { readBytes } from './file-range.ts';
import { quote } from './quote.ts';
import type { ZipDirectory } from './zip-end.ts';

/** The bits that decide how a name and its content are read: encryption and UTF-8. */
const meaningfulFlags = 0x0801;
const hasDescriptor = 0x0008;
const unicodePath = 0x7075;
const zip64 = 0x0001;
const unknown32 = 0xffffffff;

/**
 * Says where the content of each entry begins.
 *
 * @throws ArchiveFlaw
 */
export async function locateContents(
  zip: ZipFile,
  entries: readonly Entry[],
  { archive, directory }: { readonly archive: ArchiveFile; readonly directory: ZipDirectory },
): Promise<ReadonlyMap<Entry, number>> {
  const length = entries.reduce((sum, entry) => sum + directoryBytes(entry), 0);
  if (length !== directory.size || entries.length !== directory.entries) {
    throw ambiguous(archive, 'has a directory that is not as long as it says');
  }
  const starts = new Map<Entry, number>();
  const inOrder = entries.toSorted(
    (left, right) => left.relativeOffsetOfLocalHeader - right.relativeOffsetOfLocalHeader,
  );
  let end = 0;
  for (const [index, entry] of inOrder.entries()) {
    archive.signal?.throwIfAborted();
    if (entry.relativeOffsetOfLocalHeader !== end) {
      throw ambiguous(archive, `has other bytes, or the same bytes twice, before ${nameOf(entry)}`);
    }
    const header = await zip.readLocalFileHeaderPromise(entry, { minimal: false });
    assertSame(archive, entry, header);
    starts.set(entry, header.fileDataStart);
    const next = inOrder[index + 1]?.relativeOffsetOfLocalHeader ?? directory.start;
    const dataEnd = header.fileDataStart + entry.compressedSize;
    if (header.generalPurposeBitFlag & hasDescriptor) {
      await assertDescriptor(archive, entry, { start: dataEnd, end: next });
      end = next;
    } else {
      end = dataEnd;
    }
  }
  if (end === directory.start) return starts;
  throw ambiguous(archive, 'has other bytes before its directory');
}

function directoryBytes(entry: Entry): number {
  return 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
}

/** A reader that trusts the local header must not be shown another file than one that does not. */
function assertSame(archive: ArchiveFile, entry: Entry, local: LocalFileHeader): void {
  const name = nameOf(entry);
  if (!local.fileName.equals(entry.fileNameRaw)) {
    throw ambiguous(archive, `names ${name} differently in two places`);
  }
  if (entry.extraFields.some(({ id }) => id === unicodePath)) {
    throw ambiguous(archive, `has a second name for ${name}`);
  }
  if (entry.fileNameRaw.some((byte) => byte > 0x7f) && !(entry.generalPurposeBitFlag & 0x0800)) {
    throw ambiguous(archive, `does not say how the name ${name} is encoded`);
  }
  const flags = local.generalPurposeBitFlag ^ entry.generalPurposeBitFlag;
  const [size, compressed] = localSizes(local);
  const declared =
    local.crc32 === entry.crc32 &&
    size === entry.uncompressedSize &&
    compressed === entry.compressedSize;
  const deferred = Boolean(local.generalPurposeBitFlag & hasDescriptor);
  const blank =
    local.crc32 === 0 &&
    [local.compressedSize, local.uncompressedSize].every((field) => [0, unknown32].includes(field));
  if (
    flags & meaningfulFlags ||
    local.compressionMethod !== entry.compressionMethod ||
    !(declared || (deferred && blank))
  ) {
    throw ambiguous(archive, `describes ${name} differently in two places`);
  }
  if (entry.isEncrypted() || !entry.canDecodeFileData()) {
    const message = `${quote(archive.filename)} has ${name} encrypted or packed by another method than deflate`;
    throw new ArchiveFlaw('ARCHIVE_INVALID', message);
  }
  if (entry.fileNameRaw.at(-1) === 0x2f && entry.uncompressedSize > 0) {
    throw ambiguous(archive, `has ${name} both as a folder and as a file`);
  }
}

/** Content and packed size as the local header has them, in 64 bits where it uses them. */
function localSizes(local: LocalFileHeader): readonly [number, number] {
  const { uncompressedSize, compressedSize, extraField } = local;
  if (uncompressedSize !== unknown32 && compressedSize !== unknown32) {
    return [uncompressedSize, compressedSize];
  }
  for (let at = 0; at + 4 <= extraField.length; at += 4 + extraField.readUInt16LE(at + 2)) {
    if (extraField.readUInt16LE(at) !== zip64 || at + 20 > extraField.length) continue;
    return [
      Number(extraField.readBigUInt64LE(at + 4)),
      Number(extraField.readBigUInt64LE(at + 12)),
    ];
  }
  return [uncompressedSize, compressedSize];
}

/** What follows the content when its size was not known before: checksum and both sizes. */
async function assertDescriptor(
  archive: ArchiveFile,
  entry: Entry,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<void> {
  const length = end - start;
  const complaint = `has other bytes behind ${nameOf(entry)}`;
  if (![12, 16, 20, 24].includes(length)) throw ambiguous(archive, complaint);
  const bytes = await readBytes(archive.file, start, length);
  // A signature may stand before the fields.
  const fields = bytes.subarray(length % 8 === 0 ? 4 : 0);
  const sizes =
    fields.length === 20
      ? [Number(fields.readBigUInt64LE(4)), Number(fields.readBigUInt64LE(12))]
      : [fields.readUInt32LE(4), fields.readUInt32LE(8)];
  if (
    (fields.length < length && bytes.readUInt32LE(0) !== 0x08074b50) ||
    fields.readUInt32LE(0) !== entry.crc32 ||
    sizes[0] !== entry.compressedSize ||
    sizes[1] !== entry.uncompressedSize
  ) {
    throw ambiguous(archive, complaint);
  }
}

function nameOf(entry: Entry): string {
  return quote(entry.fileNameRaw.toString('utf8'));
}

function ambiguous({ filename }: ArchiveFile, complaint: string): ArchiveFlaw {
  return new ArchiveFlaw('ARCHIVE_AMBIGUOUS', `${quote(filename)} ${complaint}`);
}
