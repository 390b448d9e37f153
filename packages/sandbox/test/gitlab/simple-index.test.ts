import { expect, test } from 'vitest';

import { asJob, basic, personalToken, pypi, startGitLab, uploadForm } from './running-gitlab.ts';
import type { RunningGitLab } from './running-gitlab.ts';

const json = 'application/vnd.pypi.simple.v1+json';
const digest = '1'.repeat(64);
const index = new URL('https://index.test/simple/');
const moved = 'This resource has been moved temporarily to https://index.test/simple/unknown/.';

function show(gitlab: RunningGitLab, path: string, accept = '*/*', headers = asJob) {
  return gitlab.call('GET', path, { headers: { ...headers, accept } });
}

test('lists the files of a project as HTML', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ requires_python: '>=3.7,<"4"' });
  await gitlab.upload({ fileName: 'my_app-1.0.0.tar.gz', requires_python: '' });

  const response = await show(gitlab, `${pypi}/simple/my-app/`);

  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const files = `${gitlab.api}${pypi}/files/${digest}`;
  await expect(response.text()).resolves.toBe(
    [
      '<!DOCTYPE html><html><head><title>Links for my_app</title></head>',
      '<body><h1>Links for my_app</h1>',
      `<a href="${files}/my_app-1.0.0-py3-none-any.whl#sha256=${digest}" data-requires-python="&gt;=3.7,&lt;&quot;4&quot;">my_app-1.0.0-py3-none-any.whl</a>`,
      `<a href="${files}/my_app-1.0.0.tar.gz#sha256=${digest}" data-requires-python="">my_app-1.0.0.tar.gz</a>`,
      '</body></html>',
    ].join(''),
  );
});

test('puts breaks after the anchors when told to', async () => {
  await using gitlab = await startGitLab({ settings: { htmlBreaks: true } });
  await gitlab.upload();
  await gitlab.upload({ fileName: 'my_app-1.0.0.tar.gz' });

  const page = await (await show(gitlab, `${pypi}/simple/my-app`)).text();

  expect(page.match(/<\/a><br>/gu)).toHaveLength(2);
});

test('lists every version of every project in the index, without escaping links', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ name: 'My.App' });
  await gitlab.upload({ name: 'My.App', version: '2.0.0' });

  const page = await (await show(gitlab, `${pypi}/simple/`)).text();

  const anchor = `<a href="${gitlab.api}${pypi}/simple/my-app" data-requires-python="&gt;=3.7">My.App</a>`;
  expect(page).toContain('<h1>Links for My &lt;App&gt;</h1>');
  expect(page).toContain(anchor + anchor);
});

test.for([
  json,
  `${json}, text/html;q=0.1`,
  `text/html, ${json};q=0.01`,
  'application/vnd.pypi.simple.latest+json',
])('answers `Accept: %s` with JSON', async (accept) => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  await gitlab.upload({ fileName: 'my_app-1.0.0.tar.gz', requires_python: '' });

  const response = await show(gitlab, `${pypi}/simple/my-app/`, accept);

  expect(response.headers.get('content-type')).toBe(`${json}; charset=utf-8`);
  expect(response.headers.get('vary')).toBe('Accept');
  const files = `${gitlab.api}${pypi}/files/${digest}`;
  await expect(response.json()).resolves.toEqual({
    meta: { 'api-version': '1.0' },
    name: 'my-app',
    files: [
      {
        filename: 'my_app-1.0.0-py3-none-any.whl',
        url: `${files}/my_app-1.0.0-py3-none-any.whl#sha256=${digest}`,
        hashes: { sha256: digest },
        'requires-python': '>=3.7',
      },
      {
        filename: 'my_app-1.0.0.tar.gz',
        url: `${files}/my_app-1.0.0.tar.gz#sha256=${digest}`,
        hashes: { sha256: digest },
      },
    ],
  });
});

test('lists every project once in the JSON index', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ name: 'Zed' });
  await gitlab.upload({ name: 'my_app' });
  await gitlab.upload({ name: 'My.App' });

  const response = await show(gitlab, `${pypi}/simple`, json);

  await expect(response.json()).resolves.toEqual({
    meta: { 'api-version': '1.0' },
    projects: [{ name: 'my-app' }, { name: 'zed' }],
  });
});

