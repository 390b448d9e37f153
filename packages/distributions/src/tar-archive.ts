/**
 * A compressed tar archive, read as a stream without unpacking.
 *
 * @module
 */

import { pipeline } from 'node:stream/promises';
import { extract, type ExtractEvents } from 'tar-stream';
import { type ArchiveEntry, segmentsOf } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { assertWithinLimits } from './archive-limits.ts';
import { DistributionError } from './errors.ts';
import { gunzip } from './gzip-member.ts';
import { quote } from './quote.ts';
import { TarFraming } from './tar-framing.ts';

type TarStreamEntry = ExtractEvents['entry'][1];

/** Where a link leads: a path, and the folder it starts from. */
export interface LinkTarget {
  readonly from: readonly string[];
  readonly path: string;
}

/** One entry of a tar archive. */
export interface TarEntry extends ArchiveEntry {
  /** In bytes. */
  readonly size: number;
  /** Where a link leads. */
  readonly link?: LinkTarget;
  /** The content, to be read before the next entry; what is not read is passed over. */
  readonly content: AsyncIterable<Buffer>;
}

/**
 * Hands over the entries one after another.
 *
 * @throws ArchiveFlaw
 */
export async function readTar(
  archive: ArchiveFile,
  visit: (entry: TarEntry) => Promise<void> | void,
): Promise<void> {
  const { filename, signal } = archive;
  const tar = extract();
  // Both have to end, also when one fails: the caller closes the file afterwards.
  const [visited, fed] = await Promise.allSettled([
    visitEntries(tar, archive, visit),
    pipeline(watched(archive), tar, { ...(signal && { signal }) }),
  ]);
  signal?.throwIfAborted();
  const causes = [visited, fed].flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  if (causes.length === 0) return;
  const refusal = causes.find((cause) => cause instanceof DistributionError);
  const message = `${quote(filename)} is not a readable tar archive`;
  throw refusal ?? new ArchiveFlaw('ARCHIVE_INVALID', message, causes[0]);
}

async function* watched(archive: ArchiveFile): AsyncGenerator<Buffer, void, void> {
  const { size, filename } = archive;
  const framing = new TarFraming(filename);
  let bytes = 0;
  for await (const chunk of gunzip(archive)) {
    bytes += chunk.length;
    assertWithinLimits(filename, { size, bytes });
    framing.push(chunk);
    yield chunk;
  }
}

async function visitEntries(
  tar: AsyncIterable<TarStreamEntry>,
  { size, filename }: ArchiveFile,
  visit: (entry: TarEntry) => Promise<void> | void,
): Promise<void> {
  let entries = 0;
  let names = 0;
  for await (const entry of tar) {
    entries += 1;
    names += entry.header.name.length + (entry.header.linkname?.length ?? 0);
    assertWithinLimits(filename, { size, entries, names, bytes: entry.header.size });
    await visit(tarEntry(entry));
    entry.resume();
  }
}

function tarEntry(entry: TarStreamEntry): TarEntry {
  const { name, size } = entry.header;
  const link = linkOf(entry.header);
  return {
    name,
    kind: kindOf(entry.header.type),
    size,
    ...(link && { link }),
    content: bytesOf(entry),
  };
}

async function* bytesOf(content: AsyncIterable<unknown>): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of content) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

function kindOf(type: TarStreamEntry['header']['type']): ArchiveEntry['kind'] {
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'directory') return 'folder';
  return type === 'symlink' || type === 'link' ? 'link' : 'other';
}

/** A symbolic link starts from its own folder, the other kind from the top of the archive. */
function linkOf({ name, type, linkname }: TarStreamEntry['header']): LinkTarget | undefined {
  if (typeof linkname !== 'string' || linkname === '') return undefined;
  return { from: type === 'symlink' ? segmentsOf(name).slice(0, -1) : [], path: linkname };
}
