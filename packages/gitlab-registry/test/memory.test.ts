/** What is held in memory: no file, and of a list no more than the list. */

import {
  createGenericPackages,
  createPyPIRegistry,
  type GitLabConnection,
} from '@wheelseal/gitlab-registry';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { measureFile } from '@wheelseal/distributions';
import { expect, test } from 'vitest';
import { temporaryFolder } from './arrange.ts';
import { serve, type Handler } from './server.ts';

const mebibyte = 1024 ** 2;
const digest = 'a'.repeat(64);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function connectionTo(handler: Handler) {
  const { url: apiUrl } = await serve(handler);
  const connection: GitLabConnection = { apiUrl, project: '7' };
  return connection;
}

/** Bytes in buffers at the worst of some moments of a transfer, garbage left out. */
async function mostBuffered(
  transfer: (onProgress: (bytes: number) => void) => Promise<unknown>,
): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  let next = 0;
  await transfer((bytes) => {
    if (bytes < next) return;
    next = bytes + 8 * mebibyte;
    collectGarbage();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  });
  return most;
}

function row(number: number): string {
  const url = `/api/v4/projects/7/packages/pypi/files/${digest}/demo-1.${number}.tar.gz`;
  return `<a href="${url}#sha256=${digest}" data-requires-python="&gt;=3.9">demo-1.${number}.tar.gz</a>`;
}

function pageOf(count: number): string {
  const rows = Array.from({ length: count }, (_, number) => row(number));
  return `<!DOCTYPE html><html><head><title>Links for demo</title></head><body>${rows.join('')}</body></html>`;
}

test('lists a thousand distributions, and holds nothing of what it read but the list', async () => {
  const registry = createPyPIRegistry(
    await connectionTo((request, response) => {
      const name = request.url?.split('/').at(-2) ?? '';
      response.writeHead(200, { 'content-type': 'text/html' }).end(pageOf(Number(name.slice(1))));
    }),
  );
  const heldBy = async (count: number) => {
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const files = await registry.listFiles(`n${count}`);
    collectGarbage();
    const held = process.memoryUsage().heapUsed - before;
    expect(files).toHaveLength(count);
    expect(files.at(-1)).toMatchObject({ filename: `demo-1.${count - 1}.tar.gz`, sha256: digest });
    return held;
  };
  // The first calls warm caches up.
  for (const count of [10, 1000]) await heldBy(count);

  for (const count of [10, 100, 1000]) {
    expect(await heldBy(count)).toBeLessThan(mebibyte + count * 4096);
  }
});

test('downloads a thousand distributions one after another in the memory of ten', async () => {
  const folder = await temporaryFolder();
  const connection = await connectionTo((_, response) => void response.end('x'.repeat(1000)));
  const registry = createPyPIRegistry(connection);
  const url = new URL('/demo.whl', connection.apiUrl);
  const heldAfter = async (count: number) => {
    for (let number = 0; number < count; number += 1) {
      const path = join(folder, String(number));
      await registry.download({ filename: 'demo.whl', url }, path);
      await rm(path);
    }
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  await heldAfter(100);

  const afterTen = await heldAfter(10);
  const afterThousand = await heldAfter(1000);

  expect(afterThousand - afterTen).toBeLessThan(2 * mebibyte);
}, 60_000);

test('streams a large file both ways', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'large');
  const handle = await open(path, 'w');
  await handle.truncate(192 * mebibyte);
  await handle.close();
  const connection = await connectionTo(async (request, response) => {
    if (request.method === 'PUT') {
      for await (const _ of request) void _;
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    } else createReadStream(path).pipe(response);
  });
  const packages = createGenericPackages(connection);
  const file = { package: 'demo', version: '1', filename: 'large' };
  const source = await measureFile(path);

  const up = await mostBuffered(async (onProgress) =>
    packages.upload(file, source, { onProgress }),
  );
  const down = await mostBuffered(async (onProgress) =>
    packages.download(file, `${path}.again`, { onProgress }),
  );

  // Server and client are one process here, both have pieces on the way, and freed ones linger.
  expect(up).toBeLessThan(64 * mebibyte);
  expect(down).toBeLessThan(64 * mebibyte);
});
