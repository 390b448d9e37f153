import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { paxRecord, tarball, tarEntry, zip } from './archives.ts';
import { inspectBytes, inspectSdist, metadata, sdistFiles } from './inspected.ts';

const filename = 'demo-1.0.tar.gz';
const end = Buffer.alloc(1024);

function inspectRaw(...blocks: readonly Buffer[]): Promise<readonly string[]> {
  const files = sdistFiles.map(({ name, content }) => tarEntry(name, content));
  return inspectBytes(filename, gzipSync(Buffer.concat([...files, ...blocks])));
}

test('finds nothing wrong with a sound sdist', async () => {
  expect(await inspectSdist(sdistFiles)).toEqual([]);
  expect(await inspectRaw(end)).toEqual([]);
});

test('finds nothing wrong with a sound sdist of old', async () => {
  expect(await inspectBytes('demo-1.0.zip', zip(sdistFiles))).toEqual([]);
});

test('reads long names of either kind', async () => {
  const long = `demo-1.0/${'folder/'.repeat(20)}x.py`;
  const pax = Buffer.concat([
    tarEntry('PaxHeader', paxRecord('path', long), { type: 'x' }),
    tarEntry('short', 'x'),
  ]);
  const gnu = Buffer.concat([
    tarEntry('././@LongLink', `${long}y\0`, { type: 'L', magic: 'ustar  \0' }),
    tarEntry('short', 'x', { magic: 'ustar  \0' }),
  ]);
  const global = tarEntry('pax_global_header', paxRecord('comment', 'abc'), { type: 'g' });

  expect(await inspectRaw(pax, gnu, global, end)).toEqual([]);
});

const whole = await tarball(sdistFiles);

test.for<readonly [string, RegExp, Buffer]>([
  ['bytes behind it', /behind its compressed content/, Buffer.concat([whole, Buffer.from('more')])],
  ['zeros behind it', /behind its compressed content/, Buffer.concat([whole, Buffer.alloc(100)])],
  ['two members', /behind its compressed content/, Buffer.concat([whole, gzipSync('more')])],
  ['an empty member first', /behind its compressed/, Buffer.concat([gzipSync(''), whole])],
])('finds that %s make it ambiguous', async ([, message, bytes]) => {
  const findings = await inspectBytes(filename, bytes);

  expect(findings).toEqual([expect.stringMatching(/^ARCHIVE_AMBIGUOUS /)]);
  expect(findings[0]).toMatch(message);
});

const pax = (...records: readonly string[]) => tarEntry('x', records.join(''), { type: 'x' });
const later = tarEntry('demo-1.0/later.py', 'x');

test.for<readonly [string, RegExp, readonly Buffer[]]>([
  ['entries behind the end', /behind its end/, [end, later, end]],
  ['an entry behind one empty block', /behind its end/, [Buffer.alloc(512), later, end]],
  ['a size elsewhere', /not all read/, [pax(paxRecord('size', '5')), later, end]],
  ['a hole', /not all read/, [pax(paxRecord('GNU.sparse.name', 'demo-1.0/y')), later, end]],
  ['another charset', /not all read/, [pax(paxRecord('hdrcharset', 'BINARY')), later, end]],
  ['a name twice', /twice/, [pax(paxRecord('path', 'a'), paxRecord('path', 'b')), later, end]],
  ['a malformed record', /malformed/, [pax('99 path=x\n'), later, end]],
  ['a record without a key', /malformed/, [pax('6 abc\n\n'), later, end]],
  [
    'two headers',
    /two headers/,
    [pax(paxRecord('path', 'demo-1.0/a')), pax(paxRecord('mtime', '1')), later, end],
  ],
  [
    'a header of each kind',
    /two headers/,
    [
      pax(paxRecord('path', 'demo-1.0/a')),
      tarEntry('x', 'demo-1.0/b\0', { type: 'L' }),
      later,
      end,
    ],
  ],
  [
    'a name for all',
    /global header/,
    [tarEntry('x', paxRecord('path', 'demo-1.0/a'), { type: 'g' }), later, end],
  ],
  ['a folder with content', /with content/, [tarEntry('demo-1.0/x', 'x', { type: '5' }), end]],
  ['a file called a folder', /with content/, [tarEntry('demo-1.0/x/', 'x'), end]],
  ['a link with content', /with content/, [tarEntry('demo-1.0/x', 'x', { type: '2' }), end]],
  ['a sparse file', /not all readers know/, [tarEntry('demo-1.0/x', 'x', { type: 'S' }), end]],
  [
    'a size in binary',
    /octal/,
    [tarEntry('demo-1.0/x', 'x', { sizeField: `\x80${'\0'.repeat(10)}\x01` }), end],
  ],
  [
    'times where others have a folder',
    /two different names/,
    [tarEntry('demo-1.0/x', 'x', { magic: 'ustar  \0', prefix: 'demo-1.0' }), end],
  ],
])('finds that %s make it ambiguous', async ([, message, blocks]) => {
  const findings = await inspectRaw(...blocks);

  expect(findings).toEqual([expect.stringMatching(/^ARCHIVE_AMBIGUOUS /)]);
  expect(findings[0]).toMatch(message);
});

