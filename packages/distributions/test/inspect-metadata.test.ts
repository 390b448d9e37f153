import { expect, test } from 'vitest';
import { withRecord } from './archives.ts';
import {
  distInfo,
  inspectSdist,
  inspectWheel,
  metadata,
  sdistFiles,
  wheelFiles,
} from './inspected.ts';

function inspectText(text: string): Promise<readonly string[]> {
  return inspectWheel(withRecord(wheelFiles(text)));
}

test.for<readonly [Readonly<Record<string, string>>, string, RegExp]>([
  [{ 'Metadata-Version': '2.6' }, 'METADATA_VERSION_UNKNOWN', /`2\.6`, known is `2\.5`/],
  [{ 'Requires-Python': '' }, 'REQUIRES_PYTHON_MISSING', /which Python/],
  [{ 'Requires-Python': '3.10+' }, 'REQUIRES_PYTHON_INVALID', /`3\.10\+`/],
  [{ 'License-Expression': '' }, 'LICENSE_MISSING', /no license/],
  [{ 'License-Expression': 'MIT License' }, 'LICENSE_EXPRESSION_INVALID', /`License` where/],
  [{ Classifier: 'License :: OSI Approved :: MIT License' }, 'FIELD_INVALID', /stated twice/],
  [{ 'License-File': 'LICENSE' }, 'LICENSE_FILE_MISSING', /`LICENSE`/],
  [{ Summary: '' }, 'SUMMARY_MISSING', /summary/],
  [{ Summary: 'x'.repeat(513) }, 'FIELD_TOO_LONG', /513 characters/],
  [{ Summary: 'one\n        two' }, 'FIELD_INVALID', /more than one line/],
  [{ Dynamic: 'Version' }, 'FIELD_INVALID', /dynamic/],
  [{ 'Metadata-Version': '2.5', 'Import-Name': 'not-a-name' }, 'FIELD_INVALID', /import/],
  [{ 'Metadata-Version': '2.5', 'Import-Name': '1x' }, 'FIELD_INVALID', /import/],
  [
    { 'Metadata-Version': '2.5', 'Import-Name': 'a', 'Import-Namespace': 'a ; private' },
    'FIELD_INVALID',
    /both/,
  ],
  [{ 'Import-Name': 'demo' }, 'FIELD_TOO_NEW', /`import-name` came with version `2\.5`/],
  [{ 'Metadata-Version': '2.1' }, 'FIELD_TOO_NEW', /`license-expression`/],
  [{ 'Project-URL': `${'x'.repeat(33)}, https://example.org` }, 'FIELD_TOO_LONG', /label/],
  [{ 'Project-URL': ', https://example.org' }, 'FIELD_INVALID', /no label/],
  [{ 'Project-URL': 'Home, ssh://example.org' }, 'FIELD_INVALID', /no address of the web/],
  [{ 'Home-page': 'example.org' }, 'FIELD_INVALID', /no address of the web/],
  [{ 'Description-Content-Type': 'text/md' }, 'CONTENT_TYPE_INVALID', /rendered nowhere/],
  [
    { 'Description-Content-Type': 'text/markdown; charset=latin-1' },
    'CONTENT_TYPE_INVALID',
    /charset/,
  ],
  [{ 'Description-Content-Type': 'text/markdown; variant=MDX' }, 'CONTENT_TYPE_INVALID', /variant/],
  [{ 'Description-Content-Type': '' }, 'CONTENT_TYPE_MISSING', /taken for/],
])('finds what is wrong with the metadata %#', async ([lines, code, message]) => {
  const findings = await inspectText(metadata(lines));

  expect(findings).toEqual([expect.stringMatching(new RegExp(`^${code} `))]);
  expect(findings[0]).toMatch(message);
});

test.for<Readonly<Record<string, string>>>([
  {
    'Metadata-Version': '2.5',
    'Import-Name': 'demo.client|_demo ; private',
    'Import-Namespace': 'ns',
  },
  { 'Metadata-Version': '2.5', 'Import-Name': '' },
  { 'Requires-Python': '>=3.8, !=3.9.*, <4,' },
  { 'License-Expression': '', License: 'MIT' },
  { 'License-Expression': '', Classifier: 'License :: OSI Approved :: MIT License' },
  { 'Project-URL': 'Homepage, https://example.org|Docs,http://example.org/a,b' },
  { 'Description-Content-Type': 'text/markdown; charset="UTF-8"; variant=GFM' },
  { 'Description-Content-Type': 'Text/Plain' },
  { Dynamic: 'Classifier' },
])('finds nothing wrong with the metadata %#', async (lines) => {
  expect(await inspectText(metadata(lines))).toEqual([]);
});

test('says when a build did not read the name of its project', async () => {
  const files = sdistFiles.map(({ name, content }) => ({
    name: name.replace('demo', 'UNKNOWN'),
    content: name.endsWith('PKG-INFO') ? metadata({ Name: 'UNKNOWN' }) : content,
  }));

  expect(await inspectSdist(files, 'UNKNOWN-1.0.tar.gz')).toEqual([
    expect.stringMatching(/^PROJECT_UNNAMED /),
  ]);
});

test('says when there is no description', async () => {
  expect(await inspectText(metadata({ 'Description-Content-Type': '' }, ''))).toEqual([
    expect.stringMatching(/^DESCRIPTION_MISSING /),
  ]);
});

test('finds license files where metadata of today has them', async () => {
  const text = metadata({ 'License-File': 'LICENSES/MIT.txt' });
  const license = { name: `${distInfo}/licenses/LICENSES/MIT.txt`, content: 'x' };
  const old = metadata({
    'Metadata-Version': '2.2',
    'License-Expression': '',
    License: 'MIT',
    'License-File': 'X',
  });

  expect(await inspectWheel(withRecord([...wheelFiles(text), license]))).toEqual([]);
  expect(await inspectText(old)).toEqual([]);
  expect(
    await inspectSdist([
      { name: 'demo-1.0/PKG-INFO', content: text },
      ...sdistFiles.slice(1),
      { name: 'demo-1.0/LICENSES/MIT.txt' },
    ]),
  ).toEqual([]);
});

test.for([
  'MIT',
  'Apache-2.0 OR BSD-2-Clause',
  'mit or (apache-2.0 and bsd-3-clause)',
  'GPL-2.0+ WITH Classpath-exception-2.0',
  'LicenseRef-Proprietary',
  '((MIT))',
])('takes the license expression `%s`', async (expression) => {
  expect(await inspectText(metadata({ 'License-Expression': expression }))).toEqual([]);
});

test.for([
  'MIT OR',
  'OR MIT',
  'MIT MIT',
  'MIT OR OR MIT',
  '(MIT',
  'MIT)',
  '()',
  'MIT, BSD',
  'Apache/2',
  'MIT WITH',
  '(MIT) WITH x',
  'MIT WITH (x)',
  'x'.repeat(1001),
])('refuses the license expression `%s`', async (expression) => {
  expect(await inspectText(metadata({ 'License-Expression': expression }))).toEqual([
    expect.stringMatching(/^LICENSE_EXPRESSION_INVALID /),
  ]);
});
