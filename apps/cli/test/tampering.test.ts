import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wheelsealProcess } from './child.ts';
import { writeDistributions } from './distribution-files.ts';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'demo' });
});

afterAll(async () => {
  await sandbox.close();
});

const wheel = 'demo-1.0.0-py3-none-any.whl';

/** A folder with the named files of a signed wheel, and no manifest to compare them with. */
async function signed(suffixes: readonly string[]): Promise<string> {
  const source = await temporaryFolder();
  await writeDistributions(join(source, 'dist'), { name: 'demo', version: '1.0.0' });
  await wheelseal(['sign', source], { environment: sandbox.environment });
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'dist'));
  for (const suffix of ['', ...suffixes]) {
    await copyFile(join(source, 'dist', wheel + suffix), join(folder, 'dist', wheel + suffix));
  }
  return folder;
}

/** Changes one byte, to another letter where it was one, so that a text stays a text. */
function flip(bytes: Buffer, index: number): Buffer {
  const flipped = Buffer.from(bytes);
  const byte = flipped[index] ?? 0;
  const isLetter = /[\dA-Za-z]/.test(String.fromCharCode(byte));
  flipped[index] = isLetter ? (byte === 0x41 ? 0x42 : 0x41) : byte ^ 1;
  return flipped;
}

async function flipInFile(path: string, part: number): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, flip(bytes, Math.floor(bytes.length * part)));
}

const bundle = ['.sigstore.json'];
const pair = ['.sig', '.crt'];

test.for([
  { what: 'the wheel', beside: bundle, tampered: '' },
  { what: 'the wheel', beside: pair, tampered: '' },
  { what: 'the signature', beside: pair, tampered: '.sig' },
  { what: 'the certificate', beside: pair, tampered: '.crt' },
  { what: 'the bundle', beside: bundle, tampered: '.sigstore.json' },
  {
    what: 'the bundle beside a good pair',
    beside: [...bundle, ...pair],
    tampered: '.sigstore.json',
  },
  { what: 'the signature beside a good bundle', beside: [...bundle, ...pair], tampered: '.sig' },
  { what: 'the certificate beside a good bundle', beside: [...bundle, ...pair], tampered: '.crt' },
])('one other byte in $what ($beside) ends in exit code 3', async ({ beside, tampered }) => {
  const folder = await signed(beside);
  await flipInFile(join(folder, 'dist', wheel + tampered), 0.5);

  const called = await wheelsealProcess(['verify', '--json'], {
    environment: sandbox.environment,
    directory: folder,
  });

  expect(called.exitCode).toBe(3);
  expect(documentOf(called)).toMatchObject({
    exitCode: 3,
    verified: false,
    files: [{ filename: wheel, status: 'refused' }],
    error: { code: 'VERIFICATION_FAILED' },
  });
  expect(called.stderr).not.toContain('Verified OK');
});

test.for(['', '.sigstore.json', '.sig', '.crt'])(
  'one other byte in `FILE%s` is refused by the manifest too',
  async (suffix) => {
    const folder = await temporaryFolder();
    await writeDistributions(join(folder, 'dist'), { name: 'demo', version: '1.0.0' });
    await wheelseal(['sign', folder], { environment: sandbox.environment });
    const copy = await temporaryFolder();
    await cp(join(folder, 'dist'), join(copy, 'dist'), { recursive: true });
    await flipInFile(join(copy, 'dist', wheel + suffix), 0.3);

    const called = await wheelsealProcess(['verify', copy, '--json'], {
      environment: sandbox.environment,
    });

    expect(called.exitCode).toBe(3);
    expect(documentOf(called)).toMatchObject({ error: { code: 'RELEASE_CHANGED' } });
  },
);

/** A log whose answers are one byte off, at a place that is given as a part of the whole. */
async function tamperingLog(part: number): Promise<{ server: Server; url: string }> {
  const rekorUrl = sandbox.environment['REKOR_URL'] ?? '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void (async () => {
        const { method = 'GET', url = '/', headers } = request;
        const answer = await fetch(rekorUrl + url, {
          method,
          headers: { 'content-type': headers['content-type'] ?? 'application/json' },
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        });
        const body = Buffer.from(await answer.arrayBuffer());
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(flip(body, Math.floor(body.length * part)));
      })();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { server, url: `http://127.0.0.1:${address.port}` };
}

test.for([0.2, 0.4, 0.6, 0.8, 0.9])(
  "one other byte in the log's answer, %f into it, ends in exit code 3",
  async (part) => {
    const folder = await signed(pair);
    const { server, url } = await tamperingLog(part);

    const called = await wheelsealProcess(['verify', '--json', '--rekor-url', url], {
      environment: sandbox.environment,
      directory: folder,
    });
    server.close();

    expect(called.exitCode).toBe(3);
    expect(documentOf(called).files).toMatchObject([{ filename: wheel, status: 'refused' }]);
  },
);

test('the same files verify when nobody tampers', async () => {
  const folder = await signed(pair);

  await expect(
    wheelsealProcess(['verify'], { environment: sandbox.environment, directory: folder }),
  ).resolves.toMatchObject({ exitCode: 0 });
});
