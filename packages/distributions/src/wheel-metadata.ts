/**
 * The `METADATA` file of a wheel.
 *
 * A wheel has one `*.dist-info` folder at its top, named after its file. Vendored projects may have
 * theirs deeper down; those are not this wheel's.
 *
 * @module
 */

import type { FileHandle } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import {
  invalidArchive,
  missingMetadata,
  mostEntries,
  mostMetadataBytes,
} from './archive-limits.ts';
import { DistributionError } from './errors.ts';
import { invalidMetadata } from './header-lines.ts';
import { normalizeName } from './name.ts';
import { quote } from './quote.ts';
import { parseVersion } from './version.ts';
import type { WheelFilename } from './wheel-filename.ts';

/** Reads the bytes of the one `METADATA` file. */
export async function readWheelMetadata({
  file,
  expected,
  signal,
}: {
  readonly file: FileHandle;
  readonly expected: WheelFilename;
  readonly signal: AbortSignal | undefined;
}): Promise<Buffer> {
  try {
    // The caller closes the file: it opened it.
    const zip = await fromFdPromise(file.fd, { autoClose: false });
    const entries = await listEntries(zip, expected.filename, signal);
    const entry = selectMetadata(entries, expected);
    return await readEntry(zip, entry, expected.filename);
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DistributionError) throw cause;
    throw invalidArchive(`${quote(expected.filename)} is not a readable zip archive`, cause);
  }
}

async function listEntries(
  zip: ZipFile,
  filename: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    signal?.throwIfAborted();
    if (entries.has(entry.fileName)) {
      throw invalidArchive(`${quote(filename)} has ${quote(entry.fileName)} twice`);
    }
    if (entries.size >= mostEntries) {
      throw invalidArchive(`${quote(filename)} has more than ${mostEntries} entries`);
    }
    entries.set(entry.fileName, entry);
  }
  return entries;
}

function selectMetadata(entries: ReadonlyMap<string, Entry>, expected: WheelFilename): Entry {
  const filename = quote(expected.filename);
  const folders = new Set(
    [...entries.keys()].flatMap((name) => /^[^/]+\.dist-info(?=\/)/.exec(name) ?? []),
  );
  const [folder, another] = folders;
  if (folder === undefined) throw missingMetadata(`${filename} has no \`.dist-info\` folder`);
  if (another !== undefined) {
    throw invalidArchive(`${filename} has both ${quote(folder)} and ${quote(another)}`);
  }
  if (!isFolderOf(folder, expected)) {
    throw invalidMetadata(`of ${filename} lies in ${quote(folder)}`);
  }
  const entry = entries.get(`${folder}/METADATA`);
  if (entry === undefined) throw missingMetadata(`${filename} has no \`METADATA\` file`);
  return entry;
}

function isFolderOf(folder: string, { name, version }: WheelFilename): boolean {
  const [, folderName = '', folderVersion = ''] = /^(.+)-([^-]+)\.dist-info$/.exec(folder) ?? [];
  try {
    return (
      normalizeName(folderName) === name &&
      parseVersion(folderVersion).equals(parseVersion(version))
    );
  } catch {
    return false;
  }
}

async function readEntry(zip: ZipFile, entry: Entry, filename: string): Promise<Buffer> {
  if (entry.uncompressedSize > mostMetadataBytes) {
    throw invalidArchive(`\`METADATA\` of ${quote(filename)} is above ${mostMetadataBytes} bytes`);
  }
  // A reader that trusts the local header must not be shown another file than one that does not.
  const { fileName } = await zip.readLocalFileHeaderPromise(entry, { minimal: false });
  if (!fileName.equals(entry.fileNameRaw)) {
    throw invalidArchive(`${quote(filename)} names one file differently in two places`);
  }
  const bytes = await buffer(await zip.openReadStreamPromise(entry));
  if (crc32(bytes) === entry.crc32) return bytes;
  throw invalidArchive(`\`METADATA\` of ${quote(filename)} is damaged`);
}