test.for<readonly [string, Buffer]>([
  ['cut short', whole.subarray(0, -20)],
  ['no gzip', Buffer.from('no gzip at all, but long enough for one')],
  ['empty', Buffer.alloc(0)],
  ['not a tar', gzipSync(Buffer.alloc(2000, 'x'))],
  [
    'of another checksum',
    Buffer.concat([whole.subarray(0, -8), Buffer.alloc(4), whole.subarray(-4)]),
  ],
  ['of another length', Buffer.concat([whole.subarray(0, -4), Buffer.alloc(4)])],
  ['of a header that goes on', Buffer.from([0x1f, 0x8b, 8, 8, ...Buffer.alloc(40, 1)])],
])('finds that an sdist is %s', async ([, bytes]) => {
  expect(await inspectBytes(filename, bytes)).toEqual([expect.stringMatching(/^ARCHIVE_INVALID /)]);
});

test('reads a gzip header with all there may be in it', async () => {
  const [flags, extra] = [
    Buffer.from([0x1f, 0x8b, 8, 0x1f, 0, 0, 0, 0, 0, 3]),
    Buffer.from([1, 0, 9]),
  ];
  const names = Buffer.from('demo-1.0.tar\0a comment\0\x01\x02', 'latin1');

  expect(
    await inspectBytes(filename, Buffer.concat([flags, extra, names, whole.subarray(10)])),
  ).toEqual([]);
});

test('stops at an sdist that unpacks beyond measure', async () => {
  const zeros = Buffer.concat([tarEntry('demo-1.0/x', Buffer.alloc(280_000_000)), end]);

  expect(await inspectBytes(filename, gzipSync(zeros, { level: 1 }))).toEqual([
    expect.stringMatching(/^ARCHIVE_TOO_LARGE .* 200 times/),
  ]);
});

test('stops at names that together take too much room', async () => {
  const long = Array.from({ length: 1500 }, (_, index) => [
    tarEntry('x', `demo-1.0/${index}${'x'.repeat(60_000)}\0`, { type: 'L' }),
    tarEntry('x'),
  ]).flat();

  expect(await inspectRaw(...long, end)).toEqual([
    expect.stringMatching(/^ARCHIVE_TOO_LARGE .* names of more than/),
  ]);
});

test.for([
  ['../x', 'ENTRY_KIND_UNSAFE'],
  ['/etc/passwd', 'ENTRY_KIND_UNSAFE'],
  ['src/../../x', 'ENTRY_KIND_UNSAFE'],
  ['src/demo/../x', 'ENTRY_KIND_UNSAFE'],
  ['..\\x', 'ENTRY_KIND_UNSAFE'],
  ['PKG-INFO', 'ENTRY_LINK'],
  ['./src/demo', 'ENTRY_LINK'],
] as const)('finds a link to `%s`', async ([linkname, code]) => {
  const link = { name: 'demo-1.0/link', type: 'symlink', linkname } as const;

  expect(await inspectSdist([...sdistFiles, link])).toEqual([
    expect.stringMatching(new RegExp(`^${code} `)),
  ]);
});

