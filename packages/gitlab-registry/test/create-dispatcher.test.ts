import { createDispatcher, createGenericPackages, jobToken } from '@wheelseal/gitlab-registry';
import type { DispatcherOptions } from '@wheelseal/gitlab-registry';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer as createHttpServer,
  request,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { connect, type Socket } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { canary, impatient } from './arrange.ts';
import { createAuthority, type PrivateAuthority } from './certificates.ts';
import { serve } from './server.ts';

const file = { package: 'demo', version: '1', filename: 'demo.sig' };
let folder: string;
let authority: PrivateAuthority;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelseal-authorities-'));
  authority = await createAuthority(folder);
});

afterAll(async () => rm(folder, { recursive: true }));

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `127.0.0.1:${address.port}`;
}

/** A GitLab with a certificate of the authority. */
async function servedByTls(options: ServerOptions = {}, by = authority): Promise<URL> {
  const { key, certificate: cert } = await by.issue('gitlab');
  const server = createServer({ key, cert, ...options }, (_, response) => {
    response.end('signature');
  });
  return new URL(`https://${await listening(server)}/api/v4`);
}

interface Proxy {
  readonly address: string;
  readonly seen: {
    readonly line: string;
    readonly headers: IncomingMessage['headers'];
    /** Name in the client certificate. */
    readonly certificate: unknown;
  }[];
}

/** Forwards plain requests and opens tunnels; a password is needed if there is one. */
async function proxy(password?: string, tls?: ServerOptions): Promise<Proxy> {
  const seen: Proxy['seen'] = [];
  const look = ({ method, url, headers, socket }: IncomingMessage) => {
    const certificate =
      socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined;
    seen.push({ line: `${method} ${url}`, headers, certificate });
  };
  const isAllowed = ({ headers }: IncomingMessage) => {
    const wanted = Buffer.from(`proxy-user:${password}`).toString('base64');
    return password === undefined || headers['proxy-authorization'] === `Basic ${wanted}`;
  };
  const forward = (incoming: IncomingMessage, response: ServerResponse) => {
    look(incoming);
    if (!isAllowed(incoming)) {
      response.writeHead(407).end();
      return;
    }
    const outgoing = request(incoming.url ?? '', { headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(outgoing);
  };
  const server = tls ? createServer(tls, forward) : createHttpServer(forward);
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    look(incoming);
    if (!isAllowed(incoming)) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (incoming.url ?? '').split(':');
    const tunnel = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    for (const end of [socket, tunnel]) end.on('error', () => undefined);
  });
  return { address: await listening(server), seen };
}

/** Reads a file through a dispatcher of these options. */
async function read(apiUrl: URL, options: DispatcherOptions): Promise<string> {
  const dispatcher = createDispatcher(options);
  onTestFinished(async () => dispatcher.destroy());
  const connection = {
    apiUrl,
    project: '7',
    auth: jobToken(canary),
    dispatcher,
    retries: { ...impatient(), attempts: 1 },
  };
  return (await createGenericPackages(connection).read(file)).toString();
}

test('trusts a private authority, and says what to do without it', async () => {
  const apiUrl = await servedByTls();
  const certificateAuthorities = `# our own\n${authority.certificate}\n`;

  await expect(read(apiUrl, { certificateAuthorities })).resolves.toBe('signature');
  await expect(read(apiUrl, {})).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
    hint: expect.stringContaining('CI_SERVER_TLS_CA_FILE'),
  });
});

test('trusts it beside the authorities of Node, and each of several', async () => {
  const [known, second] = [await createAuthority(folder), await createAuthority(folder)];
  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([known.certificate]);
  const certificateAuthorities = authority.certificate + second.certificate;

  for (const by of [known, authority, second]) {
    const apiUrl = await servedByTls({}, by);
    await expect(read(apiUrl, { certificateAuthorities })).resolves.toBe('signature');
  }
});

test('shows a client certificate to a server that asks for one', async () => {
  const asking = { requestCert: true, rejectUnauthorized: true, ca: [authority.certificate] };
  const apiUrl = await servedByTls(asking);
  const certificateAuthorities = authority.certificate;
  const clientCertificate = await authority.issue('runner');

  await expect(read(apiUrl, { certificateAuthorities, clientCertificate })).resolves.toBe(
    'signature',
  );
  await expect(read(apiUrl, { certificateAuthorities })).rejects.toMatchObject({
    code: 'REGISTRY_UNREACHABLE',
  });
});

test('goes through a tunnel to what is asked by https, which the proxy cannot look into', async () => {
  const apiUrl = await servedByTls();
  const { address, seen } = await proxy('proxy-password');

  const content = await read(apiUrl, {
    certificateAuthorities: authority.certificate,
    proxy: { https: `http://proxy-user:proxy-password@${address}` },
  });

  expect(content).toBe('signature');
  expect(seen.map(({ line }) => line)).toEqual([`CONNECT ${apiUrl.host}`]);
  expect(JSON.stringify(seen)).not.toContain(canary);
});

