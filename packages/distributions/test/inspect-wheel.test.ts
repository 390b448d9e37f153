import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { recordLine, withRecord, type ZipEntry, type ZipFrame } from './archives.ts';
import { distInfo, inspectWheel, metadata, wheelFile, wheelFiles } from './inspected.ts';

const [first, ...others] = wheelFiles();

/** The wheel with something wrong about its first file. */
function spoiled(flaw: Partial<ZipEntry>): readonly ZipEntry[] {
  return withRecord([{ ...first!, ...flaw }, ...others]);
}

/** The wheel with further files, all of them in `RECORD`. */
function withFiles(...files: readonly ZipEntry[]): readonly ZipEntry[] {
  return withRecord([...wheelFiles(), ...files]);
}

test('finds nothing wrong with a sound wheel', async () => {
  expect(await inspectWheel()).toEqual([]);
});

test.for([
  ['stored files', spoiled({ method: 0 }), {}],
  ['a folder of its own', withRecord([{ name: 'demo/', mode: 0o40755 }, ...wheelFiles()]), {}],
  ['types of files', spoiled({ mode: 0o100644 }), {}],
  ['a descriptor of 12 bytes', spoiled({ descriptor: 12 }), {}],
  ['a descriptor of 16 bytes', spoiled({ descriptor: 16 }), {}],
  ['a descriptor of 20 bytes', spoiled({ descriptor: 20 }), {}],
  ['a descriptor of 24 bytes', spoiled({ descriptor: 24 }), {}],
  ['an end in 64 bits', withRecord(wheelFiles()), { isWide: true }],
  ['a name outside ASCII', withFiles({ name: 'demo/größe.txt', content: 'x' }), {}],
  ['a name with a comma and a quote', withFiles({ name: 'demo/a,"b".txt', content: 'x' }), {}],
  ['a file that no stream is worth', withFiles({ name: 'demo/empty.txt' }), {}],
  ['a large file', withFiles({ name: 'demo/large', content: Buffer.alloc(3_000_000, 'abc') }), {}],
  ['a signature of RECORD', [...withRecord(wheelFiles()), { name: `${distInfo}/RECORD.jws` }], {}],
  ['a script and a header', withFiles({ name: 'demo-1.0.data/scripts/demo', content: 'x' }), {}],
] as const)('finds nothing wrong with %s', async ([, entries, frame]) => {
  expect(await inspectWheel(entries, frame)).toEqual([]);
});

const gap = Buffer.from('PK\u0003\u0004 nothing');

