import { parseSimpleIndex } from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';

const base = new URL('https://gitlab.test/api/v4/projects/7/packages/pypi/simple/demo/');
const digest = 'a'.repeat(64);
const files = 'https://gitlab.test/api/v4/projects/7/packages/pypi/files';
const json = 'application/vnd.pypi.simple.v1+json; charset=utf-8';

/** As GitLab's presenter writes it. */
function page(...anchors: readonly string[]): string {
  return `<!DOCTYPE html><html><head><title>Links for demo</title></head><body><h1>Links for demo</h1>${anchors.join('')}</body></html>`;
}

function anchor(filename: string, { requires = '', sha256 = digest } = {}): string {
  return `<a href="${files}/${sha256}/${filename}#sha256=${sha256}" data-requires-python="${requires}">${filename}</a>`;
}

function html(body: string) {
  return parseSimpleIndex(body, 'text/html; charset=utf-8', base);
}

test('reads the files of a page', () => {
  const body = page(
    anchor('demo-1.0.tar.gz'),
    anchor('demo-1.0-py3-none-any.whl', { requires: '&gt;=3.7,&lt;4' }),
  );

  expect(html(body)).toEqual([
    {
      filename: 'demo-1.0.tar.gz',
      url: new URL(`${files}/${digest}/demo-1.0.tar.gz`),
      sha256: digest,
    },
    {
      filename: 'demo-1.0-py3-none-any.whl',
      url: new URL(`${files}/${digest}/demo-1.0-py3-none-any.whl`),
      sha256: digest,
      requiresPython: '>=3.7,<4',
    },
  ]);
});

test('reads the page the documentation shows, with line breaks and leading white space', () => {
  const body = `\n   ${page(anchor('demo-1.0.tar.gz'), '<br>', anchor('demo-1.1.tar.gz'), '<br/>\n')}`;

  expect(html(body).map(({ filename }) => filename)).toEqual([
    'demo-1.0.tar.gz',
    'demo-1.1.tar.gz',
  ]);
});

test('reads JSON by its content type, with the digest of either place', () => {
  const body = JSON.stringify({
    meta: { 'api-version': '1.0' },
    name: 'demo',
    files: [
      {
        filename: 'demo-1.0.tar.gz',
        url: `${files}/${digest}/demo-1.0.tar.gz#sha256=${digest}`,
        hashes: { sha256: digest.toUpperCase() },
        'requires-python': '>=3.7',
      },
      { filename: 'demo-1.1.tar.gz', url: `${files}/x/demo-1.1.tar.gz#sha256=${digest}` },
    ],
  });

  expect(parseSimpleIndex(body, json, base)).toEqual([
    {
      filename: 'demo-1.0.tar.gz',
      url: new URL(`${files}/${digest}/demo-1.0.tar.gz`),
      sha256: digest,
      requiresPython: '>=3.7',
    },
    { filename: 'demo-1.1.tar.gz', url: new URL(`${files}/x/demo-1.1.tar.gz`), sha256: digest },
  ]);
});

test('names a repeated row once, and keeps rows of one name with other digests', () => {
  const other = 'b'.repeat(64);
  const body = page(
    anchor('demo-1.0.tar.gz'),
    anchor('demo-1.0.tar.gz'),
    [anchor('demo-1.0.tar.gz', { sha256: other })].join(''),
  );

  expect(html(body).map(({ sha256 }) => sha256)).toEqual([digest, other]);
});

test('leaves out a digest that is none', () => {
  const body = page(
    `<a href="${files}//demo-1.0.tar.gz#sha256=" data-requires-python="">demo-1.0.tar.gz</a>`,
    `<a href="${files}/x/demo-1.1.tar.gz#md5=abc">demo-1.1.tar.gz</a>`,
  );

  expect(html(body).map((file) => 'sha256' in file)).toEqual([false, false]);
});

test('keeps the host, path and query of a link, and takes relative links for what they are', () => {
  const body = page(
    '<a href="https://other.test:8443/api/v4/files/x/demo-1.0.tar.gz?a=1&amp;b=2">demo-1.0.tar.gz</a>',
    '<a href="../../files/x/demo-1.1.tar.gz">demo-1.1.tar.gz</a>',
  );

  expect(html(body).map(({ url }) => url.href)).toEqual([
    'https://other.test:8443/api/v4/files/x/demo-1.0.tar.gz?a=1&b=2',
    'https://gitlab.test/api/v4/projects/7/packages/pypi/files/x/demo-1.1.tar.gz',
  ]);
});

test('takes no credentials out of a link', () => {
  const [file] = html(page('<a href="https://user:secret@gitlab.test/f/demo-1.0.tar.gz">f</a>'));

  expect(file?.url.href).toBe('https://gitlab.test/f/demo-1.0.tar.gz');
});

test.for(['../../evil.whl', 'C:\\evil.whl', 'a\u0000b.whl', '<b>.whl', 'ﬁle.whl', '%2e%2e', ''])(
  'keeps the file name %j as the data it is',
  (filename) => {
    const body = JSON.stringify({
      meta: { 'api-version': '1.1' },
      files: [{ filename, url: `${files}/x/demo-1.0.tar.gz` }],
    });

    expect(parseSimpleIndex(body, json, base).map((file) => file.filename)).toEqual([filename]);
  },
);

test('survives HTML that is not well formed', () => {
  const body = `${page()}<a href="${files}/x/a-1.tar.gz">a-1.tar.gz<a href='b'><a>no link</a><a href="http://[">bad`;

  expect(html(body).map(({ filename }) => filename)).toContain('a-1.tar.gz');
});

test('names a file by its link when it has no text', () => {
  const body = page(`<a href="${files}/x/demo-1.0%2Bcpu.tar.gz#sha256=${digest}"></a>`);

  expect(html(body)[0]?.filename).toBe('demo-1.0+cpu.tar.gz');
});

test('is empty for a page without files', () => {
  expect(html(page())).toEqual([]);
});

test.for([
  {
    what: 'a login page',
    type: 'text/html',
    body: '<html><title>Sign in</title><h1>GitLab</h1><a href="/users/password/new">Forgot?</a></html>',
  },
  { what: 'text', type: 'text/plain', body: page() },
  { what: 'no content type', type: '', body: page() },
  { what: 'broken JSON', type: json, body: '{"meta":' },
  { what: 'other JSON', type: json, body: '{"message":"hello"}' },
  { what: 'a later version', type: json, body: '{"meta":{"api-version":"2.0"},"files":[]}' },
])('refuses $what', ({ type, body }) => {
  expect(() => parseSimpleIndex(body, type, base)).toThrow(
    expect.objectContaining({
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: expect.stringContaining('/api/v4'),
    }),
  );
});

test('reads a page of twenty thousand rows', () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => anchor(`demo-1.${index}.tar.gz`));

  expect(html(page(...rows))).toHaveLength(20_000);
});