test.for([
  ['demo-1.0/PKG-INFO', 'ENTRY_LINK'],
  ['PKG-INFO', 'ENTRY_KIND_UNSAFE'],
  ['../demo-1.0/PKG-INFO', 'ENTRY_KIND_UNSAFE'],
] as const)('finds a second name of `%s`', async ([linkname, code]) => {
  const link = { name: 'demo-1.0/src/link', type: 'link', linkname } as const;

  expect(await inspectSdist([...sdistFiles, link])).toEqual([
    expect.stringMatching(new RegExp(`^${code} `)),
  ]);
});

test('lets a link step up from its own folder', async () => {
  const link = {
    name: 'demo-1.0/src/demo/link',
    type: 'symlink',
    linkname: '../../PKG-INFO',
  } as const;

  expect(await inspectSdist([...sdistFiles, link])).toEqual([
    expect.stringMatching(/^ENTRY_LINK /),
  ]);
});

test('finds a file behind a link', async () => {
  const link = { name: 'demo-1.0/link', type: 'symlink', linkname: 'src' } as const;
  const findings = await inspectSdist([...sdistFiles, link, { name: 'demo-1.0/link/x' }]);

  expect(findings).toContainEqual(expect.stringMatching(/^ENTRY_DUPLICATE .* both a link and/));
});

test('finds devices and pipes', async () => {
  const findings = await inspectSdist([...sdistFiles, { name: 'demo-1.0/pipe', type: 'fifo' }]);

  expect(findings).toEqual([expect.stringMatching(/^ENTRY_KIND_UNSAFE .* device or a pipe/)]);
});

test.for([
  [[...sdistFiles, { name: 'demo-1.0/PKG-INFO' }], /^ENTRY_DUPLICATE /],
  [[...sdistFiles, { name: 'demo-1.0/pkg-info' }], /^ENTRY_DUPLICATE /],
  [[...sdistFiles, { name: 'demo-1.0/X' }, { name: 'demo-1.0/x' }], /^ENTRY_COLLISION /],
  [[...sdistFiles, { name: 'demo-1.0/../x' }], /^ENTRY_PATH_UNSAFE /],
  [[...sdistFiles, { name: 'other/x' }], /^SDIST_FOLDER_MISMATCH .* beside `other`/],
  [sdistFiles.slice(1), /^METADATA_MISSING /],
  [sdistFiles.slice(0, 1), /^SDIST_NOT_BUILDABLE /],
  [
    [{ name: 'demo-1.0/PKG-INFO', content: metadata({ Version: '1.1' }) }, ...sdistFiles.slice(1)],
    /^METADATA_MISMATCH /,
  ],
  [[{ name: 'demo-1.0/PKG-INFO', content: 'x' }, ...sdistFiles.slice(1)], /^METADATA_INVALID /],
] as const)('finds what is wrong with an sdist %#', async ([entries, finding]) => {
  expect(await inspectSdist(entries)).toContainEqual(expect.stringMatching(finding));
});

test.for([
  ['Demo-1.0.0', []],
  ['demo-1', []],
  ['demo-1.1', ['SDIST_FOLDER_MISMATCH']],
  ['demon-1.0', ['SDIST_FOLDER_MISMATCH']],
  ['demo', ['SDIST_FOLDER_MISMATCH']],
] as const)('compares the folder `%s` with the file name', async ([folder, codes]) => {
  const entries = sdistFiles.map(({ name, content }) => ({
    name: name.replace('demo-1.0', folder),
    content,
  }));

  expect((await inspectSdist(entries)).map((finding) => finding.split(' ')[0])).toEqual(codes);
});
