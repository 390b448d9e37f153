import {
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  deployToken,
  jobToken,
  createSimpleIndex,
  oauthToken,
  personalToken,
  proveCredentials,
  userAndPassword,
  type Authentication,
} from '@wheelseal/gitlab-registry';
import { formatError } from '@wheelseal/errors';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { canary, impatient, metadataWith, temporaryFolder, wheelOnDisk } from './arrange.ts';
import { serve, type Handler } from './server.ts';

const file = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };

/** Everything a request says about its sender, as a careless server would log it. */
function echoOf({ headers }: IncomingMessage): string {
  const { authorization = '' } = headers;
  const decoded = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  return `${JSON.stringify(headers)} ${decoded} ${encodeURIComponent(canary)} ${canary}`;
}

function answersWith(status: number, type: string, body: (echo: string) => string): Handler {
  return (request, response) => {
    const echo = echoOf(request);
    request.resume();
    response.writeHead(status, { 'content-type': type }).end(body(echo));
  };
}

const handlers: readonly (readonly [string, Handler])[] = [
  ['message', answersWith(403, 'application/json', (echo) => JSON.stringify({ message: echo }))],
  [
    'nested error',
    answersWith(400, 'application/json', (echo) => JSON.stringify({ error: { a: [echo] } })),
  ],
  ['text', answersWith(500, 'text/plain', (echo) => echo)],
  ['HTML success', answersWith(200, 'text/html', (echo) => `<html>${echo}`)],
  [
    'JSON success',
    answersWith(200, 'application/json', (echo) => JSON.stringify({ [echo]: echo })),
  ],
  ['short text that is no JSON', answersWith(201, 'application/json', () => canary)],
  [
    'redirect',
    (request, response) => {
      request.resume();
      const location = `http://${encodeURIComponent(canary)}@127.0.0.1:1/?token=${canary}`;
      response.writeHead(302, { location }).end();
    },
  ],
  ['broken connection', (_, response) => void response.destroy()],
];

const credentials: readonly Authentication[] = [
  jobToken(canary),
  deployToken('bot', canary),
  personalToken(canary),
  oauthToken(canary),
  userAndPassword('jane', canary),
  // Of a caller's own making.
  {
    describe: 'the credentials',
    header: () => ['authorization', `Basic ${Buffer.from(`bot:${canary}`).toString('base64')}`],
  },
];

async function failuresOf(handler: Handler, auth: Authentication): Promise<readonly unknown[]> {
  const { url: apiUrl, origin } = await serve(handler);
  const connection = { apiUrl, project: 'group/app', auth, retries: impatient() };
  const registry = createPyPIRegistry(connection);
  const packages = createGenericPackages(connection);
  const api = createPackagesApi(connection);
  const index = createSimpleIndex(connection);
  const wheel = await wheelOnDisk();
  const folder = await temporaryFolder();
  const named = { filename: 'demo.whl', url: new URL('/demo.whl', origin) };
  const calls = [
    registry.listFiles('demo'),
    registry.upload(wheel, metadataWith()),
    registry.download(named, join(folder, 'demo.whl')),
    packages.upload(file, wheel),
    packages.read(file),
    packages.download(file, join(folder, 'demo.sig')),
    api.list({}),
    api.listGenericFiles(file),
    api.delete(1),
    index.listProjects(),
    proveCredentials(connection),
  ];
  const outcomes = await Promise.allSettled(calls);
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
}

test.for(handlers)('no error carries a token that the server echoes: %s', async ([, handler]) => {
  const spellings = [
    // Also the beginning, which a parser's own error would quote.
    canary.slice(0, 10),
    encodeURIComponent(canary),
    ...['gitlab-ci-token', 'bot', '__token__'].map((user) =>
      Buffer.from(`${user}:${canary}`).toString('base64'),
    ),
  ];

  for (const auth of credentials) {
    const failures = await failuresOf(handler, auth);
    const shown = failures
      .map(
        (failure) =>
          `${formatError(failure)}\n${inspect(failure, { depth: 20, showHidden: true })}`,
      )
      .join('\n');

    expect(failures.length).toBeGreaterThan(0);
    for (const spelling of spellings) expect(shown).not.toContain(spelling);
  }
});
