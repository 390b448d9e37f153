import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  loadTrustedRoot,
  trustNotices,
  type TrustedRoot,
  type TrustedRootSource,
  VerificationError,
} from '@wheelseal/signing';
import type { ServerResponse } from 'node:http';
import { Agent, MockAgent } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTufRepository, type OwnTufRepository } from './own-tuf-repository.ts';

type Public = Exclude<
  TrustedRootSource,
  { readonly path: string } | { readonly trustConfigPath: string }
>;

interface Seed {
  readonly 'root.json': string;
  readonly targets: { readonly 'trusted_root.json': string };
}

const [seed] = Object.values<Seed>(createRequire(import.meta.url)('@sigstore/tuf/seeds.json'));
const text = Buffer.from(seed!.targets['trusted_root.json'], 'base64').toString();
const day = 24 * 3_600_000;
const after = (days: number) => () => new Date(Date.now() + days * day);
const yesterday = new Date(Date.now() - day);
const offlineAgent = new MockAgent();
offlineAgent.disableNetConnect();
let directory: string;
let repository: OwnTufRepository;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-trust-'));
  repository = await openTufRepository({ target: text });
  await writeFile(join(directory, 'root.json'), repository.firstRoot);
});

afterEach(async () => {
  await repository[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const patience = { wait: async () => undefined };

async function load(more: Public = {}): Promise<TrustedRoot> {
  return loadTrustedRoot({
    cacheDirectory: join(directory, 'cache'),
    mirror: { url: repository.url, rootPath: join(directory, 'root.json') },
    patience,
    ...more,
  });
}

/** The root of public Sigstore with another address of its log, so that versions can be told apart. */
function rootNamed(url: string): string {
  return text.replace('https://rekor.sigstore.dev', url);
}

const logOf = ({ transparencyLogs: [log] }: TrustedRoot) => log?.url;
const answering =
  (status: number, body: string | Buffer = '') =>
  (_: unknown, response: ServerResponse) => {
    response.writeHead(status).end(body);
    return true;
  };

test('gets a trusted root and says that it is the current one', async () => {
  const before = Date.now();

  const trustedRoot = await load();

  expect(trustedRoot.certificateAuthorities).not.toEqual([]);
  expect(trustedRoot.origin).toMatchObject({
    kind: 'tuf',
    checkedAt: expect.any(Date),
    currentUntil: expect.any(Date),
    expiresAt: expect.any(Date),
  });
  expect(trustedRoot.origin?.checkedAt?.getTime()).toBeGreaterThanOrEqual(before);
  expect(trustNotices(trustedRoot)).toEqual([]);
});

test('downloads once what has not changed', async () => {
  await load();
  repository.requests.length = 0;

  await load();

  expect(repository.requests).toEqual(['/2.root.json', '/timestamp.json']);
});

test('takes what is newer', async () => {
  await load();
  repository.publish({ target: rootNamed('https://log.example') });

  expect(logOf(await load())).toBe('https://log.example');
});

test('sends every request through the dispatcher', async () => {
  const seen: string[] = [];
  const agent = new Agent().compose((dispatch) => (options, handler) => {
    seen.push(options.path);
    return dispatch(options, handler);
  });

  await load({ dispatcher: agent });
  await agent.close();

  expect(seen).toEqual(repository.requests);
  expect(seen).toHaveLength(5);
  await expect(
    load({ dispatcher: offlineAgent, cacheDirectory: join(directory, 'x') }),
  ).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_UNAVAILABLE',
  });
});

test('needs nobody when it is offline', async () => {
  await load();
  repository.requests.length = 0;

  const trustedRoot = await load({ offline: true, dispatcher: offlineAgent });

  expect(repository.requests).toEqual([]);
  expect(trustedRoot.origin).toMatchObject({ kind: 'cache', checkedAt: expect.any(Date) });
  expect(trustNotices(trustedRoot)).toEqual([]);
});

test('takes an older one offline, and says how old it is', async () => {
  await load();
  const now = after(40);

  const trustedRoot = await load({ offline: true, now });

  expect(trustNotices(trustedRoot, { now })).toEqual([
    expect.objectContaining({
      kind: 'outdated',
      at: trustedRoot.origin?.checkedAt,
      message: expect.stringContaining('40 days ago'),
      hint: expect.stringContaining('online'),
    }),
  ]);
});

test('says offline that it ends soon, and takes nothing that has ended', async () => {
  await load();

  const soon = await load({ offline: true, now: after(350) });

  expect(trustNotices(soon, { now: after(350) })).toContainEqual(
    expect.objectContaining({ kind: 'ending', at: soon.origin?.expiresAt }),
  );
  await expect(load({ offline: true, now: after(366) })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_OUTDATED',
    message: expect.stringContaining(String(soon.origin?.expiresAt?.toISOString())),
    hint: expect.stringMatching(/online.*--trusted-root/),
  });
});

