import { createServer } from 'node:http';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import {
  convertSignature,
  createSigner,
  parseIdentityToken,
  type SigstoreServices,
} from '@wheelseal/signing';
import {
  Agent,
  getGlobalDispatcher,
  MockAgent,
  ProxyAgent,
  setGlobalDispatcher,
  type Dispatcher,
} from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fileOf, openScene, type Scene } from './signing-scene.ts';

const file = fileOf('the wheel');
const provenance = { type: 'https://example.test/p', content: { built: 'by us' } };

interface Request {
  readonly origin: string;
  readonly text: string;
}

let scene: Scene;
let usual: Dispatcher;
let agent: Agent;
let requests: Request[];
let dispatcher: Dispatcher;

beforeAll(async () => {
  scene = await openScene();
});

// Whatever does not go through the dispatcher goes nowhere.
beforeEach(() => {
  requests = [];
  agent = new Agent();
  dispatcher = agent.compose((dispatch) => (options, handler) => {
    const { origin, path, headers, body } = options;
    const text = inspect({ path, headers, body }, { maxStringLength: Infinity });
    requests.push({ origin: String(origin), text });
    return dispatch(options, handler);
  });
  usual = getGlobalDispatcher();
  const closed = new MockAgent();
  closed.disableNetConnect();
  setGlobalDispatcher(closed);
});

afterEach(async () => {
  await getGlobalDispatcher().close();
  setGlobalDispatcher(usual);
  scene.sandbox.faults.clear();
  await agent.destroy();
});

afterAll(async () => scene[Symbol.asyncDispose]());

/** Every service there is, one of each kind twice. */
function everyService(): SigstoreServices {
  const { fulcio: fulcioUrl, rekor, rekorTiles, timestamp } = scene.sandbox.urls;
  const timestampUrl = new URL('/api/v1/timestamp', timestamp);
  return {
    fulcioUrl,
    logs: [
      { url: rekor, version: 1 },
      { url: rekorTiles, version: 2 },
    ],
    timestampUrls: [timestampUrl, timestampUrl],
    dispatcher,
    patience: { wait: async () => undefined },
  };
}

test('sends everything through the dispatcher, and the token to Fulcio alone', async () => {
  const { fulcio, rekor, rekorTiles, timestamp } = scene.sandbox.urls;
  const value = await scene.sandbox.mintToken();
  const seen: unknown[] = [];

  const signed = await createSigner(everyService()).sign([file], parseIdentityToken(value), {
    provenance,
    attestation: true,
    onSigned: (one) => seen.push(one),
  });

  const origins = requests.map(({ origin }) => origin).toSorted();
  const wanted = [fulcio, ...Array.from({ length: 3 }, () => [rekor, rekorTiles]).flat()];
  const stamps = Array.from({ length: 6 }, () => timestamp.origin);
  expect(origins).toEqual([...wanted.map((url) => url.origin), ...stamps].toSorted());
  expect(requests.filter(({ text }) => text.includes(value))).toEqual([
    expect.objectContaining({ origin: fulcio.origin }),
  ]);
  expect(inspect([signed, seen], { depth: 20, showHidden: true })).not.toContain(value);
});

test('signs through a proxy', async () => {
  const { fulcio, rekor, timestamp } = scene.sandbox.urls;
  const targets: string[] = [];
  const proxy = createServer().on('connect', ({ url = '' }, socket) => {
    targets.push(url);
    const [, port] = url.split(':');
    const through = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => through.destroy());
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const through = new ProxyAgent({ uri: `http://127.0.0.1:${port}`, proxyTunnel: true });
  try {
    const token = parseIdentityToken(await scene.sandbox.mintToken());
    const services = { ...everyService(), logs: [{ url: rekor, version: 1 }] as const };
    await createSigner({ ...services, dispatcher: through }).sign([file], token);
  } finally {
    await through.destroy();
    proxy.close();
    proxy.closeAllConnections();
  }

  expect(new Set(targets)).toEqual(new Set([fulcio.host, rekor.host, timestamp.host]));
});

test('asks for a conversion through the dispatcher', async () => {
  const { rekor } = scene.sandbox.urls;
  const token = parseIdentityToken(await scene.sandbox.mintToken());
  const [{ signature = '', certificate = '' } = {}] = await createSigner({
    ...everyService(),
    logs: [{ url: rekor, version: 1 }],
  }).sign([file], token);
  requests = [];

  await convertSignature({ signature, certificate, sha256: file.sha256 }, 'bundle', {
    rekorUrl: rekor,
    dispatcher,
  });

  expect(requests.map(({ origin }) => origin)).toEqual([rekor.origin]);
});

test.for(['fulcio', 'timestamp', 'rekor', 'rekorTiles'] as const)(
  'keeps the token out of what it says about $0',
  async (service) => {
    const value = await scene.sandbox.mintToken();
    for (const status of [200, 302, 400, 409, 500]) {
      const headers = { location: `http://127.0.0.1:9/${value}`, 'retry-after': value };
      const remove = scene.sandbox.faults.add({
        service,
        status,
        headers,
        body: { [value]: value },
      });
      const error = await createSigner(everyService())
        .sign([file], parseIdentityToken(value))
        .catch((thrown: unknown) => thrown);
      remove();
      const shown = inspect(error, { depth: 20, showHidden: true });
      expect(error).toBeInstanceOf(Error);
      for (const part of [value, ...value.split('.')]) expect(shown.includes(part)).toBe(false);
    }
  },
);
