import { createPyPIRegistry, jobToken } from '@wheelseal/gitlab-registry';
import { appendFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { canary, metadataWith, wheelOnDisk } from './arrange.ts';
import { bodyOf, json, serve, type Handler } from './server.ts';

function failing(): never {
  throw new RangeError('listener');
}

const stored: Handler = async (request, response) => {
  await bodyOf(request);
  json(response, 201, { message: '201 Created' });
};

async function registryThat(handler: Handler) {
  const server = await serve(handler);
  const connection = { apiUrl: server.url, project: 'group/app', auth: jobToken(canary) };
  return { ...server, registry: createPyPIRegistry(connection) };
}

/** A registry that reads the form with another implementation than the one that wrote it. */
async function registryThatReads() {
  const forms: FormData[] = [];
  const { registry, requests } = await registryThat(async (request, response) => {
    const body = await bodyOf(request);
    expect(body).toHaveLength(Number(request.headers['content-length']));
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    forms.push(await new Response(new Uint8Array(body), { headers }).formData());
    json(response, 201, { message: '201 Created' });
  });
  return { registry, requests, forms };
}

async function digestOf(form: FormData | undefined): Promise<string> {
  const content = form?.get('content');
  if (!(content instanceof File)) throw new TypeError('no file');
  return createHash('sha256')
    .update(Buffer.from(await content.arrayBuffer()))
    .digest('hex');
}

test('sends the fields GitLab reads, and the file as it is', async () => {
  const { registry, requests, forms } = await registryThatReads();
  const wheel = await wheelOnDisk(randomBytes(500_000));
  const metadata = metadataWith({
    description: '# Demo\r\n\r\n--wheelseal-0\r\n"Ünïcode"',
    descriptionContentType: 'text/markdown',
    keywords: 'a,b',
    authorEmail: 'A <a@example.test>',
  });

  await registry.upload({ ...wheel, name: 'My.Demo' }, metadata);

  const [form] = forms;
  expect(Object.fromEntries([...(form ?? [])].filter(([name]) => name !== 'content'))).toEqual({
    ':action': 'file_upload',
    protocol_version: '1',
    filetype: 'bdist_wheel',
    pyversion: 'py3',
    name: 'my-demo',
    version: '1.2.0',
    metadata_version: '2.4',
    summary: 'Shows things',
    description: metadata.description,
    description_content_type: 'text/markdown',
    keywords: 'a,b',
    author_email: 'A <a@example.test>',
    requires_python: '>=3.9',
    sha256_digest: wheel.sha256,
  });
  expect(form?.get('content')).toMatchObject({ name: 'My_Demo-1.2.0-py3-none-any.whl' });
  expect(await digestOf(form)).toBe(wheel.sha256);
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/v4/projects/group%2Fapp/packages/pypi',
  ]);
});

test('sends an empty `requires_python`, and leaves other absent fields out', async () => {
  const { registry, forms } = await registryThatReads();
  const { summary: _, requiresPython: __, ...metadata } = metadataWith();

  await registry.upload(await wheelOnDisk(), metadata);

  expect(forms[0]?.get('requires_python')).toBe('');
  expect(forms[0]?.has('summary')).toBe(false);
});

test('says of an sdist that it is one', async () => {
  const { registry, forms } = await registryThatReads();
  const wheel = await wheelOnDisk();

  await registry.upload(
    { ...wheel, filename: 'my_demo-1.2.0.tar.gz', kind: 'sdist' },
    metadataWith(),
  );

  expect(forms[0]?.get('filetype')).toBe('sdist');
  expect(forms[0]?.get('pyversion')).toBe('source');
});

test('lets no file name end its header', async () => {
  const { registry, forms } = await registryThatReads();
  const wheel = await wheelOnDisk();
  const filename = 'a"\r\nx: y-1.0.tar.gz';

  await registry.upload({ ...wheel, filename, kind: 'sdist' }, metadataWith());

  expect(forms).toHaveLength(1);
  expect(await digestOf(forms[0])).toBe(wheel.sha256);
});