test('answers HTML to everyone when JSON is switched off', async () => {
  await using gitlab = await startGitLab({ settings: { pep691: false } });
  await gitlab.upload();

  const response = await show(gitlab, `${pypi}/simple/my-app`, json);

  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('vary')).toBeNull();
});

test.for([
  ['my_app', 'my-app', 200],
  ['My.App', 'my-app', 200],
  ['My.App', 'MY-APP', 200],
  ['my--app', 'my-app', 200],
  ['my_app', 'my_app', 302],
  ['my.app', 'my.app', 302],
  ['my-app', 'my--app', 302],
] as const)('stored as `%s`, asked for as `%s`, answers %i', async ([stored, asked, status]) => {
  await using gitlab = await startGitLab({ forwardingUrl: index });
  await gitlab.upload({ name: stored });

  expect((await show(gitlab, `${pypi}/simple/${asked}`)).status).toBe(status);
});

test('shows the files of every spelling on one page', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ name: 'my_app', fileName: 'a.whl' });
  await gitlab.upload({ name: 'my.app', fileName: 'b.whl' });

  const page = await (await show(gitlab, `${pypi}/simple/my-app`)).text();

  expect(page).toContain('Links for my_app');
  expect(page).toContain('>a.whl</a>');
  expect(page).toContain('>b.whl</a>');
});

test('redirects an unknown name to the forwarding index', async () => {
  await using gitlab = await startGitLab({ forwardingUrl: index });

  const response = await show(gitlab, `${pypi}/simple/Un_known/`);

  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('https://index.test/simple/Un_known/');
});

test.for([
  ['forwarding is off', { settings: { forwarding: false }, forwardingUrl: index }],
  ['there is no index to forward to', {}],
] as const)('answers an unknown name with 404 when %s', async ([, options]) => {
  await using gitlab = await startGitLab(options);

  const response = await show(gitlab, `${pypi}/simple/unknown`);

  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/u);
  await expect(response.json()).resolves.toEqual({ message: '404 Package Not Found' });
});

test.for([
  ['private', {}, 401, '{"message":"401 Unauthorized"}'],
  ['private', basic('jane', 'glpat-outsider'), 404, '{"message":"404 Not Found"}'],
  ['private', basic('jane', 'glpat-guest'), 403, '{"message":"403 Forbidden"}'],
  ['private', basic('jane', 'glpat-reporter'), 302, moved],
  ['internal', {}, 401, '{"message":"401 Unauthorized"}'],
  ['internal', basic('jane', 'glpat-outsider'), 302, moved],
  ['public', {}, 302, moved],
] as const)('decides who may read a %s project before it forwards', async (row) => {
  const [visibility, headers, status, body] = row;
  await using gitlab = await startGitLab({ visibility, forwardingUrl: index });

  const response = await gitlab.call('GET', `${pypi}/simple/unknown`, { headers });

  expect(response.status).toBe(status);
  await expect(response.text()).resolves.toBe(body);
});

test('answers 404 for a project that does not exist, also to the anonymous', async () => {
  await using gitlab = await startGitLab();

  const response = await gitlab.call('GET', '/projects/43/packages/pypi/simple/my-app');

  expect(response.status).toBe(404);
  await expect(response.json()).resolves.toEqual({ message: '404 Not Found' });
});

test('knows the project by its path, and links to its number', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await show(gitlab, '/projects/Group%2Fsub%2Fmy-app/packages/pypi/simple/my-app');

  await expect(response.text()).resolves.toContain(`${gitlab.api}${pypi}/files/`);
});

test('shows the project’s packages in each of its groups', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  for (const group of ['group', 'group%2Fsub']) {
    const registry = `/groups/${group}/-/packages/pypi`;
    const page = await (await show(gitlab, `${registry}/simple/my-app`)).text();
    const [, href = ''] = /href="([^"#]*)/u.exec(page) ?? [];
    expect(href).toBe(`${gitlab.api}${registry}/files/${digest}/my_app-1.0.0-py3-none-any.whl`);
    const file = await fetch(href, { headers: asJob });
    await expect(file.text()).resolves.toBe('wheel');
  }
});

