import { fileURLToPath } from 'node:url';
import { parseVersion, readCoreMetadata } from '@wheelseal/distributions';
import { expect, test } from 'vitest';
import { tarball, temporaryFile, temporaryFolder, zip, type ZipEntry } from './archives.ts';

const fixtures = ['ledger_tools-1.4.0rc2-py3-none-any.whl', 'ledger_tools-1.4.0rc2.tar.gz'];
const folder = 'demo-1.0.dist-info';

function metadata(...lines: readonly string[]): string {
  return ['Metadata-Version: 2.4', 'Name: demo', 'Version: 1.0', ...lines, ''].join('\n');
}

async function wheel(
  entries: readonly ZipEntry[],
  filename = 'demo-1.0-py3-none-any.whl',
): Promise<string> {
  return temporaryFile(filename, zip([{ name: 'demo/__init__.py' }, ...entries]));
}

async function sdist(
  entries: Parameters<typeof tarball>[0],
  filename = 'demo-1.0.tar.gz',
): Promise<string> {
  return temporaryFile(filename, await tarball(entries));
}

async function read(text: string | Buffer) {
  return readCoreMetadata(await wheel([{ name: `${folder}/METADATA`, content: text }]));
}

test.for(fixtures)('reads `%s`', async (filename) => {
  const path = fileURLToPath(new URL(`fixtures/${filename}`, import.meta.url));

  const { fields, ...rest } = await readCoreMetadata(path);

  expect(rest).toEqual({
    metadataVersion: '2.4',
    name: 'Ledger.Tools',
    version: '1.4.0rc2',
    summary: 'Books that add up',
    description: '# Ledger\n\nBooks that **add up**, in Zürich.\n',
    descriptionContentType: 'text/markdown',
    keywords: 'ledger,books',
    authorEmail: 'Ada Müller <ada@example.org>',
    requiresPython: '>=3.9',
  });
  expect(fields.get('classifier')).toEqual([
    'Programming Language :: Python :: 3',
    'Topic :: Office/Business',
  ]);
});

test('leaves out what the metadata does not say', async () => {
  const { fields, ...rest } = await read(metadata('Summary: UNKNOWN', 'Keywords:'));

  expect(rest).toEqual({ metadataVersion: '2.4', name: 'demo', version: '1.0' });
  expect(fields.get('summary')).toEqual(['UNKNOWN']);
});

test('reads what metadata 2.4 and 2.5 brought', async () => {
  const text = metadata(
    'License-Expression: MIT',
    'License-File: LICENSE',
    'License-File: vendor/LICENSE',
    'Import-Name: demo',
    'Import-Name: _demo ; private',
    'Import-Namespace: ns',
    'Dynamic: Classifier',
  );

  expect(await read(text.replace('2.4', '2.5'))).toMatchObject({
    licenseExpression: 'MIT',
    licenseFiles: ['LICENSE', 'vendor/LICENSE'],
    importNames: ['demo', '_demo ; private'],
    importNamespaces: ['ns'],
    dynamic: ['Classifier'],
  });
});

test('reads an sdist of old, and by what is known of it', async () => {
  const files = [{ name: 'demo-1-0/PKG-INFO', content: metadata() }];
  const path = await temporaryFile('demo-1.0.zip', zip(files));
  const dashed = await sdist(
    [{ name: 'demo-1/PKG-INFO', content: metadata().replace('1.0', '1.post0') }],
    'demo-1-0.tar.gz',
  );

  expect(await readCoreMetadata(path)).toMatchObject({ name: 'demo' });
  await expect(readCoreMetadata(dashed)).rejects.toMatchObject({ code: 'FILENAME_AMBIGUOUS' });
  expect(await readCoreMetadata(dashed, { name: 'demo' })).toMatchObject({ version: '1.post0' });
});

