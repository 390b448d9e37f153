/**
 * Wheels and sdists of a few hundred bytes, written as archives without a build frontend.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';

type Entry = readonly [path: string, text: string];

export interface TinyProject {
  readonly name: string;
  readonly version: string;
}

/** Writes a wheel and an sdist of a project into a folder and gives their file names. */
export async function writeDistributions(
  folder: string,
  { name, version }: TinyProject,
  summary = 'Tiny',
): Promise<readonly [wheel: string, sdist: string]> {
  const stem = `${name.toLowerCase().replaceAll(/[-_.]+/g, '_')}-${version}`;
  const names = [`${stem}-py3-none-any.whl`, `${stem}.tar.gz`] as const;
  const metadata = `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\nSummary: ${summary}\nRequires-Python: >=3.10\nLicense-Expression: MIT\nDescription-Content-Type: text/plain\n\nIt is tiny.\n`;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, names[0]),
    zip(
      withRecord(`${stem}.dist-info/RECORD`, [
        ['tiny/__init__.py', `version = "${version}"\n`],
        [`${stem}.dist-info/METADATA`, metadata],
        [
          `${stem}.dist-info/WHEEL`,
          'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
        ],
      ]),
    ),
  );
  await writeFile(
    join(folder, names[1]),
    gzipSync(
      tar([
        [`${stem}/PKG-INFO`, metadata],
        [`${stem}/pyproject.toml`, `[project]\nname = "${name}"\nversion = "${version}"\n`],
      ]),
    ),
  );
  return names;
}

function withRecord(record: string, entries: readonly Entry[]): readonly Entry[] {
  const rows = entries.map(([path, text]) => {
    const digest = createHash('sha256').update(text).digest('base64url');
    return `${path},sha256=${digest},${Buffer.byteLength(text)}\n`;
  });
  return [...entries, [record, `${rows.join('')}${record},,\n`]];
}

function zip(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of entries) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100_644 << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    centrals.push(
      Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, rest, name]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function tar(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(([path, text]) => {
    const data = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write(' '.repeat(8), 148);
    header.write('0', 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
