import { inspect } from 'node:util';
import { Agent, interceptors, MockAgent } from 'undici';
import {
  createSigner,
  parseIdentityToken,
  SigningError,
  type IdentityToken,
  type SigningErrorCode,
} from '@wheelseal/signing';
import { formatError } from '@wheelseal/errors';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { atOnce, fileOf, openScene, type Scene } from './signing-scene.ts';

const file = fileOf('the wheel');
const fulcio = { service: 'fulcio', path: /\/api\/v2\/signingCert$/ } as const;
const rekor = { service: 'rekor', method: 'POST', path: /\/api\/v1\/log\/entries$/ } as const;

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

async function refusal(files = [file]): Promise<SigningError> {
  return scene.signer.sign(files, token).then(
    () => {
      throw new Error('it was signed');
    },
    (error: unknown) => {
      if (error instanceof SigningError) return withoutToken(error);
      throw error;
    },
  );
}

/** Looks for the token, and for every part of it, in everything an error can show. */
function withoutToken(error: SigningError): SigningError {
  const shown = [formatError(error), inspect(error, { depth: 20, showHidden: true }), error.stack];
  for (const part of [token.value, ...token.value.split('.')]) {
    const forms = [part, Buffer.from(part).toString('base64'), encodeURIComponent(part)];
    for (const form of forms) expect(shown.join('\n').includes(form)).toBe(false);
  }
  return error;
}

test('signs nothing when there is nothing to sign', async () => {
  expect(await refusal([])).toMatchObject({
    code: 'NOTHING_TO_SIGN',
    hint: expect.stringContaining('Build'),
  });
});

test.for<readonly [number, SigningErrorCode]>([
  [400, 'CERTIFICATE_REFUSED'],
  [401, 'CERTIFICATE_REFUSED'],
  [403, 'CERTIFICATE_REFUSED'],
  [404, 'SERVICE_UNEXPECTED_RESPONSE'],
  [301, 'SERVICE_UNEXPECTED_RESPONSE'],
  [307, 'SERVICE_UNEXPECTED_RESPONSE'],
  [429, 'SERVICE_UNREACHABLE'],
  [500, 'SERVICE_UNREACHABLE'],
  [503, 'SERVICE_UNREACHABLE'],
])('says what it means that Fulcio answers %i', async ([status, code]) => {
  scene.sandbox.faults.add({ ...fulcio, status, body: { code: 3, message: token.value } });

  expect(await refusal()).toMatchObject({
    code,
    message: expect.stringContaining(String(status)),
    hint: expect.stringMatching(/^[A-Z].*\.$/),
  });
});

test.for<readonly [number, SigningErrorCode]>([
  [400, 'LOG_REFUSED'],
  [401, 'LOG_REFUSED'],
  [403, 'LOG_REFUSED'],
  [422, 'LOG_REFUSED'],
  [200, 'SERVICE_UNEXPECTED_RESPONSE'],
  [404, 'SERVICE_UNEXPECTED_RESPONSE'],
  [302, 'SERVICE_UNEXPECTED_RESPONSE'],
  [429, 'SERVICE_UNREACHABLE'],
  [500, 'SERVICE_UNREACHABLE'],
  [503, 'SERVICE_UNREACHABLE'],
])('says what it means that Rekor answers %i', async ([status, code]) => {
  scene.sandbox.faults.add({ ...rekor, status, body: { code: status, message: token.value } });

  expect(await refusal()).toMatchObject({
    code,
    message: expect.stringContaining(String(status)),
    hint: expect.stringMatching(/^[A-Z].*\.$/),
  });
});

test('names what to check when Fulcio does not take the token', async () => {
  scene.sandbox.faults.add({ ...fulcio, status: 400 });

  const { hint } = await refusal();

  expect(hint).toContain(token.issuer);
  expect(hint).toContain('sigstore');
});

