import { setImmediate } from 'node:timers/promises';

import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { call, ellipticKey, hashedRekord } from './sigstore/signer.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.faults.clear());

afterAll(async () => sandbox.close());

async function status(service: keyof Sandbox['urls'], path: string, method = 'GET') {
  return (await fetch(new URL(path, sandbox.urls[service]), { method })).status;
}

test('a fault answers in the place of the service, as often as it was told', async () => {
  sandbox.faults.add({ service: 'rekor', path: /\/log$/, status: 503, times: 2 });

  expect(await status('rekor', '/api/v1/log')).toBe(503);
  expect(await status('rekor', '/api/v1/log')).toBe(503);
  expect(await status('rekor', '/api/v1/log')).toBe(200);
});

test('a fault befalls only what it is aimed at', async () => {
  sandbox.faults.add({ service: 'fulcio', method: 'GET', path: /rootCert/, status: 500 });

  expect(await status('fulcio', '/api/v1/rootCert')).toBe(500);
  expect(await status('fulcio', '/api/v1/rootCert', 'POST')).toBe(501);
  expect(await status('fulcio', '/api/v2/trustBundle')).toBe(200);
  expect(await status('rekor', '/api/v1/rootCert')).toBe(404);
});

test('a fault lets as many requests pass as it was told', async () => {
  sandbox.faults.add({ service: 'rekor', skip: 2, times: 1, status: 503 });

  const seen: number[] = [];
  for (let request = 0; request < 4; request += 1) {
    seen.push(await status('rekor', '/api/v1/log'));
  }

  expect(seen).toEqual([200, 200, 503, 200]);
});

test('a fault that lets a request pass leaves it to the others', async () => {
  sandbox.faults.add({ status: 500 });
  sandbox.faults.add({ skip: 1, status: 503 });

  expect(await status('gitlab', '/')).toBe(500);
  expect(await status('gitlab', '/')).toBe(503);
});

test('a fault lasts until it is taken away', async () => {
  const remove = sandbox.faults.add({ status: 500 });
  expect(await status('rekor', '/api/v1/log')).toBe(500);

  remove();

  expect(await status('rekor', '/api/v1/log')).toBe(200);
});

test('the last fault comes first', async () => {
  sandbox.faults.add({ status: 500 });
  sandbox.faults.add({ status: 502, times: 1 });

  expect(await status('gitlab', '/')).toBe(502);
  expect(await status('gitlab', '/')).toBe(500);
});

test('a fault sends the body and the headers it was given', async () => {
  sandbox.faults.add({ status: 429, body: { message: 'slow' }, headers: { 'retry-after': '7' } });
  const response = await fetch(sandbox.urls.gitlab);

  expect(response.headers.get('retry-after')).toBe('7');
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ message: 'slow' });
});

test('a fault on an upload leaves the connection usable', async () => {
  sandbox.faults.add({ method: 'POST', status: 500, times: 1 });
  const url = new URL('/api/v1/log/entries', sandbox.urls.rekor);

  const response = await fetch(url, { method: 'POST', body: 'x'.repeat(1_000_000) });

  expect(response.status).toBe(500);
  expect(await status('rekor', '/api/v1/log')).toBe(200);
});

test('an answer of the service can be rewritten', async () => {
  sandbox.faults.add({
    service: 'rekor',
    rewrite: (body) => JSON.stringify({ ...JSON.parse(body.toString()), treeSize: 1_000_000 }),
  });

  const response = await fetch(new URL('/api/v1/log', sandbox.urls.rekor));

  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toMatchObject({ treeSize: 1_000_000, treeID: expect.any(String) });
});

test('a fault can cut the connection', async () => {
  sandbox.faults.add({ answer: (request) => void request.socket.destroy() });

  await expect(fetch(sandbox.urls.gitlab)).rejects.toThrow('fetch failed');
});

test('a service that throws answers 500, and goes on', async () => {
  sandbox.faults.add({
    times: 1,
    answer() {
      throw new Error('broken');
    },
  });
  const response = await fetch(sandbox.urls.gitlab);

  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({ message: 'the sandbox failed: broken' });
  expect(await status('rekor', '/api/v1/log')).toBe(200);
});

