import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSigner,
  parseBundle,
  parseIdentityToken,
  type IdentityToken,
  type SignOptions,
  type SigstoreServices,
} from '@wheelseal/signing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { atOnce, fileOf, openScene, type Scene } from './signing-scene.ts';

const file = fileOf('the wheel');
const tiles = { service: 'rekorTiles', method: 'POST', path: /\/api\/v2\/log\/entries$/ } as const;
const provenance = { type: 'https://example.test/p', content: {} };

let scene: Scene;
let token: IdentityToken;

beforeAll(async () => {
  scene = await openScene();
});

beforeEach(async () => {
  token = parseIdentityToken(await scene.sandbox.mintToken());
});

afterEach(() => scene.sandbox.faults.clear());
afterAll(async () => scene[Symbol.asyncDispose]());

async function sign(options: SignOptions = {}, services: Partial<SigstoreServices> = {}) {
  const { fulcio: fulcioUrl, rekorTiles: url, timestamp } = scene.sandbox.urls;
  const signer = createSigner({
    fulcioUrl,
    logs: [{ url, version: 2 }],
    timestampUrl: new URL('/api/v1/timestamp', timestamp),
    patience: atOnce,
    ...services,
  });
  const [signed] = await signer.sign([file], token, options);
  return signed!;
}

/** Counts what is answered, or answers something else. */
function count(
  times: number,
  answer?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
) {
  const seen = { requests: 0 };
  scene.sandbox.faults.add({
    ...tiles,
    times,
    ...(answer === undefined
      ? {
          rewrite: (body: Buffer) => {
            seen.requests += 1;
            return body;
          },
        }
      : {
          answer: (request: IncomingMessage, response: ServerResponse) => {
            seen.requests += 1;
            return answer(request, response);
          },
        }),
  });
  return seen;
}

test('makes a bundle alone, because nothing else would prove anything', async () => {
  const signed = await sign({ trustedRoot: scene.trustedRoot });

  expect(signed).toMatchObject({ needsBundle: true, integratedTime: expect.any(Date) });
  expect(signed).not.toHaveProperty('signature');
  expect(signed).not.toHaveProperty('certificate');
  const { logEntries, timestamps } = parseBundle(signed.bundle!);
  expect(logEntries).toMatchObject([{ kind: 'hashedrekord', version: '0.0.2' }]);
  expect(timestamps).toHaveLength(1);
  const { bundle = '' } = signed;
  await expect(scene.verifier.verify(file, { bundle }, scene.policy)).resolves.toBeDefined();
});

test('makes `.sig` and `.crt` for those who insist', async () => {
  const signed = await sign({ shapes: ['signature', 'certificate'] });

  expect(signed).toMatchObject({
    needsBundle: true,
    signature: expect.any(String),
    certificate: expect.any(String),
  });
  expect(signed).not.toHaveProperty('bundle');
});

test('states how a file was built', async () => {
  const signed = await sign({ shapes: [], provenance, trustedRoot: scene.trustedRoot });

  expect(parseBundle(signed.provenance!).logEntries).toMatchObject([
    { kind: 'hashedrekord', version: '0.0.2' },
  ]);
});

test.for([
  ['a time that nobody states', {}, { timestampUrls: [] }, 'TIME_UNPROVEN', 'TIMESTAMP_URL'],
  ['an attestation without its time', { attestation: true }, {}, 'SHAPE_IMPOSSIBLE', 'Rekor v1'],
  ['no certificate authority', {}, { fulcioUrl: undefined }, 'SERVICE_MISSING', 'FULCIO_URL'],
  ['no log', {}, { logs: [] }, 'SERVICE_MISSING', 'REKOR_URL'],
] as const)('refuses %s before it asks anybody', async ([, options, services, code, hint]) => {
  let asked = 0;
  scene.sandbox.faults.add({ service: 'fulcio', answer: () => void (asked += 1) });
  const { fulcioUrl, ...rest } = { fulcioUrl: scene.sandbox.urls.fulcio, ...services };

  const signing = createSigner({
    ...(fulcioUrl && { fulcioUrl }),
    logs: [{ url: scene.sandbox.urls.rekorTiles, version: 2 }],
    timestampUrl: scene.sandbox.urls.timestamp,
    ...rest,
  }).sign([file], token, options);

  await expect(signing).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
  expect(asked).toBe(0);
});

