// Tiny but real archives that an inspection finds nothing wrong with, unless they are to be spoiled.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32, gzipSync } from 'node:zlib';
import { writeFiles } from './workplace.ts';

interface Sample {
  readonly name?: string;
  readonly version?: string;
  /** Makes the bytes of two samples differ. */
  readonly content?: string;
  /** Rights of the files in an sdist, in octal. */
  readonly mode?: string;
  /** Tags of a wheel. */
  readonly tags?: string;
  /** Replaces or adds files of a wheel, which its `RECORD` does not know of. */
  readonly spoiled?: Readonly<Record<string, string>>;
  /** The end of a wheel's core metadata: content type, an empty line, the long description. */
  readonly description?: string;
}

export function sampleWheel({
  name = 'demo',
  version = '1.0.0',
  content = '',
  tags = 'py3-none-any',
  spoiled = {},
  description,
}: Sample = {}) {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const info = `${stem}.dist-info`;
  const files = {
    [`${name.replaceAll('-', '_')}.py`]: `"""${content}"""\n`,
    [`${info}/METADATA`]: metadata(name, version, description),
    [`${info}/WHEEL`]: wheelFile(tags),
  };
  const record = recordOf(files, `${info}/RECORD`);
  return {
    filename: `${stem}-${tags}.whl`,
    bytes: zip({ ...files, [`${info}/RECORD`]: record, ...spoiled }),
  };
}

export function sampleSdist({
  name = 'demo',
  version = '1.0.0',
  content = '',
  mode = '0000644',
}: Sample = {}) {
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  return {
    filename: `${stem}.tar.gz`,
    bytes: gzipSync(
      tar(
        {
          [`${stem}/PKG-INFO`]: metadata(name, version),
          [`${stem}/pyproject.toml`]: `[project]\nname = "${name}"\nversion = "${version}"\n`,
          [`${stem}/${name}.py`]: `"""${content}"""\n`,
        },
        mode,
      ),
    ),
  };
}

/** Writes a wheel and an sdist of one version into a folder. */
export async function writeSamples(folder: string, sample: Sample = {}): Promise<void> {
  const wheel = sampleWheel(sample);
  const sdist = sampleSdist(sample);
  await writeFiles(folder, { [wheel.filename]: wheel.bytes, [sdist.filename]: sdist.bytes });
}

export const wheelName = 'demo-1.0.0-py3-none-any.whl';
export const sdistName = 'demo-1.0.0.tar.gz';

/** A project that the fake frontends know how to build. */
export async function writeProject(
  folder: string,
  { name = 'demo', version = '1.0.0' }: Sample = {},
): Promise<string> {
  await writeFiles(folder, {
    'pyproject.toml': `[build-system]\nrequires = ["setuptools>=61"]\nbuild-backend = "setuptools.build_meta"\n\n[project]\nname = "${name}"\nversion = "${version}"\n`,
  });
  return join(folder, 'pyproject.toml');
}

const small = 'Description-Content-Type: text/plain\n\nIt is small.\n';

function metadata(name: string, version: string, description = small): string {
  return `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\nSummary: A sample\nRequires-Python: >=3.10\nLicense-Expression: MIT\n${description}`;
}

function wheelFile(tags: string): string {
  return `Wheel-Version: 1.0\nGenerator: sample\nRoot-Is-Purelib: true\nTag: ${tags}\n`;
}

function recordOf(files: Readonly<Record<string, string>>, record: string): string {
  const rows = Object.entries(files).map(([path, text]) => {
    const digest = createHash('sha256').update(text).digest('base64url');
    return `${path},sha256=${digest},${Buffer.byteLength(text)}`;
  });
  return [...rows, `${record},,`, ''].join('\n');
}

function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    // Stored, not deflated; time and date are those of 1 January 1980.
    const header = Buffer.alloc(26);
    header.writeUInt16LE(20, 0);
    header.writeUInt16LE(0x21, 8);
    header.writeUInt32LE(crc32(data), 10);
    header.writeUInt32LE(data.length, 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), header, name, data]);
    const central = Buffer.alloc(42);
    central.writeUInt16LE(20, 0);
    header.copy(central, 2, 0, 26);
    central.writeUInt32LE(offset, 38);
    locals.push(local);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), central, name]));
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), end]);
}

function tar(files: Readonly<Record<string, string>>, mode: string): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const data = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(`${mode}\0`, 100);
    header.write('0000000\0', 108);
    header.write('0000000\0', 116);
    header.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('00000000000\0', 136);
    header.write('        ', 148);
    header.write('0', 156);
    header.write('ustar\u000000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