test('knows nothing offline of a repository that was never asked', async () => {
  await expect(load({ offline: true })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_UNAVAILABLE',
    hint: expect.stringMatching(/online.*--trusted-root/),
  });
  expect(repository.requests).toEqual([]);
});

test('makes do with what was kept while the repository is away, and says so', async () => {
  await load();
  repository.intercept(answering(503));

  const trustedRoot = await load();

  expect(trustedRoot.origin).toMatchObject({ kind: 'cache', unreachable: 'it answered 503' });
  expect(trustNotices(trustedRoot)).toEqual([
    expect.objectContaining({
      kind: 'unreachable',
      message: expect.stringContaining('503'),
      hint: expect.stringContaining('--offline'),
    }),
  ]);
});

test('does so only until its signers said that it would be the current one', async () => {
  await load();
  repository.intercept(answering(503));

  await expect(load({ now: after(2) })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_UNAVAILABLE',
    hint: expect.stringMatching(/--offline.*--trusted-root/),
  });
});

test('asks again before it gives up', async () => {
  let count = 0;
  repository.intercept((_, response) => {
    count += 1;
    response.writeHead(429).end();
    return true;
  });

  await expect(load()).rejects.toMatchObject({ code: 'TRUSTED_ROOT_UNAVAILABLE' });
  expect(count).toBe(4);
});

test.for<[string, (own: OwnTufRepository) => void]>([
  ['is signed by somebody else', (own) => own.publish({ target: text, forged: ['timestamp'] })],
  ['has ended', (own) => own.publish({ target: text, expires: yesterday })],
  ['is older than what is known', (own) => own.publish({ target: text, version: 1 })],
  ['is no metadata', (own) => own.intercept(answering(200, '<html></html>'))],
  ['is endless', (own) => own.intercept(answering(200, Buffer.alloc(1_000_000)))],
])('refuses a repository whose metadata %s, whatever was kept', async ([, change]) => {
  repository.publish({ target: text });
  await load();
  change(repository);

  await expect(load()).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_REFUSED',
    hint: expect.stringMatching(/proxy.*--trusted-root/),
  });
});

test('refuses a target that is not the one in the metadata', async () => {
  repository.intercept((request, response) => {
    if (request.url?.startsWith('/targets/') !== true) return false;
    response.writeHead(200).end(text.replace('rekor', 'roker'));
    return true;
  });

  await expect(load()).rejects.toMatchObject({ code: 'TRUSTED_ROOT_REFUSED' });
});

test('follows no redirect', async () => {
  await using other = await openTufRepository({ target: text });
  repository.intercept((request, response) => {
    response.writeHead(302, { location: `${other.url.origin}${request.url ?? ''}` }).end();
    return true;
  });

  await expect(load()).rejects.toMatchObject({ code: 'TRUSTED_ROOT_UNAVAILABLE' });
  expect(other.requests).toEqual([]);
});

test('begins anew where what was kept is damaged, and believes nothing of it', async () => {
  await load();
  const [name] = await readdir(join(directory, 'cache'));
  const path = join(directory, 'cache', name!);
  const kept: { files: Record<string, string> } = JSON.parse(await readFile(path, 'utf8'));
  const evil = Buffer.from(rootNamed('https://evil.example')).toString('base64');
  for (const damage of [
    '',
    '{}',
    JSON.stringify({ ...kept, files: {} }),
    JSON.stringify({ ...kept, files: { ...kept.files, 'root.json': 'AAAA' } }),
    JSON.stringify({
      ...kept,
      files: { ...kept.files, 'timestamp.json': kept.files['root.json'] },
    }),
    JSON.stringify({ ...kept, files: { ...kept.files, 'trusted_root.json': evil } }),
  ]) {
    await writeFile(path, damage);
    await expect(load({ offline: true })).rejects.toMatchObject({
      code: 'TRUSTED_ROOT_UNAVAILABLE',
    });
    expect(logOf(await load())).toBe('https://rekor.sigstore.dev');
    expect(logOf(await load({ offline: true }))).toBe('https://rekor.sigstore.dev');
  }
});

