import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

// Queries are made, and answers verified, by openssl.

let sandbox: Sandbox;
let directory: string;
let file: string;

beforeAll(async () => {
  sandbox = await startSandbox({ now: () => new Date('2030-05-06T07:08:09.876Z') });
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-test-'));
  file = join(directory, 'file');
  await writeFile(file, 'what was there');
});

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true });
});

function openssl(...parameters: readonly string[]): string {
  return execFileSync('openssl', ['ts', ...parameters], { stdio: 'pipe' }).toString();
}

async function makeQuery(...options: readonly string[]): Promise<string> {
  const path = join(directory, 'query');
  openssl('-query', '-data', file, '-out', path, ...options);
  return path;
}

async function send(query: Buffer, type = 'application/timestamp-query') {
  const response = await fetch(new URL('/api/v1/timestamp', sandbox.urls.timestamp), {
    method: 'POST',
    headers: { 'content-type': type },
    body: query,
  });
  const path = join(directory, 'answer');
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return { status: response.status, type: response.headers.get('content-type'), path };
}

test.for(['-sha256', '-sha384', '-sha512'])(
  'a token over a %s digest verifies with openssl',
  async (digest) => {
    const query = await makeQuery('-cert', digest);

    const { status, type, path } = await send(await readFile(query));

    expect([status, type]).toEqual([201, 'application/timestamp-reply']);
    // The clock of the sandbox runs ahead of openssl's.
    const time = String(Date.UTC(2030, 4, 6, 8) / 1000);
    const trust = ['-CAfile', sandbox.trust.timestampChain, '-attime', time];
    expect(openssl('-verify', '-queryfile', query, '-in', path, ...trust)).toContain('OK');
    expect(openssl('-verify', '-data', file, '-in', path, ...trust)).toContain('OK');
    await writeFile(join(directory, 'other'), 'what was not there');
    expect(() =>
      openssl('-verify', '-data', join(directory, 'other'), '-in', path, ...trust),
    ).toThrow('message imprint mismatch');
  },
);

test('a token without its certificate verifies with the chain beside it', async () => {
  const query = await makeQuery('-sha256', '-no_nonce');

  const { path } = await send(await readFile(query));

  const time = String(Date.UTC(2030, 4, 6, 8) / 1000);
  const chain = sandbox.trust.timestampChain;
  const trust = ['-CAfile', chain, '-untrusted', chain, '-attime', time];
  expect(openssl('-verify', '-queryfile', query, '-in', path, ...trust)).toContain('OK');
});

test('a token says when, by which policy and for which query', async () => {
  const query = await makeQuery('-sha256', '-cert', '-tspolicy', '1.2.3.4');

  const { path } = await send(await readFile(query));

  const text = openssl('-reply', '-in', path, '-text');
  expect(text).toContain('Status: Granted.');
  expect(text).toContain('Time stamp: May  6 07:08:09 2030 GMT');
  expect(text).toContain('Policy OID: 1.2.3.4');
  const [, nonce] = /Nonce: (0x[0-9A-F]+)/.exec(openssl('-query', '-in', query, '-text')) ?? [];
  expect(text).toContain(`Nonce: ${nonce}`);
});

test('a query in JSON gets the same token', async () => {
  const digest = createHash('sha256').update('what was there').digest('base64');
  const query = { artifactHash: digest, hashAlgorithm: 'sha256', certificates: true, nonce: 200 };

  const { status, path } = await send(Buffer.from(JSON.stringify(query)), 'application/json');

  expect(status).toBe(201);
  const time = String(Date.UTC(2030, 4, 6, 8) / 1000);
  const trust = ['-CAfile', sandbox.trust.timestampChain, '-attime', time];
  expect(openssl('-verify', '-data', file, '-in', path, ...trust)).toContain('OK');
  expect(openssl('-reply', '-in', path, '-text')).toContain('Nonce: 0xC8');
});

test.for([
  ['{"hashAlgorithm":"sha256","artifactHash":"AAAA"}', 400, 'incorrect length'],
  ['{"hashAlgorithm":"sha1","artifactHash":"AAAA"}', 400, 'Weak hash algorithm'],
  ['{"hashAlgorithm":"md5"}', 400, 'Error generating'],
  ['{', 400, 'Error generating'],
  ['', 422, 'required'],
] as const)('the query %s in JSON is refused', async ([query, code, message]) => {
  const { status, path } = await send(Buffer.from(query), 'application/json');

  expect(status).toBe(code);
  expect(JSON.parse(await readFile(path, 'utf8')).message).toContain(message);
});

test('a query over a weak digest is refused', async () => {
  const { status, path } = await send(await readFile(await makeQuery('-sha1')));

  expect(status).toBe(400);
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
    code: 400,
    message: expect.stringMatching('Weak hash algorithm'),
  });
});

test('what is no query is refused', async () => {
  expect((await send(Buffer.from('nonsense'))).status).toBe(400);
  expect((await send(Buffer.from('{}'), 'text/plain')).status).toBe(415);
});

test('publishes its chain', async () => {
  const response = await fetch(new URL('/api/v1/timestamp/certchain', sandbox.urls.timestamp));

  expect(await response.text()).toBe(await readFile(sandbox.trust.timestampChain, 'utf8'));
});
