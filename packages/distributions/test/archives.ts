/**
 * Archives as a build backend would write them, and as it never would.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** One entry of a zip archive, with what may be wrong about it. */
export interface ZipEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly localName?: string;
  readonly checksum?: number;
  readonly size?: number;
}

/** Packs a zip archive. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', localName = name, checksum, size } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x800, 2);
    shared.writeUInt16LE(8, 4);
    shared.writeUInt32LE(checksum ?? crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(size ?? bytes.length, 18);
    const local = headerWith(shared, localName);
    const central = headerWith(shared, name);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const file = Buffer.concat([Buffer.from('PK\x03\x04'), local, Buffer.from(localName), packed]);
    const entry = [Buffer.from('PK\x01\x02\x14\x00'), central, place, Buffer.from(name)];
    files.push(file);
    directory.push(Buffer.concat(entry));
    offset += file.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, index, end]);
}

/** Packs a compressed tar archive. */
export async function tarball(
  entries: readonly (Partial<Header> & { readonly name: string; readonly content?: string })[],
): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry(header, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-distributions-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a file into a folder that is gone after the test, and returns its path. */
export async function temporaryFile(filename: string, content: string | Buffer): Promise<string> {
  const path = join(await temporaryFolder(), filename);
  await writeFile(path, content);
  return path;
}

function headerWith(shared: Buffer, name: string): Buffer {
  const header = Buffer.from(shared);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  return header;
}