test.for([
  [[], 'https://next.example'],
  [['timestamp'], 'TRUSTED_ROOT_UNAVAILABLE'],
  [['snapshot'], 'TRUSTED_ROOT_UNAVAILABLE'],
  [['targets'], 'TRUSTED_ROOT_UNAVAILABLE'],
] as const)('believes offline what is signed, and nothing else: forged %j', async (given) => {
  const [forged, outcome] = given;
  await load();
  const [name] = await readdir(join(directory, 'cache'));
  repository.publish({ target: rootNamed('https://next.example'), forged });
  const files = Object.entries(repository.latest()).map(
    ([file, bytes]) => [file, bytes.toString('base64')] as const,
  );
  const checkedAt = new Date().toISOString();
  const kept = { schemaVersion: 1, checkedAt, files: Object.fromEntries(files) };
  await writeFile(join(directory, 'cache', name!), JSON.stringify(kept));

  const found = await load({ offline: true }).then(logOf, (error: unknown) =>
    error instanceof VerificationError ? error.code : 'crash',
  );

  expect(found).toBe(outcome);
});

test('needs no folder to keep anything in', async () => {
  await writeFile(join(directory, 'file'), '');

  await expect(load({ cacheDirectory: join(directory, 'file', 'x') })).resolves.toBeDefined();
});

test('leaves nothing but one file behind', async () => {
  await Promise.all([load(), load(), load()]);

  expect(await readdir(join(directory, 'cache'))).toHaveLength(1);
});

test('ends when it is told to', async () => {
  await expect(load({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  expect(repository.requests).toEqual([]);
});

const december = () => new Date('2026-12-01T00:00:00Z');
const seeded = { cacheDirectory: 'no/such/folder', offline: true, dispatcher: offlineAgent };

test('has the trust in public Sigstore with it', async () => {
  const trustedRoot = await loadTrustedRoot({ ...seeded, now: december });

  expect(logOf(trustedRoot)).toBe('https://rekor.sigstore.dev');
  expect(trustedRoot.origin).toMatchObject({ kind: 'seed', checkedAt: new Date('2026-11-05') });
  expect(trustNotices(trustedRoot, { now: december })).toEqual([
    expect.objectContaining({
      kind: 'outdated',
      message: expect.stringMatching(/came with this program at 2026-11-05, 26 days ago/),
    }),
  ]);
});

test('does not take it past its end', async () => {
  const { signed }: { signed: { expires: string } } = JSON.parse(
    Buffer.from(seed!['root.json'], 'base64').toString(),
  );
  const end = Date.parse(signed.expires);

  await expect(
    loadTrustedRoot({ ...seeded, now: () => new Date(end - 1000) }),
  ).resolves.toBeDefined();
  await expect(loadTrustedRoot({ ...seeded, now: () => new Date(end) })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_OUTDATED',
  });
});

test('takes offline what is newer: what was kept, or what came with it', async () => {
  repository.publish({ target: rootNamed('https://kept.example') });
  await load();
  const cacheDirectory = join(directory, 'cache');
  const [name] = await readdir(cacheDirectory);
  const kept = JSON.parse(await readFile(join(cacheDirectory, name!), 'utf8'));
  const chosen = async (checkedAt: string) => {
    const path = join(cacheDirectory, 'tuf-repo-cdn.sigstore.dev.json');
    await writeFile(path, JSON.stringify({ ...kept, checkedAt }));
    return loadTrustedRoot({ ...seeded, cacheDirectory, now: december });
  };

  expect(logOf(await chosen('2026-11-24T00:00:00.000Z'))).toBe('https://kept.example');
  expect((await chosen('2026-11-04T00:00:00.000Z')).origin?.kind).toBe('seed');
});

test('knows when its seed is from: set `seededAt` with each new version of it', async () => {
  const content = JSON.stringify(seed);

  expect(createHash('sha256').update(content).digest('hex')).toBe(
    'f3c46291a6b8efd3d956078d767b5d1247301ca442a4f2cbb7d35a71480acba1',
  );
});
