import type { IncomingMessage } from 'node:http';
import { MockAgent } from 'undici';
import {
  createSigner,
  parseIdentityToken,
  type IdentityToken,
  type Patience,
} from '@wheelseal/signing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fileOf, openScene, type Scene } from './signing-scene.ts';

const file = fileOf('the wheel');
const rekor = { service: 'rekor', method: 'POST', path: /\/api\/v1\/log\/entries$/ } as const;

let scene: Scene;
let token: IdentityToken;
let agent: MockAgent;
let waits: number[];

beforeAll(async () => {
  scene = await openScene();
  token = parseIdentityToken(await scene.sandbox.mintToken());
});

beforeEach(() => {
  waits = [];
  agent = new MockAgent();
  agent.disableNetConnect();
});

afterEach(async () => {
  scene.sandbox.faults.clear();
  await agent.close();
});

afterAll(async () => scene[Symbol.asyncDispose]());

const noted: NonNullable<Patience['wait']> = async (milliseconds) => void waits.push(milliseconds);

async function signWithMocks(patience: Patience = {}, signal?: AbortSignal) {
  const signer = createSigner({
    fulcioUrl: new URL('https://fulcio.test'),
    rekorUrl: new URL('https://rekor.test'),
    dispatcher: agent,
    patience: { wait: noted, ...patience },
  });
  return signer.sign([file], token, signal && { signal });
}

function fulcioAnswers(status: number, headers: Record<string, string> = {}, times = 1): void {
  const request = { method: 'POST', path: '/api/v2/signingCert' };
  agent.get('https://fulcio.test').intercept(request).reply(status, '', { headers }).times(times);
}

function fulcioFails(code: string, times = 1): void {
  const request = { method: 'POST', path: '/api/v2/signingCert' };
  const error = Object.assign(new Error(code), { code });
  agent.get('https://fulcio.test').intercept(request).replyWithError(error).times(times);
}

test('asks again after delays that double, with chance in them', async () => {
  fulcioAnswers(503, {}, 4);

  await expect(signWithMocks()).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });

  agent.assertNoPendingInterceptors();
  expect(waits).toHaveLength(3);
  for (const [index, most] of [500, 1000, 2000].entries()) {
    expect(waits[index]).toBeGreaterThan(most / 2 - 1);
    expect(waits[index]).toBeLessThanOrEqual(most);
  }
});

test.for([429, 500, 502, 503, 504])('asks again after an answer of %i', async (status) => {
  fulcioAnswers(status);
  fulcioAnswers(400);

  await expect(signWithMocks()).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED' });
  expect(waits).toHaveLength(1);
});

test.for([301, 400, 401, 403, 404, 418])(
  'does not ask again after an answer of %i',
  async (status) => {
    fulcioAnswers(status);

    await expect(signWithMocks()).rejects.toThrow(`${status}`);
    expect(waits).toEqual([]);
  },
);

test.for([
  ['7', {}, 7000],
  ['0', {}, 0],
  ['Fri, 01 May 2026 12:00:20 GMT', { date: 'Fri, 01 May 2026 12:00:00 GMT' }, 20_000],
  ['Fri, 01 May 2026 11:00:00 GMT', { date: 'Fri, 01 May 2026 12:00:00 GMT' }, 0],
] as const)('waits as `Retry-After: %s` asks', async ([retryAfter, headers, expected]) => {
  fulcioAnswers(429, { 'retry-after': retryAfter, ...headers });
  fulcioAnswers(400);

  await expect(signWithMocks()).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED' });
  expect(waits).toEqual([expected]);
});

test.for(['soon', '-1', '', '1e9', '7s'])('takes no notice of `Retry-After: %s`', async (text) => {
  fulcioAnswers(429, { 'retry-after': text });
  fulcioAnswers(400);

  await expect(signWithMocks()).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED' });
  expect(waits).toEqual([expect.toSatisfy((wait: number) => wait <= 500)]);
});

test('does not wait longer than its budget, and says how long to wait', async () => {
  fulcioAnswers(503, { 'retry-after': '900' });

  await expect(signWithMocks()).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    hint: expect.stringContaining('900 s'),
  });
  expect(waits).toEqual([]);
});

test('counts all that was waited against its budget', async () => {
  fulcioAnswers(503, { 'retry-after': '50' }, 3);

  await expect(signWithMocks()).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  expect(waits).toEqual([50_000, 50_000]);
});

test('asks once where there is no budget', async () => {
  fulcioAnswers(503);

  await expect(signWithMocks({ budget: 0 })).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  expect(waits).toEqual([]);
});

test.for(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'UND_ERR_SOCKET'])(
  'asks again after %s',
  async (code) => {
    fulcioFails(code);
    fulcioAnswers(400);

    await expect(signWithMocks()).rejects.toMatchObject({ code: 'CERTIFICATE_REFUSED' });
  },
);

test.for(['ENOTFOUND', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
  'does not ask again after %s',
  async (code) => {
    fulcioFails(code);

    await expect(signWithMocks()).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
    expect(waits).toEqual([]);
  },
);

test.for(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED'])(
  'says what to do about %s',
  async (code) => {
    fulcioFails(code);

    await expect(signWithMocks()).rejects.toMatchObject({
      code: 'SERVICE_UNREACHABLE',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  },
);

test('stops between two attempts when it is aborted', async () => {
  const controller = new AbortController();
  fulcioAnswers(503);

  const signing = signWithMocks(
    {
      wait: async (_, signal) => {
        controller.abort();
        signal?.throwIfAborted();
      },
    },
    controller.signal,
  );

  await expect(signing).rejects.toMatchObject({ name: 'AbortError' });
});

test('waits with a timer that the signal ends', async () => {
  const controller = new AbortController();
  fulcioAnswers(503, { 'retry-after': '100' });
  const signer = createSigner({
    fulcioUrl: new URL('https://fulcio.test'),
    rekorUrl: new URL('https://rekor.test'),
    dispatcher: agent,
  });

  const signing = signer.sign([file], token, { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);

  await expect(signing).rejects.toMatchObject({ name: 'AbortError' });
});

async function signInScene(patience: Patience) {
  const { fulcio: fulcioUrl, rekor: rekorUrl } = scene.sandbox.urls;
  const signer = createSigner({ fulcioUrl, rekorUrl, patience: { wait: noted, ...patience } });
  return signer.sign([file], token);
}

test.for(['fulcio', 'rekor'] as const)('does not wait for ever for $0', async (service) => {
  scene.sandbox.faults.add({ service, answer: () => undefined });

  await expect(signInScene({ answer: 30 })).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    cause: expect.objectContaining({ message: 'no answer within 0.03 s' }),
  });
});

test.for(['fulcio', 'rekor'] as const)('gives up an answer of $0 that pauses', async (service) => {
  scene.sandbox.faults.add({
    service,
    answer: (_, response) => void response.writeHead(201).write('{'),
  });

  await expect(signInScene({ pause: 30 })).rejects.toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    cause: expect.objectContaining({ message: 'UND_ERR_BODY_TIMEOUT' }),
  });
});

test('finds the entry of an answer that was lost', async () => {
  let stored = 0;
  scene.sandbox.faults.add({
    ...rekor,
    times: 1,
    answer: async (request, response) => {
      const answer = await fetch(new URL('/api/v1/log/entries', scene.sandbox.urls.rekor), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: await bodyOf(request),
      });
      stored = answer.status;
      response.socket?.destroy();
    },
  });

  const [{ bundle = '' } = {}] = await signInScene({});

  expect(stored).toBe(201);
  await expect(scene.verifier.verify(file, { bundle }, scene.policy)).resolves.toBeDefined();
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
