import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { githubToken, tokenFile } from '@wheelseal/signing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { canary, encode, gitlab, now, tokenOf } from './token-payload.ts';

const requestToken = 'request-canary-77aa';
const text = tokenOf({ ...gitlab, iss: 'https://token.actions.githubusercontent.com' });
let directory: string;
let servers: Server[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-token-'));
});

afterAll(async () => rm(directory, { recursive: true, force: true }));

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

interface Service {
  readonly url: URL;
  readonly requests: IncomingMessage[];
}

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Service> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return { url: new URL(`http://127.0.0.1:${address.port}/token?api-version=2.0`), requests };
}

const answering =
  (status: number, body: string) => (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status).end(body);

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('there was a token');
    },
    (error: unknown) => error,
  );
}

/** Everything that a person or a log could get to see of an error. */
function shownOf(error: unknown): string {
  const parts: string[] = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)];
  for (let one = error; one instanceof Error; one = one.cause) {
    parts.push(one.message, String(one.stack), JSON.stringify(Object.entries(one)));
  }
  return parts.join('\n');
}

test('reads a token from a file, anew each time', async () => {
  const path = join(directory, 'token.jwt');
  const source = tokenFile(path, { now });

  await writeFile(path, `${text}\n`);
  await expect(source()).resolves.toMatchObject({ value: text });
  await writeFile(path, tokenOf(gitlab));
  await expect(source()).resolves.toMatchObject({ value: tokenOf(gitlab) });
});

test('says which file holds no token', async () => {
  await expect(tokenFile(join(directory, 'missing.jwt'))()).rejects.toMatchObject({
    code: 'TOKEN_UNAVAILABLE',
    message: expect.stringContaining('missing.jwt'),
    hint: expect.stringMatching(/\.$/),
  });
});

test('reads no more of a file than a token can have', async () => {
  const path = join(directory, 'long.jwt');
  await writeFile(path, 'e'.repeat(1_000_000));

  await expect(tokenFile(path)()).rejects.toMatchObject({
    code: 'TOKEN_MALFORMED',
    message: expect.stringContaining('64 KiB'),
  });
});

test('asks GitHub for a token with the audience, with the right of the job', async () => {
  const { url, requests } = await serve(answering(200, JSON.stringify({ value: text })));

  const token = await githubToken({ url, token: requestToken }, { now })();

  expect(token.value).toBe(text);
  expect(requests.map(({ url: path, headers }) => [path, headers.authorization])).toEqual([
    ['/token?api-version=2.0&audience=sigstore', `Bearer ${requestToken}`],
  ]);
});

test('asks again each time it is called', async () => {
  const { url, requests } = await serve(answering(200, JSON.stringify({ value: text })));
  const source = githubToken({ url, token: requestToken }, { now });

  await source();
  await source();

  expect(requests).toHaveLength(2);
});

test.for([301, 302, 303, 307, 308])(
  'takes the right of the job nowhere else, whatever GitHub says: %i',
  async (status) => {
    const other = await serve(answering(200, JSON.stringify({ value: text })));
    const { url } = await serve((_, response) => {
      response.writeHead(status, { location: other.url.href }).end();
    });

    const error = await failureOf(githubToken({ url, token: requestToken }, { now })());

    expect(error).toMatchObject({ code: 'SERVICE_UNEXPECTED_RESPONSE' });
    expect(other.requests).toEqual([]);
  },
);

test.for<[string, number, string, string, string]>([
  ['no right', 401, '', 'TOKEN_UNAVAILABLE', 'id-token: write'],
  ['no permission', 403, '', 'TOKEN_UNAVAILABLE', 'id-token: write'],
  ['an answer without a token', 200, '{}', 'SERVICE_UNEXPECTED_RESPONSE', 'REQUEST_URL'],
  ['an answer that is no JSON', 200, `{"value": ${canary}`, 'SERVICE_UNEXPECTED_RESPONSE', 'URL'],
  ['no such address', 404, '', 'SERVICE_UNEXPECTED_RESPONSE', 'REQUEST_URL'],
])('says what is wrong: %s', async ([, status, body, code, hint]) => {
  const { url } = await serve(answering(status, body));

  await expect(githubToken({ url, token: requestToken })()).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint),
  });
});

test('checks the token of GitHub as any other', async () => {
  const { url } = await serve(
    answering(200, JSON.stringify({ value: tokenOf({ ...gitlab, aud: 'x' }) })),
  );

  await expect(githubToken({ url, token: requestToken }, { now })()).rejects.toMatchObject({
    code: 'TOKEN_AUDIENCE_MISMATCH',
  });
});

test.for([
  '',
  'token',
  'file:///etc/passwd',
  'ftp://127.0.0.1/x',
  'http://example.test/token',
  'http://127.0.0.1.example.test/token',
  'http://notlocalhost/token',
])('sends no secret to %j', (url) => {
  expect(() => githubToken({ url, token: requestToken })).toThrowError(
    expect.objectContaining({ code: 'TOKEN_UNAVAILABLE' }),
  );
});

test('no failure shows a token or the right to one', async () => {
  const secrets = [text, requestToken, canary, encode(canary)];
  const statuses = [200, 302, 401, 404];
  const services = await Promise.all([
    ...statuses.map(async (status) => serve(answering(status, `{"value": "${text}`))),
    serve(answering(200, JSON.stringify({ value: `${text}.${text}` }))),
    serve(answering(200, JSON.stringify({ value: tokenOf({ ...gitlab, aud: 'x' }) }))),
  ]);
  const errors = await Promise.all([
    ...services.map(async ({ url }) =>
      failureOf(githubToken({ url, token: requestToken }, { now })()),
    ),
    failureOf(githubToken({ url: 'http://127.0.0.1:9/', token: `${requestToken}\n` }, { now })()),
  ]);

  for (const error of errors) {
    const shown = shownOf(error);
    for (const secret of secrets) expect(shown).not.toContain(secret);
  }
});

test('ends when it is told to, and asks nobody', async () => {
  const { url, requests } = await serve(answering(200, '{}'));
  const signal = AbortSignal.abort();

  await expect(githubToken({ url, token: requestToken })({ signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await expect(tokenFile(join(directory, 'x'))({ signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(requests).toEqual([]);
});
