import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tarball, tarEntry, withRecord, zip, type ZipEntry, type ZipFrame } from './archives.ts';
import {
  inspectBytes,
  inspectSdist,
  inspectWheel,
  metadata,
  sdistFiles,
  wheelFile,
  wheelFiles,
} from './inspected.ts';

const sound = withRecord(wheelFiles());
const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array));

function changed(index: number, change: Partial<ZipEntry>): readonly ZipEntry[] {
  return sound.map((entry, at) => (at === index ? { ...entry, ...change } : entry));
}

interface Flaw {
  readonly code: string;
  readonly entries?: readonly ZipEntry[];
  readonly frame?: ZipFrame & { readonly filename?: string };
}

const any = fc.nat(sound.length - 1);
const loose = fc.nat(1);

/** One flaw of one wheel, and the code that must be found. */
const flaw: fc.Arbitrary<Flaw> = fc.oneof(
  bytes.map((prefix) => ({ code: 'ARCHIVE_AMBIGUOUS', frame: { prefix } })),
  bytes.map((suffix) => ({ code: 'ARCHIVE_AMBIGUOUS', frame: { suffix } })),
  bytes.map((comment) => ({ code: 'ARCHIVE_AMBIGUOUS', frame: { comment } })),
  bytes.map((beforeDirectory) => ({ code: 'ARCHIVE_AMBIGUOUS', frame: { beforeDirectory } })),
  fc
    .tuple(any, bytes)
    .map(([index, before]) => ({ code: 'ARCHIVE_AMBIGUOUS', entries: changed(index, { before }) })),
  fc
    .tuple(any, bytes)
    .map(([index, hidden]) => ({ code: 'ARCHIVE_AMBIGUOUS', entries: changed(index, { hidden }) })),
  any.map((index) => ({
    code: 'ARCHIVE_AMBIGUOUS',
    entries: changed(index, { localName: sound[index]!.name.toUpperCase() }),
  })),
  fc.tuple(any, fc.nat(0xffff)).map(([index, checksum]) => ({
    code: 'ARCHIVE_INVALID',
    entries: changed(index, { checksum }),
  })),
  any.map((index) => ({ code: 'ENTRY_DUPLICATE', entries: [...sound, sound[index]!] })),
  fc.constantFrom('../x', '/x', 'demo/../../x', 'D:x', 'a\\b', 'a\u0007').map((name) => ({
    code: 'ENTRY_PATH_UNSAFE',
    entries: [...sound, { name }],
  })),
  fc.constantFrom(0o120777, 0o010644, 0o060644).map((mode) => ({
    code: 'ENTRY_KIND_UNSAFE',
    entries: [...sound, { name: 'demo/x', mode }],
  })),
  fc.tuple(loose, bytes).map(([index, content]) => ({
    code: 'RECORD_MISMATCH',
    entries: changed(index, { content }),
  })),
  loose.map((index) => ({
    code: 'RECORD_INCOMPLETE',
    entries: sound.filter((_, at) => at !== index),
  })),
  bytes.map((content) => ({
    code: 'RECORD_INCOMPLETE',
    entries: [...sound, { name: 'demo/extra.py', content }],
  })),
  fc.constantFrom('cp313-cp313-any', 'py3-none-win32', 'py2.py3-none-any').map((tags) => ({
    code: 'TAGS_MISMATCH',
    frame: { filename: `demo-1.0-${tags}.whl` },
  })),
  fc.constantFrom('1', '7x').map((build) => ({
    code: 'TAGS_MISMATCH',
    entries: withRecord(wheelFiles(metadata(), `${wheelFile}Build: ${build}\n`)),
  })),
  fc.constantFrom('1.1', '1.0.post1', '1.0+x').map((Version) => ({
    code: 'METADATA_MISMATCH',
    entries: withRecord(wheelFiles(metadata({ Version }))),
  })),
);

test('finds the one flaw of any wheel under its code', async () => {
  await fc.assert(
    fc.asyncProperty(flaw, async ({ code, entries = sound, frame = {} }) => {
      const findings = await inspectWheel(entries, frame);
      expect(findings.map((finding) => finding.split(' ')[0])).toContain(code);
    }),
    { numRuns: 120 },
  );
});