test('is refused by Fulcio with the token of another issuer', async () => {
  token = parseIdentityToken(await scene.sandbox.mintToken({ iss: 'https://elsewhere.example' }));

  expect(await refusal()).toMatchObject({ code: 'CERTIFICATE_REFUSED' });
});

test.for([fulcio, rekor])('says that $service is out of reach', async (target) => {
  scene.sandbox.faults.add({
    ...target,
    answer: (_, response) => void response.socket?.destroy(),
  });

  expect(await refusal()).toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    hint: expect.stringContaining(target.service.toUpperCase()),
  });
});

test.for([fulcio, rekor])('ends on an answer of $service that breaks off', async (target) => {
  scene.sandbox.faults.add({
    ...target,
    answer: (_, response) => {
      response.writeHead(201, { 'content-length': 100_000 });
      response.write(token.value, () => response.destroy());
    },
  });

  expect(await refusal()).toMatchObject({ code: 'SERVICE_UNREACHABLE' });
});

test.for([fulcio, rekor])('ends on an answer of $service that is not HTTP', async (target) => {
  scene.sandbox.faults.add({
    ...target,
    answer: (_, { socket }) => void socket?.end(`${token.value}\r\n\r\n`),
  });

  expect(await refusal()).toMatchObject({ code: 'SERVICE_UNREACHABLE' });
});

test.for([fulcio, rekor])('reads no endless answer of $service', async (target) => {
  scene.sandbox.faults.add({
    ...target,
    answer: (_, response) => {
      response.writeHead(201);
      const more = () => response.write(token.value.repeat(100), () => setImmediate(more));
      more();
    },
  });

  expect(await refusal()).toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('bytes'),
  });
});

function echo(): readonly unknown[] {
  const { value } = token;
  return [
    value,
    `{"${value}`,
    { [value]: value },
    { signedCertificateEmbeddedSct: { chain: { certificates: [] } } },
    { signedCertificateEmbeddedSct: { chain: { certificates: [value] } } },
    { signedCertificateEmbeddedSct: { chain: { certificates: [3] } } },
    { signedCertificateEmbeddedSct: { [value]: {} } },
    { signedCertificateDetachedSct: { chain: { certificates: [] } } },
    [{ [value]: {} }],
    { ['a'.repeat(64)]: { body: value } },
    'null',
  ];
}

test.for([
  [fulcio, 200],
  [rekor, 201],
] as const)('takes nothing unexpected from $0.service', async ([target, status]) => {
  for (const body of echo()) {
    const remove = scene.sandbox.faults.add({ ...target, status, body });
    expect(await refusal()).toMatchObject({ code: 'SERVICE_UNEXPECTED_RESPONSE' });
    remove();
  }
});

test('takes no certificate without proof that a log has seen it', async () => {
  const body = { signedCertificateDetachedSct: { chain: { certificates: ['x'] } } };
  scene.sandbox.faults.add({ ...fulcio, status: 200, body });

  expect(await refusal()).toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    hint: expect.stringContaining('certificate transparency'),
  });
});

test('takes no certificate for another key', async () => {
  const { certificate } = await scene.signOne(file);
  const certificates = [Buffer.from(certificate, 'base64').toString()];
  const body = { signedCertificateEmbeddedSct: { chain: { certificates } } };
  scene.sandbox.faults.add({ ...fulcio, status: 200, body });

  expect(await refusal()).toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('another key'),
  });
});

test('takes no log entry that is not its own', async () => {
  let stolen: Buffer = Buffer.alloc(0);
  const remove = scene.sandbox.faults.add({ ...rekor, rewrite: (body) => (stolen = body) });
  await scene.signOne(fileOf('another wheel'));
  remove();
  scene.sandbox.faults.add({ ...rekor, status: 201, body: stolen });

  expect(await refusal()).toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('not ours'),
  });
});

