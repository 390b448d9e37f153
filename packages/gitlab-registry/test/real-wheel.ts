/**
 * A wheel that tools can read: an archive with nothing but its metadata, stored as it is.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Writes a wheel of a project into a folder. */
export async function writeWheel(folder: string, project: string, version: string) {
  const name = `${project}-${version}.dist-info/METADATA`;
  const metadata = `Metadata-Version: 2.4\nName: ${project}\nVersion: ${version}\nRequires-Python: >=3.9\n`;
  const path = join(folder, `${project}-${version}-py3-none-any.whl`);
  await writeFile(path, archiveOf(name, Buffer.from(metadata)));
  return path;
}

/** A ZIP archive of one stored file. */
function archiveOf(name: string, content: Buffer): Buffer {
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x21, 8);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), content]);
  const central = Buffer.concat([
    Buffer.from('PK\u0001\u0002\u0014\u0000'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