test('a fault spares the first requests, and says how often it happened', async () => {
  const fault = sandbox.faults.add({ service: 'rekor', status: 503, skip: 2, times: 1 });
  const statuses: number[] = [];

  for (let count = 0; count < 4; count += 1) statuses.push(await status('rekor', '/api/v1/log'));

  expect(statuses).toEqual([200, 200, 503, 200]);
  expect(fault.count()).toBe(1);
  fault();
  expect(fault.count()).toBe(1);
});

const entries = '/api/v1/log/entries';
const key = ellipticKey();
let files = 0;

function newEntry() {
  files += 1;
  return hashedRekord(Buffer.from(`file ${files}`), key);
}

async function addEntry(entry: unknown) {
  return call('POST', sandbox.urls.rekor, entries, { body: entry });
}

async function treeSize(): Promise<number> {
  return (await call('GET', sandbox.urls.rekor, '/api/v1/log')).json.treeSize;
}

test('a connection can be reset before the service sees the request', async () => {
  const size = await treeSize();
  sandbox.faults.add({ service: 'rekor', method: 'POST', lose: 'request', times: 1 });
  const entry = newEntry();

  await expect(addEntry(entry)).rejects.toThrow('fetch failed');

  expect(await treeSize()).toBe(size);
  expect((await addEntry(entry)).status).toBe(201);
});

test('a connection can be reset after the service acted', async () => {
  const size = await treeSize();
  sandbox.faults.add({ service: 'rekor', method: 'POST', lose: 'answer', times: 1 });
  const entry = newEntry();

  await expect(addEntry(entry)).rejects.toThrow('fetch failed');

  expect(await treeSize()).toBe(size + 1);
  expect((await addEntry(entry)).status).toBe(409);
});

test('an answer can be sent to somebody else', async () => {
  const { json: first } = await addEntry(newEntry());
  sandbox.faults.add({ service: 'rekor', method: 'POST', replay: true });

  const second = await addEntry(newEntry());

  expect(second.status).toBe(201);
  expect(second.json).toEqual(first);
});

test('there is nothing to send to somebody else at first', async () => {
  await using fresh = await startSandbox();
  fresh.faults.add({ service: 'rekor', replay: true });

  expect((await call('GET', fresh.urls.rekor, '/api/v1/log')).status).toBe(500);
});

test('an answer can come late, when the service has long acted', async () => {
  const size = await treeSize();
  const gate = Promise.withResolvers<void>();
  sandbox.faults.add({ service: 'rekor', method: 'POST', hold: () => gate.promise, at: 'answer' });
  let hasAnswered = false;

  const answer = addEntry(newEntry()).finally(() => (hasAnswered = true));
  while ((await treeSize()) === size) await setImmediate();

  expect(hasAnswered).toBe(false);
  gate.resolve();
  expect((await answer).status).toBe(201);
});

test('an answer can end too early', async () => {
  sandbox.faults.add({ service: 'rekor', resetAfter: 10, of: 'answer', times: 1 });

  const response = await fetch(new URL('/api/v1/log', sandbox.urls.rekor));

  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(10);
  await expect(response.text()).rejects.toThrow('terminated');
  expect(await status('rekor', '/api/v1/log')).toBe(200);
});

test('an answer can be longer than anybody wants it', async () => {
  const path = '/api/v1/log/publicKey';
  const { text } = await call('GET', sandbox.urls.rekor, path);
  sandbox.faults.add({ service: 'rekor', pad: 1_000_000 });

  const padded = await call('GET', sandbox.urls.rekor, path);

  expect(padded.text).toBe(`${text}${' '.repeat(1_000_000)}`);
});

test('whoever has had enough of an answer can hang up', async () => {
  sandbox.faults.add({ service: 'rekor', pad: 1_000_000_000, times: 1 });
  const response = await fetch(new URL('/api/v1/log', sandbox.urls.rekor));

  await response.body?.cancel();

  expect(await status('rekor', '/api/v1/log')).toBe(200);
});