test('warns of what GitLab will cut short', async () => {
  const { registry } = await registryThat(stored);
  const warnings: string[] = [];

  await registry.upload(
    await wheelOnDisk(),
    metadataWith({
      description: 'é'.repeat(4000),
      summary: 'x'.repeat(256),
      requiresPython: '>'.repeat(300),
    }),
    { onWarning: (warning) => warnings.push(warning) },
  );

  expect(warnings).toEqual([
    'GitLab keeps 255 of the 300 characters of `requires_python`, and pip cannot read what is left',
    'GitLab keeps 255 of the 256 characters of `summary`',
  ]);
});

test('reports its progress in bytes of the file', async () => {
  const { registry } = await registryThat(stored);
  const wheel = await wheelOnDisk(randomBytes(400_000));
  const progress: number[] = [];

  await registry.upload(wheel, metadataWith(), { onProgress: (bytes) => progress.push(bytes) });

  expect(progress.length).toBeGreaterThan(2);
  expect(progress).toEqual(progress.toSorted((left, right) => left - right));
  expect(progress.at(-1)).toBe(wheel.size);
});

test.for([
  { what: 'grew', change: async (path: string) => appendFile(path, 'x') },
  { what: 'shrank', change: async (path: string) => truncate(path, 100) },
  {
    what: 'has other bytes',
    change: async (path: string) => writeFile(path, randomBytes(300_000)),
  },
  { what: 'is empty', change: async (path: string) => truncate(path, 0) },
])('never lets a file arrive whole that $what since it was measured', async ({ change }) => {
  let arrived = 0;
  const { registry } = await registryThat(async (request, response) => {
    await bodyOf(request);
    arrived += 1;
    json(response, 201, {});
  });
  const wheel = await wheelOnDisk(randomBytes(300_000));
  await change(wheel.path);

  await expect(registry.upload(wheel, metadataWith())).rejects.toMatchObject({
    code: 'FILE_CHANGED',
    hint: expect.stringContaining('Measure'),
  });
  expect(arrived).toBe(0);
});

test('names a file that cannot be read', async () => {
  const { registry, requests } = await registryThat(stored);
  const wheel = await wheelOnDisk();
  await rm(wheel.path);

  await expect(registry.upload(wheel, metadataWith())).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining(wheel.path),
  });
  expect(requests).toEqual([]);
});

test('names the refusal that comes before the file was sent', async () => {
  const { registry } = await registryThat((_, response) =>
    json(response, 403, { message: '403 Forbidden' }),
  );

  const call = registry.upload(await wheelOnDisk(randomBytes(8_000_000)), metadataWith());

  await expect(call).rejects.toMatchObject({ code: 'REGISTRY_FORBIDDEN' });
});

test('does not believe a success that comes before the file was sent', async () => {
  const { registry } = await registryThat((_, response) => json(response, 201, {}));

  const call = registry.upload(await wheelOnDisk(randomBytes(8_000_000)), metadataWith());

  await expect(call).rejects.toMatchObject({ code: 'REGISTRY_UNEXPECTED_RESPONSE' });
});

test.for([200, 202, 204])('does not believe the answer %i', async (status) => {
  const { registry } = await registryThat(async (request, response) => {
    await bodyOf(request);
    response.writeHead(status).end();
  });

  await expect(registry.upload(await wheelOnDisk(), metadataWith())).rejects.toMatchObject({
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('expected the answer 201'),
  });
});

test('is never sent twice', async () => {
  const { registry, requests } = await registryThat(async (request) => {
    await bodyOf(request);
    request.socket.destroy();
  });

  await expect(registry.upload(await wheelOnDisk(), metadataWith())).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    hint: expect.stringContaining('List what is stored'),
  });
  expect(requests).toHaveLength(1);
});

test('stops in the middle when the signal says so', async () => {
  const controller = new AbortController();
  const { registry } = await registryThat(async (request) => {
    request.once('data', () => controller.abort());
    await wait(0);
  });
  const { signal } = controller;

  const call = registry.upload(await wheelOnDisk(randomBytes(8_000_000)), metadataWith(), {
    signal,
  });

  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});

test('lets an error of the progress listener through', async () => {
  const { registry } = await registryThat(stored);
  const call = registry.upload(await wheelOnDisk(), metadataWith(), { onProgress: failing });

  await expect(call).rejects.toThrow(RangeError);
});