test.for([
  ['group%2Fother', asJob, 404, { message: '404 Not Found' }],
  ['group%2Fsub%2Fmy-app', asJob, 404, { message: '404 Not Found' }],
  ['group', {}, 401, { message: '401 Unauthorized' }],
  ['group', basic('jane', 'glpat-outsider'), 404, { message: '404 Not Found' }],
] as const)('answers for the group `%s` with its own refusal', async (row) => {
  const [group, headers, status, body] = row;
  await using gitlab = await startGitLab();

  const response = await gitlab.call('GET', `/groups/${group}/-/packages/pypi/simple`, { headers });

  expect(response.status).toBe(status);
  await expect(response.json()).resolves.toEqual(body);
});

test('hands out a file for the digest its uploader claimed', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ bytes: 'the bytes' });

  const response = await show(gitlab, `${pypi}/files/${digest}/my_app-1.0.0-py3-none-any.whl`);

  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '9',
    'content-transfer-encoding': 'binary',
    'content-disposition':
      'attachment; filename="my_app-1.0.0-py3-none-any.whl"; filename*=UTF-8\'\'my_app-1.0.0-py3-none-any.whl',
  });
  expect(response.headers.has('x-checksum-sha256')).toBe(false);
  await expect(response.text()).resolves.toBe('the bytes');
});

test.for([
  ['project', pypi, '404 Package Not Found'],
  ['group', '/groups/group/-/packages/pypi', '404 Not found'],
])('misses a file under its true digest on the %s route', async ([, registry, message]) => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  const truth = '0'.repeat(64);

  const response = await show(gitlab, `${registry}/files/${truth}/my_app-1.0.0-py3-none-any.whl`);

  expect(response.status).toBe(404);
  await expect(response.json()).resolves.toEqual({ message });
});

test('lists a file without digest under a link that leads nowhere', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ sha256_digest: undefined });

  const page = await (await show(gitlab, `${pypi}/simple/my-app`)).text();

  const [, href = ''] = /href="([^"]*)/u.exec(page) ?? [];
  expect(href).toBe(`${gitlab.api}${pypi}/files//my_app-1.0.0-py3-none-any.whl#sha256=`);
  expect((await fetch(href, { headers: asJob })).status).toBe(404);
});

test('does not find a file whose name has no dot', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ fileName: 'README' });

  expect((await show(gitlab, `${pypi}/files/${digest}/README`)).status).toBe(404);
});

test.for([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
  ['bytes=-2', 206, '89', 'bytes 8-9/10'],
  ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
  ['bytes=0-1,3-4', 200, '0123456789', null],
  ['bytes=10-', 416, '', 'bytes */10'],
] as const)('answers `Range: %s` with %i', async ([range, status, body, contentRange]) => {
  await using gitlab = await startGitLab();
  await gitlab.upload({ bytes: '0123456789' });

  const response = await gitlab.call(
    'GET',
    `${pypi}/files/${digest}/my_app-1.0.0-py3-none-any.whl`,
    { headers: { ...asJob, range } },
  );

  expect(response.status).toBe(status);
  expect(response.headers.get('content-range')).toBe(contentRange);
  await expect(response.text()).resolves.toBe(body);
});

test('answers HEAD without a body', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await gitlab.call(
    'HEAD',
    `${pypi}/files/${digest}/my_app-1.0.0-py3-none-any.whl`,
    { headers: asJob },
  );

  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('5');
  expect(response.headers.get('accept-ranges')).toBe('bytes');
});

test('links to its external address, with the folder it is installed in', async () => {
  await using gitlab = await startGitLab({ relativeRoot: '/gitlab' });
  await gitlab.upload();

  const page = await (await show(gitlab, `${pypi}/simple/my-app`)).text();

  expect(page).toMatch(/href="http:\/\/127\.0\.0\.1:\d+\/gitlab\/api\/v4\/projects\/42\//u);
});

test('refuses a name that leads out of its folder', async () => {
  await using gitlab = await startGitLab();

  const response = await gitlab.callVerbatim('GET', `${pypi}/simple/..`, asJob);

  expect(response).toMatchObject({
    status: 400,
    body: expect.stringContaining('package_name should be a valid file path'),
  });
});

test('lists a signature that was uploaded as a distribution', async () => {
  await using gitlab = await startGitLab();
  await gitlab.call('POST', pypi, {
    headers: basic('jane', personalToken),
    body: uploadForm({ fileName: 'my_app-1.0.0-py3-none-any.whl.sigstore.json' }),
  });

  const page = await (await show(gitlab, `${pypi}/simple/my-app`)).text();

  expect(page).toContain('>my_app-1.0.0-py3-none-any.whl.sigstore.json</a>');
});
