import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox, SandboxOptions } from '@wheelseal/sandbox';
import { expect, onTestFinished, test } from 'vitest';

const content = 'x'.repeat(100_000);

interface Project {
  readonly sandbox: Sandbox;
  readonly put: (name: string, body?: string) => Promise<Response>;
  readonly get: (name: string, method?: string) => Promise<Response>;
}

async function project(options: SandboxOptions = {}): Promise<Project> {
  const sandbox = await startSandbox(options);
  onTestFinished(async () => sandbox.close());
  const { CI_API_V4_URL = '', CI_PROJECT_ID = '', CI_JOB_TOKEN = '' } = sandbox.environment;
  const headers = { 'job-token': CI_JOB_TOKEN };
  const url = (name: string) =>
    `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/packages/generic/demo/1.0/${name}`;
  return {
    sandbox,
    put: async (name, body = content) => fetch(url(name), { method: 'PUT', headers, body }),
    get: async (name, method = 'GET') => fetch(url(name), { method, headers }),
  };
}

test.for([0, 1, 40_000])(
  'cuts the connection after %i bytes of a request, and nothing is stored',
  async (resetAfter) => {
    const { sandbox, put, get } = await project();
    sandbox.faults.add({ method: 'PUT', resetAfter, of: 'request', times: 1 });

    await expect(put('a')).rejects.toThrow('fetch failed');

    expect((await get('a')).status).toBe(404);
    expect((await put('a')).status).toBe(201);
  },
);

test('lets a request through that ends before the cut', async () => {
  const { sandbox, put } = await project();
  sandbox.faults.add({ method: 'PUT', resetAfter: 1000, of: 'request' });

  expect((await put('a', 'short')).status).toBe(201);
});

test.for([0, 40_000])(
  'cuts the connection after %i bytes of an answer that announced more',
  async (resetAfter) => {
    const { sandbox, put, get } = await project();
    await put('a');
    sandbox.faults.add({ method: 'GET', resetAfter, of: 'answer', times: 1 });

    const response = await get('a');

    expect(response.headers.get('content-length')).toBe('100000');
    await expect(response.text()).rejects.toThrow('terminated');
    await expect((await get('a')).text()).resolves.toBe(content);
  },
);

test('ends an answer too early as if it were whole', async () => {
  const { sandbox, put, get } = await project();
  await put('a');
  sandbox.faults.add({ method: 'GET', truncateAfter: 10 });

  const response = await get('a');

  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe('10');
  await expect(response.text()).resolves.toBe('x'.repeat(10));
});

test('sends an answer in pieces', async () => {
  const { sandbox, put, get } = await project();
  await put('a', 'abcdefg');
  sandbox.faults.add({ method: 'GET', slow: { bytes: 3, milliseconds: 20 } });
  const pieces: string[] = [];

  const response = await get('a');
  for await (const piece of response.body ?? []) pieces.push(Buffer.from(piece).toString());

  expect(response.headers.get('content-length')).toBe('7');
  expect(pieces).toEqual(['abc', 'def', 'g']);
});

test('does the work and loses the answer', async () => {
  const { sandbox, put, get } = await project();
  sandbox.faults.add({ method: 'PUT', lose: 'answer', times: 1 });

  await expect(put('a')).rejects.toThrow('fetch failed');

  await expect((await get('a')).text()).resolves.toBe(content);
});

test('holds a request before the work, and an answer after it', async () => {
  const { sandbox, put, get } = await project();
  const seen: number[] = [];
  const look = async () => {
    seen.push((await get('a')).status);
  };
  sandbox.faults.add({ method: 'PUT', hold: look, at: 'answer' });
  sandbox.faults.add({ method: 'PUT', hold: look, at: 'request', times: 1 });

  expect((await put('a')).status).toBe(201);
  expect(seen).toEqual([404]);
  expect((await put('a')).status).toBe(201);
  expect(seen).toEqual([404, 200]);
});

test('cuts the connection when what holds an answer fails', async () => {
  const { sandbox, put } = await project();
  sandbox.faults.add({
    method: 'PUT',
    at: 'answer',
    hold: async () => {
      throw new Error('stop');
    },
  });

  await expect(put('a')).rejects.toThrow('fetch failed');
});

test('spoils no more than the body of an answer to HEAD', async () => {
  const { sandbox, put, get } = await project();
  await put('a');
  sandbox.faults.add({ method: 'HEAD', slow: { bytes: 3, milliseconds: 1 } });

  const response = await get('a', 'HEAD');

  expect(response.headers.get('content-length')).toBe('100000');
});

test('has faults from the start', async () => {
  const { put } = await project({ faults: [{ status: 502, body: '<html>', times: 1 }] });

  expect((await put('a')).status).toBe(502);
  expect((await put('a')).status).toBe(201);
});
