/**
 * What is in a wheel or an sdist, as far as two of them can differ.
 *
 * Archives are read as streams; nothing is unpacked.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { openPromise } from 'yauzl';

/** One file or folder in an archive. */
export interface ArchiveMember {
  /** SHA-256 of its bytes. */
  readonly content: string;
  /** Times, rights and owners, by their names. */
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** Reads the members of an archive by their paths, in the order in which they lie there. */
export async function readMembers(
  path: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<ReadonlyMap<string, ArchiveMember>> {
  return path.endsWith('.whl') ? membersOfZip(path, signal) : membersOfTar(path, signal);
}

type Members = ReadonlyMap<string, ArchiveMember>;

async function membersOfZip(path: string, signal: AbortSignal | undefined): Promise<Members> {
  const members = new Map<string, ArchiveMember>();
  const zip = await openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      const isFolder = entry.fileName.endsWith('/');
      const content = isFolder ? '' : await digestOf(await zip.openReadStreamPromise(entry));
      members.set(entry.fileName, {
        content,
        attributes: {
          time: `${entry.lastModFileDate}/${entry.lastModFileTime}`,
          mode: (entry.externalFileAttributes >>> 16).toString(8),
          compression: entry.compressionMethod,
        },
      });
    }
  } finally {
    zip.close();
  }
  return members;
}

async function membersOfTar(path: string, signal: AbortSignal | undefined): Promise<Members> {
  const members = new Map<string, ArchiveMember>();
  const archive = extract();
  const feeding = pipeline(createReadStream(path), createGunzip(), archive, {
    ...(signal && { signal }),
  });
  const reading = (async () => {
    for await (const entry of archive) {
      const { name, mtime, mode, uid, gid, uname, gname, type, linkname } = entry.header;
      members.set(name, {
        content: await digestOf(entry),
        attributes: {
          time: mtime?.getTime() ?? 0,
          mode: (mode ?? 0).toString(8),
          owner: [uid, gid, uname, gname].join(':'),
          type: type ?? '',
          link: linkname ?? '',
        },
      });
    }
  })();
  await Promise.all([feeding, reading]);
  return members;
}

async function digestOf(source: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(source, hash);
  return hash.digest('hex');
}
