/**
 * Wheels of one version, small and all different, which differ by their build number.
 *
 * @module
 */

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Writes so many wheels into a folder and returns their paths. */
export async function writeWheels(folder: string, count: number): Promise<readonly string[]> {
  const paths = Array.from({ length: count }, (_, index) =>
    join(folder, `demo-1.2.0-${index + 1}-py3-none-any.whl`),
  );
  for (const path of paths) await writeFile(path, wheel());
  return paths;
}

function wheel(): Buffer {
  return zip([
    ['demo.py', Buffer.from(`"""${randomBytes(2048).toString('hex')}"""\n`)],
    [
      'demo-1.2.0.dist-info/METADATA',
      Buffer.from('Metadata-Version: 2.1\nName: demo\nVersion: 1.2.0\n'),
    ],
    ['demo-1.2.0.dist-info/WHEEL', Buffer.from('Wheel-Version: 1.0\n')],
    ['demo-1.2.0.dist-info/RECORD', Buffer.from('')],
  ]);
}

/** Members as they are, then the directory that lists them (APPNOTE 4.3). */
function zip(members: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of members) {
    const shared = fields(content, name);
    const part = [Buffer.from('504b0304', 'hex'), shared, Buffer.from(name), content];
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('504b01021400', 'hex'), shared, place, Buffer.from(name));
    parts.push(...part);
    offset += part.reduce((sum, { length }) => sum + length, 0);
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

/** What both a member and its place in the directory say of it. */
function fields(content: Buffer, name: string): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20);
  // The day 1980-01-01.
  shared.writeUInt16LE(0x21, 8);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  return shared;
}
