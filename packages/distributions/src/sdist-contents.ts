/**
 * What an sdist holds: one folder, and its `PKG-INFO` directly in it.
 *
 * Copies deeper down, such as those of `*.egg-info`, are not looked at.
 *
 * @module
 */

import { type ArchiveEntry, segmentsOf } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import { readMetadataFile } from './metadata-file.ts';
import { type LinkTarget, readTar } from './tar-archive.ts';
import { readZip } from './zip-archive.ts';

/** One entry of an sdist. */
export interface SdistEntry extends ArchiveEntry {
  /** Where a link leads, if the archive says so beside the content. */
  readonly link?: LinkTarget;
}

/** What an sdist holds. */
export interface SdistContents {
  readonly entries: readonly SdistEntry[];
  /** The bytes of `PKG-INFO`. */
  readonly metadata?: Buffer;
}

/**
 * Reads an sdist to its end, of either kind of archive.
 *
 * @throws ArchiveFlaw
 */
export async function readSdist(archive: ArchiveFile): Promise<SdistContents> {
  return archive.filename.endsWith('.zip') ? readZipSdist(archive) : readTarSdist(archive);
}

async function readTarSdist(archive: ArchiveFile): Promise<SdistContents> {
  const entries: SdistEntry[] = [];
  let metadata: Buffer | undefined;
  await readTar(archive, async ({ name, kind, link, content }) => {
    entries.push({ name, kind, ...(link && { link }) });
    if (isMetadata({ name, kind }))
      metadata ??= await readMetadataFile('PKG-INFO', archive, content);
  });
  return { entries, ...(metadata && { metadata }) };
}

async function readZipSdist(archive: ArchiveFile): Promise<SdistContents> {
  const entries = await readZip(archive);
  let metadata: Buffer | undefined;
  for (const entry of entries) {
    if (isMetadata(entry)) {
      metadata ??= await readMetadataFile('PKG-INFO', archive, entry.content());
    } else {
      for await (const _ of entry.content());
    }
  }
  return { entries, ...(metadata && { metadata }) };
}

function isMetadata({ name, kind }: ArchiveEntry): boolean {
  const segments = segmentsOf(name);
  return kind === 'file' && segments.length === 2 && segments[1] === 'PKG-INFO';
}