test('refuses archives that another reader may read differently', async () => {
  const files = [{ name: `${folder}/METADATA`, content: metadata() }];
  const packed = await tarball([{ name: 'demo-1.0/PKG-INFO', content: metadata() }]);
  const archives = [
    ['demo-1.0-py3-none-any.whl', zip(files, { prefix: Buffer.from('x') })],
    ['demo-1.0-py3-none-any.whl', zip(files, { comment: Buffer.from('x') })],
    ['demo-1.0.tar.gz', Buffer.concat([packed, packed])],
  ] as const;

  for (const [filename, content] of archives) {
    const path = await temporaryFile(filename, content);
    await expect(readCoreMetadata(path)).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('other bytes'),
    });
  }
});

test('reads folded lines, of the new and of the old kind', async () => {
  const { fields, description } = await read(
    metadata(
      'License: MIT License',
      '        ',
      '          Permission is hereby',
      '        granted',
      'Description: Title',
      '       |=====',
      '       |',
      '       |  text',
      'author-EMAIL : ada@example.org',
    ),
  );

  expect(fields.get('license')).toEqual(['MIT License\n\n  Permission is hereby\ngranted']);
  expect(description).toBe('Title\n=====\n\n  text');
  expect(fields.get('author-email')).toEqual(['ada@example.org']);
});

test.for(['\n', '\r\n', '\r'])('reads lines that end in %j', async (lineBreak) => {
  const text = metadata('Summary: one', '', 'A body: with a colon', ' and indentation');

  expect(await read(text.replaceAll('\n', lineBreak))).toMatchObject({
    summary: 'one',
    description: `A body: with a colon${lineBreak} and indentation${lineBreak}`,
  });
});

test('reads a great many headers and folded lines before the test times out', async () => {
  const lines = Array.from({ length: 200_000 }, (_, index) => `Classifier: ${index}`);
  const folded = Array.from({ length: 200_000 }, () => '        line');

  const { fields } = await read(metadata(lines.join('\n'), 'License: x', folded.join('\n')));

  expect(fields.get('classifier')).toHaveLength(lines.length);
});

test('takes blank lines in the end for no description', async () => {
  expect('description' in (await read(`${metadata()}\n\n\n`))).toBe(false);
});

test('reads a byte order mark and the newest metadata of the same major version', async () => {
  const text = `\uFEFF${metadata().replace('2.4', '2.99')}`;

  expect(await read(text)).toMatchObject({ metadataVersion: '2.99' });
});

test.for([
  ['Name: demo\nVersion: 1.0\n', /has no `metadata-version`/],
  ['Metadata-Version: 2.1\nVersion: 1.0\n', /has no `name`/],
  ['Metadata-Version: 2.1\nName: demo\n', /has no `version`/],
  ['Metadata-Version: 2.1\nName:\nVersion: 1.0\n', /has no `name`/],
  [metadata().replace('2.4', '3.0'), /version `3\.0`/],
  [metadata().replace('2.4', 'two'), /version `two`/],
  [metadata('Name: other'), /`name` more than once/],
  [metadata('Summary: a', 'Summary: b'), /`summary` more than once/],
  [metadata('Description: a', '', 'b'), /`description` more than once/],
  [metadata('no header'), /the line `no header`/],
  [metadata('Sum mary: x'), /the line/],
  [' folded\n', /indented/],
  ['', /has no `metadata-version`/],
  [Buffer.from([...Buffer.from(metadata('Author: ')), 0xe9]), /not UTF-8/],
  [metadata().replace('demo', 'de mo'), /malformed name or version/],
  [metadata().replace('1.0', 'one'), /malformed name or version/],
] as const)('refuses malformed metadata %#', async ([text, message]) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'METADATA_INVALID',
    message: expect.stringMatching(message),
    hint: expect.any(String),
  });
});

test.for([
  ['demo', '1.0.0'],
  ['Demo', 'v1'],
] as const)('is content with `%s` `%s` under the name of demo 1.0', async ([name, version]) => {
  const text = metadata().replace('demo', name).replace('1.0', version);

  expect(parseVersion((await read(text)).version).equals(parseVersion('1.0'))).toBe(true);
});