test('takes no answer with two log entries', async () => {
  let stolen: object = {};
  const remove = scene.sandbox.faults.add({
    ...rekor,
    rewrite: (body) => {
      stolen = JSON.parse(body.toString());
      return body;
    },
  });
  await scene.signOne(fileOf('another wheel'));
  remove();
  scene.sandbox.faults.add({
    ...rekor,
    rewrite: (body) => JSON.stringify({ ...JSON.parse(body.toString()), ...stolen }),
  });

  expect(await refusal()).toMatchObject({ code: 'SERVICE_UNEXPECTED_RESPONSE' });
});

/** Lets the log forget to answer once, so that it knows the entry when asked again. */
function conflict(change: (location: string) => string = (location) => location): void {
  scene.sandbox.faults.add({
    ...rekor,
    times: 1,
    answer: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const first = await fetch(new URL('/api/v1/log/entries', scene.sandbox.urls.rekor), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: Buffer.concat(chunks),
      });
      const location = change(first.headers.get('location') ?? '');
      response.writeHead(409, { location, 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 409, message: 'an equivalent entry already exists' }));
    },
  });
}

test('fetches the entry that the log has already', async () => {
  conflict();

  const { bundle } = await scene.signOne(file);

  await expect(scene.verifier.verify(file, { bundle }, scene.policy)).resolves.toBeDefined();
});

test('does not go where a conflict points to', async () => {
  conflict((location) => `http://127.0.0.1:9/${location}`);

  const { bundle } = await scene.signOne(file);

  await expect(scene.verifier.verify(file, { bundle }, scene.policy)).resolves.toBeDefined();
});

test.for(['', '/api/v1/log/entries/x', '/api/v1/log/entries/../../etc'])(
  'refuses a conflict that points to `%s`',
  async (location) => {
    scene.sandbox.faults.add({ ...rekor, status: 409, headers: { location } });

    expect(await refusal()).toMatchObject({ code: 'SERVICE_UNEXPECTED_RESPONSE' });
  },
);

test('refuses a conflict with an entry that is not its own', async () => {
  let identifier = '';
  const remove = scene.sandbox.faults.add({
    ...rekor,
    rewrite: (body) => {
      identifier = Object.keys(JSON.parse(body.toString())).join();
      return body;
    },
  });
  await scene.signOne(fileOf('another wheel'));
  remove();
  const location = `/api/v1/log/entries/${identifier}`;
  scene.sandbox.faults.add({ ...rekor, status: 409, headers: { location } });

  expect(await refusal()).toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('not ours'),
  });
});

test('refuses a conflict about an entry that is not there', async () => {
  const location = `/api/v1/log/entries/${'a'.repeat(64)}`;
  scene.sandbox.faults.add({ ...rekor, status: 409, headers: { location } });

  expect(await refusal()).toMatchObject({ code: 'SERVICE_UNEXPECTED_RESPONSE' });
});

test('sends the token to Fulcio alone', async () => {
  const seen: string[] = [];
  for (const service of ['gitlab', 'rekor', 'timestamp', 'objectStorage'] as const) {
    scene.sandbox.faults.add({
      service,
      answer: async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        seen.push(Buffer.concat(chunks).toString() + JSON.stringify(request.headers));
        response.writeHead(500).end();
      },
    });
  }
  scene.sandbox.faults.add({
    ...fulcio,
    status: 307,
    headers: { location: new URL('/steal', scene.sandbox.urls.gitlab).href },
    times: 1,
  });
  await refusal();
  await refusal();

  // The log, as often as it is tried.
  expect(seen).toHaveLength(4);
  expect(seen.join('')).not.toContain(token.value);
});