/** Not compressed, since one content may be compressed in several ways. */
const wheelBytes = zip(sound.map((entry) => ({ ...entry, method: 0 })));
const sdistBytes = await tarball(sdistFiles);

test('reports something of any wheel with one byte changed that matters, and throws of none', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(wheelBytes.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, by) => {
        const spoiled = Buffer.from(wheelBytes);
        spoiled[at] = spoiled[at]! ^ by;
        const findings = await inspectBytes('demo-1.0-py3-none-any.whl', spoiled);
        // Times, permissions and versions of the format say nothing about the files.
        expect(findings.length > 0 || isMeaningless(at)).toBe(true);
      },
    ),
    { numRuns: 120 },
  );
});

/** Whether a byte lies in a field of a header that no reader has to agree about. */
function isMeaningless(at: number): boolean {
  const fields = [
    // Needed version, some flags, time, of the headers in front.
    { mark: 'PK\u0003\u0004', from: 4, to: 14 },
    // The same and disk number, attributes, in the directory.
    { mark: 'PK\u0001\u0002', from: 4, to: 16 },
    { mark: 'PK\u0001\u0002', from: 34, to: 42 },
    { mark: 'PK\u0005\u0006', from: 4, to: 10 },
  ];
  return fields.some(({ mark, from, to }) => {
    const start = wheelBytes.lastIndexOf(mark, at, 'latin1');
    return start >= 0 && at >= start + from && at < start + to;
  });
}

test('throws of no sdist with one byte changed, and reports it or has the same content', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(sdistBytes.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, by) => {
        const spoiled = Buffer.from(sdistBytes);
        spoiled[at] = spoiled[at]! ^ by;
        const findings = await inspectBytes('demo-1.0.tar.gz', spoiled);
        // A time in its head says nothing, and one content may be compressed in several ways.
        expect(findings.length > 0 || hasContentOf(spoiled, sdistBytes)).toBe(true);
      },
    ),
    { numRuns: 120 },
  );
});

function hasContentOf(packed: Buffer, other: Buffer): boolean {
  return gunzipSync(packed).equals(gunzipSync(other));
}

test('finds the one flaw of any sdist under its code', async () => {
  const flaws = fc.oneof(
    fc.constantFrom('../x', '/x', 'demo-1.0/../x', 'demo-1.0/a\\b').map((name) => ({
      code: 'ENTRY_PATH_UNSAFE',
      entries: [...sdistFiles, { name }],
    })),
    fc.nat(2).map((index) => ({
      code: 'ENTRY_DUPLICATE',
      entries: [...sdistFiles, sdistFiles[index]!],
    })),
    fc.constantFrom('demo-2.0', 'Demos-1.0', 'demo').map((folder) => ({
      code: 'SDIST_FOLDER_MISMATCH',
      entries: sdistFiles.map((file) => ({ ...file, name: file.name.replace('demo-1.0', folder) })),
    })),
    fc.constantFrom('..', '/etc', '../../x').map((linkname) => ({
      code: 'ENTRY_KIND_UNSAFE',
      entries: [...sdistFiles, { name: 'demo-1.0/x', type: 'symlink', linkname } as const],
    })),
  );
  await fc.assert(
    fc.asyncProperty(flaws, async ({ code, entries }) => {
      const findings = await inspectSdist(entries);
      expect(findings.map((finding) => finding.split(' ')[0])).toContain(code);
    }),
    { numRuns: 60 },
  );
});

test('finds any bytes behind the end of the tar archive or of its compression', async () => {
  const whole = Buffer.concat([
    ...sdistFiles.map(({ name, content }) => tarEntry(name, content)),
    Buffer.alloc(1024),
  ]);
  await fc.assert(
    fc.asyncProperty(bytes, fc.boolean(), async (more, isInside) => {
      const block = Buffer.alloc(512, 1);
      more.copy(block);
      const archive = isInside
        ? gzipSync(Buffer.concat([whole, block]))
        : Buffer.concat([gzipSync(whole), more]);
      expect(await inspectBytes('demo-1.0.tar.gz', archive)).toEqual([
        expect.stringMatching(/^ARCHIVE_AMBIGUOUS /),
      ]);
    }),
    { numRuns: 50 },
  );
});