test.for([
  ['demon', '1.0'],
  ['demo', '1.0.1'],
  ['demo', '1.0+local'],
] as const)('refuses `%s` `%s` under the name of demo 1.0', async ([name, version]) => {
  const text = metadata().replace('demo', name).replace('1.0', version);
  const refusal = { code: 'METADATA_INVALID', hint: expect.stringContaining('rename') };

  await expect(read(text)).rejects.toMatchObject(refusal);
  await expect(
    readCoreMetadata(await sdist([{ name: 'demo-1.0/PKG-INFO', content: text }])),
  ).rejects.toMatchObject(refusal);
});

test('does not look at vendored metadata of a wheel', async () => {
  const vendored = [
    { name: 'demo/_vendor/other-2.0.dist-info/METADATA', content: 'Name: other' },
    { name: 'demo-1.0.data/data/x.dist-info/METADATA', content: 'Name: other' },
  ];
  const path = await wheel([...vendored, { name: `${folder}/METADATA`, content: metadata() }]);

  expect(await readCoreMetadata(path)).toMatchObject({ name: 'demo' });
});

test.for([
  [[], 'METADATA_MISSING', /no `\.dist-info` folder/],
  [[{ name: 'METADATA', content: metadata() }], 'METADATA_MISSING', /no `\.dist-info` folder/],
  [[{ name: `${folder}/WHEEL` }], 'METADATA_MISSING', /no `METADATA` file/],
  [[{ name: `${folder}/x/METADATA` }], 'METADATA_MISSING', /no `METADATA` file/],
  [[{ name: `${folder}/METADATA` }, { name: 'other-1.dist-info/x' }], 'ARCHIVE_INVALID', /both/],
  [[{ name: `${folder}/METADATA` }, { name: `${folder}/METADATA` }], 'ARCHIVE_INVALID', /twice/],
  [[{ name: 'x' }, { name: 'x' }], 'ARCHIVE_INVALID', /twice/],
  [[{ name: 'demo-2.0.dist-info/METADATA' }], 'METADATA_INVALID', /lies in `demo-2/],
  [[{ name: 'demon-1.0.dist-info/METADATA' }], 'METADATA_INVALID', /lies in `demon/],
  [[{ name: 'demo.dist-info/METADATA' }], 'METADATA_INVALID', /lies in/],
  [[{ name: '../x' }], 'ARCHIVE_INVALID', /outside/],
  [[{ name: '/x' }], 'ARCHIVE_INVALID', /outside/],
  [[{ name: 'C:/x' }], 'ARCHIVE_INVALID', /outside/],
  [[{ name: 'x\\y' }], 'ARCHIVE_INVALID', /backslash/],
  [[{ name: `${folder}/METADATA` }, { name: `${folder}/metadata` }], 'ARCHIVE_INVALID', /one file/],
  [
    [{ name: `${folder}/METADATA`, localName: `${folder}/METADATX`, content: metadata() }],
    'ARCHIVE_INVALID',
    /two places/,
  ],
  [
    [{ name: `${folder}/METADATA`, content: metadata(), checksum: 1 }],
    'ARCHIVE_INVALID',
    /damaged/,
  ],
  [
    [{ name: `${folder}/METADATA`, content: 'x'.repeat(9_000_000) }],
    'ARCHIVE_INVALID',
    /above 8388608 bytes/,
  ],
  [
    [{ name: `${folder}/METADATA`, content: metadata(), size: 9_000_000 }],
    'ARCHIVE_INVALID',
    /damaged/,
  ],
  [
    [{ name: `${folder}/METADATA`, content: 'x'.repeat(9_000_000), size: 10 }],
    'ARCHIVE_INVALID',
    /damaged/,
  ],
] as const)(
  'refuses a wheel that is not put together right %#',
  async ([entries, code, message]) => {
    await expect(readCoreMetadata(await wheel(entries))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringContaining('Build'),
    });
  },
);