test('follows no redirect, even where the dispatcher would', async () => {
  const dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 5 }));
  const { urls, faults } = scene.sandbox;
  const signer = createSigner({ fulcioUrl: urls.fulcio, rekorUrl: urls.rekor, dispatcher });
  const headers = { location: new URL('/steal', urls.gitlab).href };
  const requests: string[] = [];
  faults.add({
    service: 'gitlab',
    answer: ({ url }, response) => {
      requests.push(url ?? '');
      response.end();
    },
  });
  faults.add({ ...fulcio, status: 307, headers });

  await expect(signer.sign([file], token)).rejects.toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
  });
  await dispatcher.close();

  expect(requests).toEqual([]);
});

test('stops the batch at the first failure', async () => {
  const files = Array.from({ length: 40 }, (_, index) => fileOf(`${index}`));
  let requests = 0;
  scene.sandbox.faults.add({
    ...rekor,
    rewrite: (body) => {
      requests += 1;
      return body;
    },
  });
  scene.sandbox.faults.add({ ...rekor, status: 400, times: 1 });

  expect(await refusal(files)).toMatchObject({ code: 'LOG_REFUSED' });
  expect(requests).toBeLessThan(20);
});

test('makes no more than four log entries at once', async () => {
  // A sandbox of its own: requests that another test gave up may still arrive.
  await using own = await openScene();
  const files = Array.from({ length: 12 }, (_, index) => fileOf(`${index}`));
  let [now, most] = [0, 0];
  own.sandbox.faults.add({
    ...rekor,
    answer: (_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.writeHead(500).end();
      }, 50);
    },
  });

  await expect(own.sign(...files)).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });

  expect(most).toBe(4);
});

test('sends nothing once the signal is aborted', async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const signer = createSigner({
    fulcioUrl: new URL('https://fulcio.test'),
    rekorUrl: new URL('https://rekor.test'),
    dispatcher: agent,
  });

  await expect(signer.sign([file], token, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await agent.close();
});

test.for([fulcio, rekor])('stops waiting for $service when it is aborted', async (target) => {
  const controller = new AbortController();
  scene.sandbox.faults.add({ ...target, answer: () => controller.abort() });

  await expect(
    scene.signer.sign([file, fileOf('more')], token, { signal: controller.signal }),
  ).rejects.toMatchObject({ name: 'AbortError' });
});

test('notices that the token has expired since it was read', async () => {
  const exp = Math.floor(Date.now() / 1000) - 10;
  const value = await scene.sandbox.mintToken({ exp });
  token = parseIdentityToken(value, { now: () => new Date((exp - 10) * 1000) });

  expect(await refusal()).toMatchObject({ code: 'TOKEN_EXPIRED' });
});

test('wants a token, not a copy that has lost its value', async () => {
  await expect(scene.signer.sign([file], { ...token })).rejects.toThrow(TypeError);
});

test('names the authority that gives no timestamp', async () => {
  const { urls } = scene.sandbox;
  const signer = createSigner({
    fulcioUrl: urls.fulcio,
    rekorUrl: urls.rekor,
    timestampUrl: new URL('/api/v1/timestamp', urls.timestamp),
    patience: atOnce,
  });
  for (const [status, code] of [
    [400, 'SERVICE_UNEXPECTED_RESPONSE'],
    [200, 'SERVICE_UNEXPECTED_RESPONSE'],
    [503, 'SERVICE_UNREACHABLE'],
  ] as const) {
    const remove = scene.sandbox.faults.add({ service: 'timestamp', status, body: 'no' });
    await expect(signer.sign([file], token)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('timestamp authority'),
    });
    remove();
  }
});

test('takes its services below a path as well', async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent
    .get('https://sigstore.test')
    .intercept({ method: 'POST', path: '/fulcio/api/v2/signingCert' })
    .reply(503);
  const signer = createSigner({
    fulcioUrl: new URL('https://sigstore.test/fulcio/?x=1#y'),
    rekorUrl: new URL('https://sigstore.test/rekor'),
    dispatcher: agent,
    patience: atOnce,
  });

  await expect(signer.sign([file], token)).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
  agent.assertNoPendingInterceptors();
  await agent.close();
});
