/**
 * A zip archive, read from its directory without unpacking.
 *
 * The library reads the directory at the end. Other readers start at the front, or believe what
 * stands before each file: `zip-layout.ts` makes sure that all of them see the same files.
 *
 * @module
 */

import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl';
import type { ArchiveEntry } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { assertWithinLimits } from './archive-limits.ts';
import { FileWindow } from './file-range.ts';
import { quote } from './quote.ts';
import { readZipContent } from './zip-content.ts';
import { readZipEnd } from './zip-end.ts';
import { locateContents } from './zip-layout.ts';
import { ZipReader } from './zip-reader.ts';

/** One entry of a zip archive. */
export interface ZipEntry extends ArchiveEntry {
  /** Its content in bytes, as the archive declares it. */
  readonly size: number;
  /** Reads the content and throws unless it is what the archive declares. */
  content(): AsyncGenerator<Buffer, void, void>;
}

/**
 * Lists the entries of a zip archive that every reader reads the same way.
 *
 * @throws ArchiveFlaw
 */
export async function readZip(archive: ArchiveFile): Promise<readonly ZipEntry[]> {
  const { file, size, filename, signal } = archive;
  try {
    const directory = await readZipEnd(archive);
    assertWithinLimits(filename, { size, entries: directory.entries, names: directory.size });
    const window = new FileWindow(file, size);
    const options = { autoClose: false, decodeStrings: false };
    const zip = await fromRandomAccessReaderPromise(new ZipReader(window), size, options);
    const entries = await listEntries(zip, archive);
    const starts = await locateContents(zip, entries, { archive, directory });
    return entries.map((entry) => zipEntry(archive, window, entry, starts.get(entry) ?? 0));
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof ArchiveFlaw) throw cause;
    throw new ArchiveFlaw(
      'ARCHIVE_INVALID',
      `${quote(filename)} is not a readable zip archive`,
      cause,
    );
  }
}

async function listEntries(
  zip: ZipFile,
  { size, filename, signal }: ArchiveFile,
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    entries.push(entry);
    bytes += entry.uncompressedSize;
    assertWithinLimits(filename, { size, entries: entries.length, bytes });
  }
  return entries;
}

function zipEntry(archive: ArchiveFile, window: FileWindow, entry: Entry, start: number): ZipEntry {
  const name = entry.fileNameRaw.toString('utf8');
  return {
    name,
    kind: kindOf(entry, name),
    size: entry.uncompressedSize,
    content: () => readZipContent(archive, window, entry, start),
  };
}

/** What Unix calls the type of a file, where the archive says it. */
function kindOf({ externalFileAttributes }: Entry, name: string): ArchiveEntry['kind'] {
  const type = (externalFileAttributes >>> 16) & 0o170000;
  if (type === 0o120000) return 'link';
  if (name.endsWith('/')) return 'folder';
  return type === 0 || type === 0o100000 ? 'file' : 'other';
}