test.for<readonly [string, RegExp, readonly ZipEntry[], ZipFrame?]>([
  ['bytes before the first entry', /before `demo\/__init__/, spoiled({ before: gap })],
  ['another archive before it', /other bytes/, withRecord(wheelFiles()), { prefix: gap }],
  [
    'bytes before the directory',
    /before its dir/,
    withRecord(wheelFiles()),
    { beforeDirectory: gap },
  ],
  ['a comment', /behind its end/, withRecord(wheelFiles()), { comment: Buffer.from('hello') }],
  ['bytes behind it', /behind its end/, withRecord(wheelFiles()), { suffix: Buffer.alloc(22) }],
  [
    'a second end in its comment',
    /between its directory/,
    withRecord(wheelFiles()),
    { comment: Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]) },
  ],
  [
    'two ends that disagree',
    /between its dir/,
    withRecord(wheelFiles()),
    { isWide: true, wideStart: 9 },
  ],
  [
    'another name in front',
    /differently in two places/,
    spoiled({ localName: 'demo/__INIT__.py' }),
  ],
  ['another size in front', /differently in two places/, spoiled({ localSize: 5 })],
  ['another encoding in front', /differently in two places/, spoiled({ localFlags: 0 })],
  [
    'two entries over the same bytes',
    /before|places/,
    withFiles({ name: 'demo/x.py', isOverlapping: true }),
  ],
  ['bytes behind a stream', /hidden bytes/, spoiled({ hidden: gap })],
  [
    'a large stream with bytes behind it',
    /hidden bytes/,
    withFiles({ name: 'x', content: Buffer.alloc(1_000_000), hidden: deflateRawSync('other') }),
  ],
  ['a name of unknown encoding', /encoded/, withFiles({ name: 'größe', flags: 0 })],
  [
    'a second name',
    /second name/,
    spoiled({ extra: Buffer.from([0x75, 0x70, 6, 0, 1, 0, 0, 0, 0, 0x78]) }),
  ],
  [
    'a folder with content',
    /as a folder/,
    withRecord([...wheelFiles(), { name: 'x/', content: 'x' }]),
  ],
])('finds that %s make the archive ambiguous', async ([, message, entries, frame]) => {
  const findings = await inspectWheel(entries, frame);

  expect(findings).toEqual([expect.stringMatching(/^ARCHIVE_AMBIGUOUS /)]);
  expect(findings[0]).toMatch(message);
});

test.for<readonly [string, RegExp, readonly ZipEntry[]]>([
  ['a wrong checksum', /damaged/, spoiled({ checksum: 1 })],
  ['a size that is too large', /damaged/, spoiled({ size: 100 })],
  ['a size that is too small', /damaged/, spoiled({ size: 3 })],
  [
    'a damaged large file',
    /damaged/,
    withFiles({ name: 'x', content: Buffer.alloc(500_000), checksum: 1 }),
  ],
  ['an encrypted file', /encrypted/, spoiled({ flags: 0x801 })],
  ['another compression', /another method/, spoiled({ method: 12 })],
])('finds that %s damages the archive', async ([, message, entries]) => {
  expect(await inspectWheel(entries)).toEqual([
    expect.stringMatching(new RegExp(`^ARCHIVE_INVALID .*${message.source}`)),
  ]);
});

test('refuses an archive of declared gigabytes before it reads any of them', async () => {
  const large = { name: 'large', content: Buffer.alloc(45_000_000), method: 0 };
  const bombs = [0, 1].map((index) => ({ name: `x${index}`, size: 0xfffffff0 }));

  expect(await inspectWheel(withFiles(large, ...bombs, { name: 'y', size: 1000 }))).toEqual([
    expect.stringMatching(/^ARCHIVE_TOO_LARGE .* above 8589934592 bytes unpacked/),
  ]);
});

test('refuses an archive that grows beyond measure', async () => {
  const bomb = { name: 'x', content: Buffer.alloc(10), size: 300_000_000 };

  expect(await inspectWheel(withFiles(bomb))).toEqual([
    expect.stringMatching(/^ARCHIVE_TOO_LARGE .* 200 times/),
  ]);
});

test('refuses an archive of too many entries before it reads any of them', async () => {
  expect(await inspectWheel(undefined, { isWide: true, wideEntries: 200_001 })).toEqual([
    expect.stringMatching(/^ARCHIVE_TOO_LARGE .* more than 200000 entries/),
  ]);
});

test.for<readonly [string, RegExp]>([
  ['../x.py', /outside/],
  ['demo/../../x.py', /outside/],
  ['/x.py', /outside/],
  ['C:/x.py', /outside/],
  ['demo\\x.py', /backslash/],
  ['demo/x\u0000.py', /control/],
  ['demo/x\n.py', /control/],
  [`${'x/'.repeat(70)}x.py`, /deep/],
  [`${'x'.repeat(300)}.py`, /part of more/],
  [Array.from({ length: 20 }, () => 'x'.repeat(100)).join('/'), /longer/],
])('finds that an entry `%s` is unsafe', async ([name, message]) => {
  const entries = [...withRecord(wheelFiles()), { name, content: 'x' }];

  expect(await inspectWheel(entries)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^ENTRY_PATH_UNSAFE /)]),
  );
  expect((await inspectWheel(entries)).join('\n')).toMatch(message);
});

test.for<readonly [string, string, readonly string[]]>([
  ['twice', 'ENTRY_DUPLICATE', ['demo/x.py', 'demo/x.py']],
  ['twice, in two spellings', 'ENTRY_DUPLICATE', ['demo/x.py', 'demo/./x.py']],
  ['as a file and as a folder', 'ENTRY_DUPLICATE', ['demo/x', 'demo/x/y.py']],
  ['in two cases', 'ENTRY_COLLISION', ['demo/x.py', 'demo/X.py']],
  ['in two Unicode forms', 'ENTRY_COLLISION', ['demo/\u00e9.py', 'demo/e\u0301.py']],
  ['in two cases, as metadata', 'ENTRY_DUPLICATE', [`${distInfo}/x`, `${distInfo}/X`]],
])('finds a name that occurs %s', async ([, code, names]) => {
  const findings = await inspectWheel(withFiles(...names.map((name) => ({ name }))));

  expect(findings).toEqual(
    expect.arrayContaining([expect.stringMatching(new RegExp(`^${code} `))]),
  );
});

test.for([
  [0o120777, /link/],
  [0o010644, /device or pipe/],
  [0o020644, /device or pipe/],
] as const)('finds an entry of the type %o', async ([mode, message]) => {
  const findings = await inspectWheel([...withRecord(wheelFiles()), { name: 'x', mode }]);

  expect(findings).toEqual([expect.stringMatching(/^ENTRY_KIND_UNSAFE /)]);
  expect(findings[0]).toMatch(message);
});

test.for<readonly [string, string, RegExp]>([
  ['', 'WHEEL_INVALID', /version ``/],
  ['Wheel-Version: 2.0\n', 'WHEEL_INVALID', /version `2\.0`/],
  ['not a header\n', 'WHEEL_INVALID', /version/],
  ['Wheel-Version: 1.0\nTag: py3-none-any\n', 'WHEEL_INVALID', /Purelib/],
  [
    wheelFile.replace('py3', 'cp312'),
    'TAGS_MISMATCH',
    /only the file name has `py3-none-any`, only/,
  ],
  [`${wheelFile}Tag: py2-none-any\n`, 'TAGS_MISMATCH', /only `WHEEL` has `py2-none-any`/],
  [wheelFile.replace(/Tag.*\n/, ''), 'TAGS_MISMATCH', /only the file name has/],
  [`${wheelFile}Build: 1\n`, 'TAGS_MISMATCH', /`1` in `WHEEL` and absent in the file name/],
  [wheelFile.replace('py3-none-any', 'py3'), 'TAGS_MISMATCH', /only `WHEEL` has `py3`/],
])('finds that `WHEEL` is not of this file %#', async ([wheel, code, message]) => {
  const findings = await inspectWheel(withRecord(wheelFiles(metadata(), wheel)));

  expect(findings[0]).toMatch(new RegExp(`^${code} `));
  expect(findings[0]).toMatch(message);
});

test.for([
  'demo-1.0-py3-none-win_amd64.whl',
  'demo-1.0-cp313-cp313-any.whl',
  'demo-1.0-py2.py3-none-any.whl',
  'demo-1.0-1-py3-none-any.whl',
])('finds that a wheel was renamed to `%s`', async (filename) => {
  expect(await inspectWheel(undefined, { filename })).toEqual([
    expect.stringMatching(/^TAGS_MISMATCH /),
  ]);
});

test('takes compressed tags for what they stand for', async () => {
  const tags = ['py2-none-any', 'py3-none-any'].map((tag) => `Tag: ${tag}\n`).join('');
  const filename = 'demo-1.0-2b-py2.py3-none-any.whl';
  const spelled = `${wheelFile.replace(/Tag.*\n/, tags)}Build: 2b\n`;
  const compressed = `${wheelFile.replace('py3', 'py2.py3')}Build: 2b\n`;

  for (const wheel of [spelled, compressed]) {
    expect(await inspectWheel(withRecord(wheelFiles(metadata(), wheel)), { filename })).toEqual([]);
  }
});

const recordName = `${distInfo}/RECORD`;
const whole = [...wheelFiles().map(recordLine), `${recordName},,`];

test.for<readonly [string, RegExp, readonly string[]]>([
  ['RECORD_INCOMPLETE', /does not list `demo\/__init__\.py`/, whole.slice(1)],
  ['RECORD_INCOMPLETE', /lists `gone\.py`/, [...whole, recordLine({ name: 'gone.py' })]],
  [
    'RECORD_MISMATCH',
    /another digest/,
    [recordLine({ ...first!, content: 'y' }), ...whole.slice(1)],
  ],
  [
    'RECORD_MISMATCH',
    /has 14 bytes, `RECORD` says 15/,
    [whole[0]!.replace(/14$/, '15'), ...whole.slice(1)],
  ],
  ['RECORD_INVALID', /no hash/, ['demo/__init__.py,,14', ...whole.slice(1)]],
  [
    'RECORD_INVALID',
    /SHA-256 or stronger/,
    ['demo/__init__.py,md5=rL0Y20zC-Fzt72VPzMSk2A,14', ...whole.slice(1)],
  ],
  ['RECORD_INVALID', /SHA-256 or stronger/, ['demo/__init__.py,sha256=AAAA,14', ...whole.slice(1)]],
  ['RECORD_INVALID', /twice/, [whole[0]!, ...whole]],
  ['RECORD_INVALID', /not path, hash and size/, [...whole, 'x']],
  ['RECORD_INVALID', /not path, hash and size/, [...whole, '"x,,']],
  ['RECORD_INVALID', /no size/, [`${whole[0]!}x`, ...whole.slice(1)]],
])('finds that RECORD is not of this wheel: %s %#', async ([code, message, lines]) => {
  const findings = await inspectWheel([
    ...wheelFiles(),
    { name: recordName, content: lines.join('\r\n') },
  ]);

  expect(findings).toContainEqual(
    expect.stringMatching(new RegExp(`^${code} .*${message.source}`)),
  );
});

test('takes a stronger hash', async () => {
  const { createHash } = await import('node:crypto');
  const digest = createHash('sha512').update(String(first!.content)).digest('base64url');
  const content = [`demo/__init__.py,sha512=${digest},14`, ...whole.slice(1)].join('\n');

  expect(await inspectWheel([...wheelFiles(), { name: recordName, content }])).toEqual([]);
});

test.for<readonly [string, RegExp, readonly ZipEntry[]]>([
  [
    'METADATA_MISSING',
    /no `METADATA` file/,
    withRecord(wheelFiles().filter(({ name }) => !name.endsWith('METADATA'))),
  ],
  ['METADATA_MISSING', /no `\.dist-info` folder/, [{ name: 'demo/x.py' }]],
  ['METADATA_INVALID', /has no `name`/, withRecord(wheelFiles(metadata({ Name: '' })))],
  ['METADATA_MISMATCH', /is for `demon`/, withRecord(wheelFiles(metadata({ Name: 'demon' })))],
  ['METADATA_MISMATCH', /`2\.0`/, withRecord(wheelFiles(metadata({ Version: '2.0' })))],
  ['ARCHIVE_AMBIGUOUS', /both/, withFiles({ name: './other-1.0.dist-info/METADATA' })],
  ['METADATA_MISMATCH', /lies in/, [{ name: 'demo-2.0.dist-info/METADATA' }]],
  ['ARCHIVE_AMBIGUOUS', /both/, withFiles({ name: 'other-1.0.dist-info/METADATA' })],
  [
    'WHEEL_INVALID',
    /no readable `WHEEL`/,
    withRecord(wheelFiles().filter(({ name }) => !name.endsWith('WHEEL'))),
  ],
  ['RECORD_INVALID', /no readable `RECORD`/, wheelFiles()],
  [
    'ARCHIVE_TOO_LARGE',
    /`METADATA` of .* is above/,
    withRecord(wheelFiles(metadata({}, 'x'.repeat(9_000_000)))),
  ],
])('finds what is missing: %s %#', async ([code, message, entries]) => {
  const findings = await inspectWheel(entries);

  expect(findings).toEqual(
    expect.arrayContaining([expect.stringMatching(new RegExp(`^${code} `))]),
  );
  expect(findings.join('\n')).toMatch(message);
});

test.for<readonly [string, string, readonly ZipEntry[], string]>([
  ['nothing at all', 'WHEEL_EMPTY', [], ''],
  ['nothing but dependencies', 'WHEEL_NOT_IMPORTABLE', [], 'six'],
  ['only data', 'WHEEL_NOT_IMPORTABLE', [{ name: 'demo/x.txt' }], ''],
  ['only a header', 'WHEEL_NOT_IMPORTABLE', [{ name: 'demo-1.0.data/headers/x.py' }], ''],
])('finds that a wheel has %s', async ([, code, files, needs]) => {
  const info = wheelFiles(metadata({ 'Requires-Dist': needs })).slice(2);

  expect(await inspectWheel(withRecord([...files, ...info]))).toEqual([
    expect.stringMatching(new RegExp(`^${code} `)),
  ]);
});

test.for([
  'demo.pyi',
  'demo.abi3.so',
  'demo-1.0.data/purelib/demo.py',
  'demo-1.0.data/scripts/demo',
])('takes `%s` for something of use', async (name) => {
  const info = wheelFiles().slice(2);

  expect(await inspectWheel(withRecord([{ name }, ...info]))).toEqual([]);
});

test('says of a great many flaws only the first few', async () => {
  const files = Array.from({ length: 50 }, (_, index) => ({ name: `demo/${index}.py` }));
  const findings = await inspectWheel([...withRecord(wheelFiles()), ...files]);

  expect(findings).toHaveLength(11);
  expect(findings.at(-1)).toBe('RECORD_INCOMPLETE there are 40 more of this kind');
});
