/**
 * Archives as a build backend would write them, and as it never would.
 *
 * @module
 */

import { createHash } from 'node:crypto';
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
  readonly localSize?: number;
  /** Type and permissions as Unix has them. */
  readonly mode?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly localFlags?: number;
  readonly extra?: Buffer;
  /** Bytes behind the compressed content, counted as part of it. */
  readonly hidden?: Buffer;
  /** Bytes that belong to no entry. */
  readonly before?: Buffer;
  /** Checksum and sizes behind the content instead of before it. */
  readonly descriptor?: 12 | 16 | 20 | 24;
  /** Points at the entry before instead of this one. */
  readonly isOverlapping?: boolean;
}

/** What may be wrong about a zip archive as a whole. */
export interface ZipFrame {
  readonly prefix?: Buffer;
  readonly beforeDirectory?: Buffer;
  readonly comment?: Buffer;
  readonly suffix?: Buffer;
  /** Writes the end in 64 bits as well. */
  readonly isWide?: boolean;
  readonly wideStart?: number;
  readonly wideEntries?: number;
}

/** Packs a zip archive. */
export function zip(entries: readonly ZipEntry[], frame: ZipFrame = {}): Buffer {
  const files: Buffer[] = [frame.prefix ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let offset = 0;
  let last = 0;
  for (const entry of entries) {
    const { name, localName = name, before = Buffer.alloc(0), extra = Buffer.alloc(0) } = entry;
    const packed = packedOf(entry);
    const start = entry.isOverlapping ? last : offset + before.length;
    const local = localHeader(entry, packed.length);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    place.writeUInt32LE(start, 10);
    const central = headerOf(entry, packed.length, name);
    central.writeUInt16LE(extra.length, 24);
    const madeBy = Buffer.from('PK\x01\x02\x14\x03', 'latin1');
    directory.push(Buffer.concat([madeBy, central, place, Buffer.from(name), extra]));
    const file = [
      before,
      local,
      Buffer.from(localName),
      packed,
      descriptorOf(entry, packed.length),
    ];
    files.push(Buffer.concat(file));
    last = offset + before.length;
    offset += Buffer.concat(file).length;
  }
  const between = frame.beforeDirectory ?? Buffer.alloc(0);
  const index = Buffer.concat(directory);
  const start = offset + between.length;
  const ends = endsOf(entries.length, index.length, start, frame);
  return Buffer.concat([...files, between, index, ...ends, frame.suffix ?? Buffer.alloc(0)]);
}

function packedOf({ content = '', method = 8, hidden = Buffer.alloc(0) }: ZipEntry): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([method === 8 ? deflateRawSync(bytes) : bytes, hidden]);
}

function headerOf(entry: ZipEntry, packed: number, name: string): Buffer {
  const bytes = Buffer.from(entry.content ?? '');
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE((entry.flags ?? 0x800) | (entry.descriptor ? 8 : 0), 2);
  header.writeUInt16LE(entry.method ?? 8, 4);
  header.writeUInt32LE(entry.checksum ?? crc32(bytes), 10);
  header.writeUInt32LE(packed, 14);
  header.writeUInt32LE(entry.size ?? bytes.length, 18);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  return header;
}

function localHeader(entry: ZipEntry, packed: number): Buffer {
  const header = headerOf(entry, packed, entry.localName ?? entry.name);
  if (entry.descriptor) header.fill(0, 10, 22);
  if (entry.localSize !== undefined) header.writeUInt32LE(entry.localSize, 18);
  if (entry.localFlags !== undefined) header.writeUInt16LE(entry.localFlags, 2);
  return Buffer.concat([Buffer.from('PK\x03\x04'), header]);
}

function descriptorOf({ descriptor, content = '', checksum }: ZipEntry, packed: number): Buffer {
  if (!descriptor) return Buffer.alloc(0);
  const bytes = Buffer.from(content);
  const isSigned = descriptor % 8 === 0;
  const isWide = descriptor > 16;
  const fields = Buffer.alloc(isWide ? 20 : 12);
  fields.writeUInt32LE(checksum ?? crc32(bytes), 0);
  fields.writeUInt32LE(packed, 4);
  fields.writeUInt32LE(bytes.length, isWide ? 12 : 8);
  return Buffer.concat([Buffer.from(isSigned ? 'PK\x07\x08' : '', 'latin1'), fields]);
}

function endsOf(entries: number, length: number, start: number, frame: ZipFrame): Buffer[] {
  const { comment = Buffer.alloc(0), isWide = false, wideStart = start } = frame;
  const { wideEntries = entries } = frame;
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(isWide ? 0xffff : entries, 8);
  end.writeUInt16LE(isWide ? 0xffff : entries, 10);
  end.writeUInt32LE(length, 12);
  end.writeUInt32LE(isWide ? 0xffffffff : start, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!isWide) return [end, comment];
  const wide = Buffer.alloc(56);
  wide.write('PK\x06\x06', 'latin1');
  wide.writeBigUInt64LE(44n, 4);
  wide.writeBigUInt64LE(BigInt(wideEntries), 24);
  wide.writeBigUInt64LE(BigInt(wideEntries), 32);
  wide.writeBigUInt64LE(BigInt(length), 40);
  wide.writeBigUInt64LE(BigInt(wideStart), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return [wide, locator, end, comment];
}

/** A line of `RECORD` for a file. */
export function recordLine({ name, content = '' }: ZipEntry): string {
  const bytes = Buffer.from(content);
  const digest = createHash('sha256').update(bytes).digest('base64url');
  const path = /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  return `${path},sha256=${digest},${bytes.length}`;
}

/** Adds the `RECORD` of a wheel to its files. */
export function withRecord(
  entries: readonly ZipEntry[],
  folder = 'demo-1.0.dist-info',
): readonly ZipEntry[] {
  const files = entries.filter(({ name }) => !name.endsWith('/'));
  const lines = [...files.map(recordLine), `${folder}/RECORD,,`, ''];
  return [...entries, { name: `${folder}/RECORD`, content: lines.join('\n') }];
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

/** A header block of a tar archive, as raw as needed. */
export function tarBlock({
  name,
  size = 0,
  type = '0',
  magic = 'ustar\x0000',
  sizeField = `${size.toString(8).padStart(11, '0')}\0`,
  prefix = '',
}: {
  readonly name: string;
  readonly size?: number;
  readonly type?: string;
  readonly magic?: string;
  readonly sizeField?: string;
  readonly prefix?: string;
}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\x000000000\x000000000\0', 100, 'latin1');
  header.write(sizeField, 124, 'latin1');
  header.write('00000000000\0', 136, 'latin1');
  header.write(' '.repeat(8), 148);
  header.write(type, 156, 'latin1');
  header.write(magic, 257, 'latin1');
  header.write(prefix, 345, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** An entry of a tar archive with its content. */
export function tarEntry(
  name: string,
  content: string | Buffer = '',
  header: Partial<Parameters<typeof tarBlock>[0]> = {},
): Buffer {
  const bytes = Buffer.from(content);
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
  return Buffer.concat([tarBlock({ name, size: bytes.length, ...header }), bytes, padding]);
}

/** A record of an extended header. */
export function paxRecord(key: string, value: string): string {
  const bare = ` ${key}=${value}\n`;
  const length = [1, 2, 3].find((digits) => String(bare.length + digits).length === digits) ?? 1;
  return `${bare.length + length}${bare}`;
}
