import { writeFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { signWithConfig, verifyBundle } from './independent-client.ts';
import {
  askForCertificate,
  call,
  certificatesOf,
  ellipticKey,
  hashedRekord,
  onlyEntry,
} from './signer.ts';

const file = Buffer.from('a wheel');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({
    furtherLogs: [{ version: 1 }, { version: 2, key: 'P-256', name: 'log.sandbox.test' }],
    furtherTimestampAuthorities: 1,
  });
});

afterAll(async () => sandbox.close());

async function readDocument(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}

/** A configuration that names one log and one time-stamp service of those there are. */
async function configurationOf({ log, timestamp }: { log: number; timestamp: number }) {
  const config = await readDocument(sandbox.trust.everyLog.signingConfig);
  const path = join(dirname(sandbox.trust.trustedRoot), `${log}-${timestamp}.json`);
  const narrowed = {
    ...config,
    rekorTlogUrls: [config.rekorTlogUrls[log]],
    tsaUrls: [config.tsaUrls[timestamp]],
  };
  await writeFile(path, JSON.stringify(narrowed));
  return path;
}

test('every log and time-stamp service has an origin and a key of its own', async () => {
  const { logs, timestampAuthorities, urls, trust } = sandbox;
  const root = await readDocument(trust.trustedRoot);
  const ports = [...logs.map(({ url }) => url.port), ...timestampAuthorities.map((u) => u.port)];

  expect(logs.map(({ version }) => version)).toEqual([1, 2, 1, 2]);
  expect([logs[0]?.url, logs[1]?.url]).toEqual([urls.rekor, urls.rekorTiles]);
  expect(timestampAuthorities[0]).toEqual(urls.timestamp);
  expect(new Set(ports).size).toBe(6);
  expect(new Set(root.tlogs.map((log: { logId: { keyId: string } }) => log.logId.keyId)).size).toBe(
    4,
  );
  expect(root.timestampAuthorities).toHaveLength(2);
  expect(root.tlogs[3]).toMatchObject({
    baseUrl: 'https://log.sandbox.test',
    publicKey: { keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
  });
  expect(logs[3]?.name).toBe('log.sandbox.test');
});

test.for([
  { log: 0, timestamp: 1 },
  { log: 1, timestamp: 0 },
  { log: 2, timestamp: 0 },
  { log: 3, timestamp: 1 },
])('what is signed with log $log and time-stamp service $timestamp verifies', async (choice) => {
  const bundle = await signWithConfig(sandbox, file, { path: await configurationOf(choice) });

  await expect(verifyBundle(sandbox, bundle, file)).resolves.toBeDefined();
});

test('a log keeps its entries to itself', async () => {
  const path = '/api/v1/log/entries';
  const [first, second] = [sandbox.logs[0]!.url, sandbox.logs[2]!.url];
  const { id } = onlyEntry(
    await call('POST', first, path, { body: hashedRekord(file, ellipticKey()) }),
  );

  expect((await call('GET', first, `${path}/${id}`)).status).toBe(200);
  expect((await call('GET', second, `${path}/${id.slice(16)}`)).status).toBe(404);
});

test('a fault can be aimed at one of several logs', async () => {
  const [first, second] = [sandbox.logs[0]!.url, sandbox.logs[2]!.url];
  const remove = sandbox.faults.add({ service: 'rekor', origin: second, status: 503 });

  expect((await call('GET', first, '/api/v1/log')).status).toBe(200);
  expect((await call('GET', second, '/api/v1/log')).status).toBe(503);
  remove();
});

test('a certificate lives as long as was asked for', async () => {
  await using other = await startSandbox({ certificateLifetimeSeconds: 3 });

  const answer = await askForCertificate(other, await other.mintToken(), ellipticKey());

  const { validFrom, validTo } = certificatesOf(answer)[0]!;
  expect(Date.parse(validTo) - Date.parse(validFrom)).toBe(3000);
});

function at(year: number): () => Date {
  return () => new Date(Date.UTC(year, 0, 1));
}

test('every service can have a clock of its own', async () => {
  const clocks = { fulcio: at(2031), rekor: at(2032), timestamp: at(2033) };
  await using other = await startSandbox({ now: at(2031), clocks });
  const token = await other.mintToken();

  const [certificate] = certificatesOf(await askForCertificate(other, token, ellipticKey()));
  const entry = await call('POST', other.urls.rekor, '/api/v1/log/entries', {
    body: hashedRekord(file, ellipticKey()),
  });
  const stamp = await fetch(new URL('/api/v1/timestamp', other.urls.timestamp), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      artifactHash: Buffer.alloc(32).toString('base64'),
      hashAlgorithm: 'sha256',
    }),
  });

  expect(new Date(certificate!.validFrom).getUTCFullYear()).toBe(2031);
  expect(new Date(onlyEntry(entry).entry.integratedTime * 1000).getUTCFullYear()).toBe(2032);
  expect(Buffer.from(await stamp.arrayBuffer()).toString('latin1')).toContain('20330101000000Z');
});