test('signs once more when the log lost an answer and does not show it', async () => {
  const answered = count(10);
  count(1, async (request, response) => {
    const url = new URL('/api/v2/log/entries', scene.sandbox.urls.rekorTiles);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(url, { method: 'POST', headers, body: Buffer.concat(chunks) });
    expect(status).toBe(201);
    response.socket?.destroy();
  });

  const { bundle = '' } = await sign();

  // The one that was lost, the same again, and that of another signature.
  expect(answered.requests).toBe(3);
  await expect(scene.verifier.verify(file, { bundle }, scene.policy)).resolves.toBeDefined();
});

test('gives up when the log has every entry and shows none', async () => {
  const seen = count(10, (_, response) => void response.writeHead(409).end());

  await expect(sign()).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    message: expect.stringContaining('does not show it'),
  });
  expect(seen.requests).toBe(2);
});

test.for([
  [500, 2],
  [502, 2],
  [429, 4],
  [503, 4],
] as const)('asks again after %i, but not so that entries pile up', async ([status, times]) => {
  const seen = count(10, (_, response) => void response.writeHead(status).end());

  await expect(sign()).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  expect(seen.requests).toBe(times);
});

test.for([400, 401, 403, 413, 422])('says that the log refuses: %i', async (status) => {
  count(1, (_, response) => void response.writeHead(status).end(token.value));

  await expect(sign()).rejects.toMatchObject({
    code: 'LOG_REFUSED',
    hint: expect.stringContaining('Rekor v2'),
  });
});

test('takes no entry that is not its own', async () => {
  let stolen: Buffer = Buffer.alloc(0);
  scene.sandbox.faults.add({ ...tiles, times: 1, rewrite: (body) => (stolen = body) });
  await sign();
  scene.sandbox.faults.add({ ...tiles, status: 201, body: stolen });

  await expect(sign()).rejects.toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('not ours'),
  });
});

test.for<readonly [string, (entry: Record<string, unknown>) => unknown]>([
  ['no JSON', () => '{'],
  ['nothing', () => ({})],
  ['a list', () => []],
  ['no proof', (entry) => ({ ...entry, inclusionProof: null })],
  ['no checkpoint', (entry) => ({ ...entry, inclusionProof: { logIndex: '0' } })],
  ['another kind', (entry) => ({ ...entry, kindVersion: { kind: 'dsse', version: '0.0.2' } })],
  ['a body that is no JSON', (entry) => ({ ...entry, canonicalizedBody: 'AAAA' })],
])('takes no answer with %s', async ([, change]) => {
  scene.sandbox.faults.add({
    ...tiles,
    rewrite: (body) => {
      const changed = change(JSON.parse(body.toString()));
      return typeof changed === 'string' ? changed : JSON.stringify(changed);
    },
  });

  await expect(sign()).rejects.toMatchObject({ code: 'SERVICE_UNEXPECTED_RESPONSE' });
});

test('waits at least twenty seconds for an entry', async () => {
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  try {
    await sign({}, { patience: { ...atOnce, answer: 5000 } });
    expect(timeout.mock.calls.flat()).toEqual([5000, 5000, 20_000]);
  } finally {
    timeout.mockRestore();
  }
});

test('makes an entry in each log that is named', async () => {
  const { rekor, rekorTiles } = scene.sandbox.urls;
  const logs = [
    { url: rekor, version: 1 },
    { url: rekorTiles, version: 2 },
  ] as const;

  const signed = await sign({ trustedRoot: scene.trustedRoot }, { logs });

  expect(signed).toMatchObject({ needsBundle: false, signature: expect.any(String) });
  expect(parseBundle(signed.bundle!).logEntries.map(({ version }) => version)).toEqual([
    '0.0.1',
    '0.0.2',
  ]);
});

test.for(['fulcio', 'timestamp', 'rekorTiles'] as const)(
  'stops waiting for $0 when it is aborted',
  async (service) => {
    const controller = new AbortController();
    scene.sandbox.faults.add({ service, answer: () => controller.abort() });

    await expect(sign({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  },
);

test.for(['fulcio', 'timestamp', 'rekorTiles'] as const)(
  'asks nobody else when it was aborted during an answer of $0',
  async (service) => {
    const controller = new AbortController();
    const asked: string[] = [];
    for (const each of ['fulcio', 'timestamp', 'rekorTiles'] as const) {
      scene.sandbox.faults.add({
        service: each,
        rewrite: (body) => {
          asked.push(each);
          if (each === service) controller.abort();
          return body;
        },
      });
    }

    await expect(sign({ signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked.at(-1)).toBe(service);
  },
);