test('trusts a proxy of the private authority, and shows it no client certificate', async () => {
  const { key, certificate: cert } = await authority.issue('proxy');
  const { certificate: ca } = authority;
  const tls = { key, cert, requestCert: true, rejectUnauthorized: false, ca };
  const { address, seen } = await proxy(undefined, tls);
  const asking = { requestCert: true, rejectUnauthorized: true, ca };
  const apiUrl = await servedByTls(asking);

  const content = await read(apiUrl, {
    certificateAuthorities: ca,
    clientCertificate: await authority.issue('runner'),
    // By name: an address is no server name.
    proxy: { https: `https://${address.replace('127.0.0.1', 'localhost')}` },
  });

  expect(content).toBe('signature');
  expect(seen).toMatchObject([{ line: `CONNECT ${apiUrl.host}`, certificate: undefined }]);
});

test('goes through the proxy to what is asked by http, also named without a scheme', async () => {
  const gitlab = await serve((_, response) => void response.end('signature'));
  const { address, seen } = await proxy();

  await expect(read(gitlab.url, { proxy: { http: address } })).resolves.toBe('signature');

  expect(seen.map(({ line }) => line)).toEqual([
    `GET ${gitlab.origin}/api/v4/projects/7/packages/generic/demo/1/demo.sig`,
  ]);
  expect(gitlab.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
});

test.for(['127.0.0.1', '.test,127.0.0.1', '*'])(
  'goes around the proxy for `%s`',
  async (except) => {
    const gitlab = await serve((_, response) => void response.end('signature'));
    const { address, seen } = await proxy();

    await expect(read(gitlab.url, { proxy: { http: address, except } })).resolves.toBe('signature');

    expect(seen).toEqual([]);
  },
);

test('looks for no proxy in the environment', async () => {
  const gitlab = await serve((_, response) => void response.end('signature'));
  const { address, seen } = await proxy();
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']) {
    vi.stubEnv(name, `http://${address}`);
  }
  onTestFinished(() => void vi.unstubAllEnvs());

  await expect(read(gitlab.url, {})).resolves.toBe('signature');

  expect(seen).toEqual([]);
});

test.for(['http', 'https'] as const)(
  'says that the proxy wants a password, by %s, and shows none',
  async (scheme) => {
    const apiUrl =
      scheme === 'https'
        ? await servedByTls()
        : (await serve((_, response) => void response.end('signature'))).url;
    const { address } = await proxy('proxy-password');
    const certificateAuthorities = authority.certificate;

    const call = read(apiUrl, {
      certificateAuthorities,
      proxy: { http: `http://proxy-user:wrong-password@${address}` },
    });

    await expect(call).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('the proxy does not let'),
      hint: expect.stringContaining('password of the proxy'),
    });
    await expect(call).rejects.not.toThrow(/wrong-password/);
  },
);

test('gives up on a host that does not take a connection', async () => {
  // Nothing listens behind a server that was closed.
  const gone = await serve(() => undefined);
  const dispatcher = createDispatcher({ connectTimeout: 50 });
  onTestFinished(async () => dispatcher.destroy());
  const waits: number[] = [];
  const { url: apiUrl } = gone;
  apiUrl.port = '1';

  const packages = createGenericPackages({
    apiUrl,
    project: '7',
    dispatcher,
    retries: impatient(waits),
  });

  await expect(packages.read(file)).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
  expect(waits).toHaveLength(2);
});

test.for([
  { what: 'text for an authority', options: { certificateAuthorities: 'no certificate' } },
  {
    what: 'a broken authority',
    options: {
      certificateAuthorities: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    },
  },
  {
    what: 'text for a client certificate',
    options: { clientCertificate: { certificate: 'a', key: 'b' } },
  },
  { what: 'a proxy of another kind', options: { proxy: { http: 'ftp://user:secret@proxy.test' } } },
  { what: 'a proxy that is no address', options: { proxy: { https: 'http://[secret' } } },
])('refuses $what', ({ options }) => {
  const create = () => createDispatcher(options);

  expect(create).toThrow(expect.objectContaining({ code: 'CONNECTION_SETTING_INVALID' }));
  expect(create).not.toThrow(/secret/);
});

test('refuses a client certificate with the key of another', async () => {
  const { certificate } = await authority.issue('runner');
  const { key } = await authority.issue('somebody');

  expect(() => createDispatcher({ clientCertificate: { certificate, key } })).toThrow(
    expect.objectContaining({ code: 'CONNECTION_SETTING_INVALID' }),
  );
});