test.for([
  [[{ name: 'demo-1.0/README' }], 'METADATA_MISSING', /no `PKG-INFO`/],
  [[], 'METADATA_MISSING', /no `PKG-INFO`/],
  [[{ name: 'PKG-INFO', content: metadata() }], 'METADATA_MISSING', /no `PKG-INFO`/],
  [[{ name: 'demo-1.0/demo.egg-info/PKG-INFO' }], 'METADATA_MISSING', /no `PKG-INFO`/],
  [
    [{ name: 'demo-1.0/PKG-INFO', type: 'symlink', linkname: 'other' }],
    'METADATA_MISSING',
    /is a link/,
  ],
  [[{ name: 'demo-1.0/PKG-INFO', type: 'directory' }], 'METADATA_MISSING', /is a folder/],
  [[{ name: 'demo-1.0/x' }, { name: 'other/PKG-INFO' }], 'ARCHIVE_INVALID', /one folder/],
  [
    [
      { name: 'demo-1.0/PKG-INFO', content: metadata() },
      { name: './demo-1.0//PKG-INFO', content: metadata() },
    ],
    'ARCHIVE_INVALID',
    /twice/,
  ],
  [[{ name: '/demo-1.0/PKG-INFO' }], 'ARCHIVE_INVALID', /outside/],
  [[{ name: 'demo-1.0/../PKG-INFO' }], 'ARCHIVE_INVALID', /outside/],
  [[{ name: 'C:/demo-1.0/PKG-INFO' }], 'ARCHIVE_INVALID', /outside/],
  [
    [{ name: 'demo-1.0/PKG-INFO', content: 'x'.repeat(9_000_000) }],
    'ARCHIVE_INVALID',
    /above 8388608 bytes/,
  ],
] as const)(
  'refuses an sdist that is not put together right %#',
  async ([entries, code, message]) => {
    await expect(readCoreMetadata(await sdist(entries))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringContaining('Build'),
    });
  },
);

test('reads an sdist with a leading dot and a folder in old spelling', async () => {
  const path = await sdist([
    { name: './', type: 'directory' },
    { name: './Demo-1.0/setup.py', content: 'x' },
    { name: './', type: 'directory' },
    { name: './Demo-1.0/PKG-INFO', content: metadata() },
  ]);

  expect(await readCoreMetadata(path)).toMatchObject({ name: 'demo' });
});

test('refuses archives that are cut short or damaged', async () => {
  const whole = zip([{ name: `${folder}/METADATA`, content: metadata() }]);
  const packed = await tarball([{ name: 'demo-1.0/PKG-INFO', content: metadata() }]);
  const archives = [
    ['demo-1.0-py3-none-any.whl', Buffer.from('not a zip')],
    ['demo-1.0-py3-none-any.whl', Buffer.alloc(0)],
    ['demo-1.0-py3-none-any.whl', whole.subarray(0, -30)],
    ['demo-1.0-py3-none-any.whl', packed],
    ['demo-1.0.tar.gz', Buffer.from('not a tar')],
    ['demo-1.0.tar.gz', Buffer.alloc(0)],
    ['demo-1.0.tar.gz', packed.subarray(0, -20)],
    ['demo-1.0.tar.gz', whole],
  ] as const;

  for (const [filename, content] of archives) {
    const path = await temporaryFile(filename, content);
    await expect(readCoreMetadata(path), `${filename} ${content.length}`).rejects.toMatchObject({
      code: expect.stringMatching(/ARCHIVE_INVALID|METADATA_MISSING/),
    });
  }
});

test('refuses a file that is absent or has another name', async () => {
  const path = await temporaryFolder();

  await expect(readCoreMetadata(`${path}/demo-1.0.tar.gz`)).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
  });
  await expect(readCoreMetadata(`${path}/demo.egg`)).rejects.toMatchObject({
    code: 'FILENAME_INVALID',
  });
});

test('reads nothing once the signal is aborted, and stops when it is', async () => {
  await expect(
    readCoreMetadata('demo-1.0.tar.gz', { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ name: 'AbortError' });

  const content = 'x'.repeat(50_000_000);
  const path = await sdist([{ name: 'demo-1.0/data', content }]);
  const controller = new AbortController();
  const reading = readCoreMetadata(path, { signal: controller.signal });
  setTimeout(() => {
    controller.abort();
  }, 1);

  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
