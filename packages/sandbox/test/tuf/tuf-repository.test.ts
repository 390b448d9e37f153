import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TrustedRoot } from '@sigstore/protobuf-specs';
import { TUFError, getTrustedRoot, initTUF } from '@sigstore/tuf';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox, TufPublication, TufRole } from '@wheelseal/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';

// What reads the repository here is sigstore-js with tuf-js, which share no code with the sandbox.

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-test-'));
});

afterEach(async () => rm(directory, { recursive: true }));

/** A client with a cache of its own that starts with the first root of a sandbox. */
function client({ urls, trust }: Sandbox) {
  const options = {
    mirrorURL: urls.tuf.origin,
    rootPath: trust.tufFirstRoot,
    cachePath: join(directory, 'cache'),
    retry: false,
  };
  return {
    trustedRoot: async () => getTrustedRoot(options),
    target: async (name: string) => (await initTUF(options)).getTarget(name),
  };
}

/** Why a client refuses the trusted root: the code of sigstore-js and the reason of tuf-js. */
async function refusalOf(trustedRoot: () => Promise<unknown>): Promise<string> {
  try {
    await trustedRoot();
  } catch (error) {
    if (error instanceof TUFError) return `${error.code}: ${String(error.cause)}`;
    throw error;
  }
  return 'not refused';
}

async function refusalOfPublication(tuf: TufPublication): Promise<string> {
  await using sandbox = await startSandbox({ tuf });
  const refusal = await refusalOf(client(sandbox).trustedRoot);
  return refusal;
}

test('a client comes by the trusted root and the configuration', async () => {
  await using sandbox = await startSandbox();
  const { trust } = sandbox;
  const { trustedRoot, target } = client(sandbox);

  expect(await trustedRoot()).toEqual(
    TrustedRoot.fromJSON(JSON.parse(await readFile(trust.trustedRoot, 'utf8'))),
  );
  expect(await target('signing_config.v0.2.json')).toBe(
    await readFile(trust.everyLog.signingConfig, 'utf8'),
  );
  await expect(target('another.json')).rejects.toMatchObject({ code: 'TUF_FIND_TARGET_ERROR' });
});

test('a client follows publications', async () => {
  await using sandbox = await startSandbox();
  const { target } = client(sandbox);
  await target('trusted_root.json');

  sandbox.tuf.publish({ targets: { 'trusted_root.json': 'new', 'another.json': 'other' } });

  expect(await target('trusted_root.json')).toBe('new');
  expect(await target('another.json')).toBe('other');
});

test.for(['root', 'timestamp', 'snapshot', 'targets'] as const)(
  'a client refuses expired metadata of the role %s',
  async (role: TufRole) => {
    expect(await refusalOfPublication({ expired: [role] })).toMatch(/expired/i);
  },
);

test('a client follows the root to a new key', async () => {
  await using sandbox = await startSandbox();
  const { target } = client(sandbox);
  await target('trusted_root.json');

  sandbox.tuf.publish({ rotateRoot: 'signed by both keys', targets: { 'a.json': 'new' } });
  sandbox.tuf.publish({ rotateRoot: 'signed by both keys' });

  expect(await target('a.json')).toBe('new');
});

test('a client refuses a root that the old key has not signed', async () => {
  await using sandbox = await startSandbox();
  const { trustedRoot } = client(sandbox);
  await trustedRoot();

  sandbox.tuf.publish({ rotateRoot: 'signed by the new key alone' });

  expect(await refusalOf(trustedRoot)).toContain('root was signed by 0/1 keys');
});

test('a first root that has expired does not matter when it has a successor', async () => {
  await using sandbox = await startSandbox({ tuf: { expired: ['root'] } });
  const { trustedRoot } = client(sandbox);

  sandbox.tuf.publish({ rotateRoot: 'signed by both keys' });

  await expect(trustedRoot()).resolves.toBeDefined();
});

test('a client refuses a target whose digest is another', async () => {
  expect(await refusalOfPublication({ wrongDigests: ['trusted_root.json'] })).toMatch(
    /TUF_DOWNLOAD_TARGET_ERROR.*Expected hash/,
  );
});

test('a client refuses what was published before', async () => {
  await using sandbox = await startSandbox();
  const { trustedRoot } = client(sandbox);
  sandbox.tuf.publish();
  await trustedRoot();

  sandbox.tuf.rollBack();

  expect(await refusalOf(trustedRoot)).toContain('version');
});

test('a client refuses the repository of another sandbox', async () => {
  await using sandbox = await startSandbox();
  await using other = await startSandbox();

  const { trustedRoot } = client({ ...sandbox, urls: other.urls });

  expect(await refusalOf(trustedRoot)).toContain('was signed by 0/1 keys');
});

test('faults befall the repository as well', async () => {
  await using sandbox = await startSandbox();
  sandbox.faults.add({
    service: 'tuf',
    path: /^\/targets\//,
    rewrite: (body) => Buffer.from(body.toString().replace('tlogs', 'slogt')),
  });

  expect(await refusalOf(client(sandbox).trustedRoot)).toMatch(
    /TUF_DOWNLOAD_TARGET_ERROR.*Expected hash/,
  );
});

test('what is not in the repository is not found', async () => {
  await using sandbox = await startSandbox();
  const ask = async (path: string, method = 'GET') =>
    (await fetch(new URL(path, sandbox.urls.tuf), { method })).status;

  expect(await ask('/1.root.json')).toBe(200);
  expect(await ask('/2.root.json')).toBe(404);
  expect(await ask('/targets/trusted_root.json')).toBe(404);
  expect(await ask('/timestamp.json', 'POST')).toBe(405);
});
