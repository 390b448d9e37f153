import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigner,
  createVerifier,
  loadTrustedRoot,
  parseIdentityToken,
  trustedRootFromFiles,
  type SignedDistribution,
  type TrustFiles,
  type TrustedRoot,
} from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf, openScene, setting, type Scene } from './signing-scene.ts';

const file = fileOf('the wheel');
let directory: string;
let scene: Scene;
let other: Scene;
let signed: SignedDistribution;
let files: TrustFiles;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-files-'));
  [scene, other] = await Promise.all([openScene(), openScene()]);
  signed = await scene.signOne(file);
  files = filesOf(scene);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function filesOf({ sandbox }: Scene): TrustFiles {
  return {
    certificateAuthorities: setting(sandbox, 'SIGSTORE_ROOT_FILE'),
    transparencyLogs: setting(sandbox, 'SIGSTORE_REKOR_PUBLIC_KEY'),
    certificateLogs: setting(sandbox, 'SIGSTORE_CT_LOG_PUBLIC_KEY_FILE'),
    timestampAuthority: sandbox.trust.timestampChain,
    rekorUrl: sandbox.urls.rekor,
  };
}

async function read(
  scenes: readonly Scene[],
  name: 'certificateAuthorities' | 'transparencyLogs',
): Promise<readonly string[]> {
  return Promise.all(scenes.map(async (one) => readFile(filesOf(one)[name], 'utf8')));
}

async function codeUnder(trustedRoot: TrustedRoot): Promise<string> {
  const { bundle = '' } = signed;
  return createVerifier(trustedRoot)
    .verify(file, { bundle }, scene.policy)
    .then(
      () => 'accepted',
      (error: unknown) =>
        error instanceof Error && 'code' in error ? String(error.code) : 'crash',
    );
}

test('verifies with the files of cosign what verifies with the trusted root', async () => {
  const trustedRoot = await trustedRootFromFiles(files);

  expect(await codeUnder(trustedRoot)).toBe('accepted');
  expect(trustedRoot.origin).toEqual({ kind: 'keys' });
  expect(trustedRoot.timestampAuthorities).toHaveLength(1);
  expect(trustedRoot.transparencyLogs).toMatchObject([{ url: scene.sandbox.urls.rekor.href }]);
  expect(trustedRoot.certificateAuthorities[0]).toMatchObject({
    validFrom: expect.any(Date),
    validUntil: expect.any(Date),
  });
});

test('knows a Rekor v2 by its name and its key', async () => {
  const { urls, trust } = scene.sandbox;
  const signer = createSigner({
    fulcioUrl: urls.fulcio,
    logs: [{ url: urls.rekorTiles, version: 2 }],
    timestampUrl: new URL('/api/v1/timestamp', urls.timestamp),
  });
  const token = parseIdentityToken(await scene.sandbox.mintToken());
  const trustedRoot = await trustedRootFromFiles({
    ...files,
    transparencyLogs: trust.rekorTilesPublicKey,
    rekorUrl: urls.rekorTiles,
  });

  const [{ bundle = '' } = { bundle: '' }] = await signer.sign([file], token);

  await expect(
    createVerifier(trustedRoot).verify(file, { bundle }, scene.policy),
  ).resolves.toBeDefined();
});

test.for<[keyof TrustFiles, string]>([
  ['certificateAuthorities', 'CERTIFICATE_UNTRUSTED'],
  ['transparencyLogs', 'LOG_ENTRY_INVALID'],
  ['certificateLogs', 'SCT_INVALID'],
])('refuses under the %s of somebody else', async ([name, code]) => {
  const trustedRoot = await trustedRootFromFiles({ ...files, [name]: filesOf(other)[name] });

  expect(await codeUnder(trustedRoot)).toBe(code);
});

test('takes certificates in any order, and several of a kind', async () => {
  const pems = (await read([other, scene], 'certificateAuthorities')).join('\n');
  const turned = pems.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g)!.toReversed();
  const certificateAuthorities = join(directory, 'turned.pem');
  const transparencyLogs = join(directory, 'logs.pem');
  await writeFile(certificateAuthorities, turned.join('\n'));
  await writeFile(transparencyLogs, (await read([other, scene], 'transparencyLogs')).join('\n'));

  const trustedRoot = await trustedRootFromFiles({
    ...files,
    certificateAuthorities,
    transparencyLogs,
  });

  expect(await codeUnder(trustedRoot)).toBe('accepted');
});

test('refuses an intermediate certificate without its root', async () => {
  const pems = await readFile(files.certificateAuthorities, 'utf8');
  const [first] = pems.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g)!;
  const certificateAuthorities = join(directory, 'intermediate.pem');
  await writeFile(certificateAuthorities, first);

  await expect(trustedRootFromFiles({ ...files, certificateAuthorities })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_MALFORMED',
    message: expect.stringContaining('nobody above it'),
  });
});

test.for<[name: keyof TrustFiles, content: string]>([
  ['certificateAuthorities', ''],
  ['certificateAuthorities', 'no PEM'],
  ['transparencyLogs', ''],
  ['transparencyLogs', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
  ['transparencyLogs', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
  ['certificateLogs', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
])('refuses a file that does not hold %s: %j', async ([name, content]) => {
  const path = join(directory, 'broken.pem');
  await writeFile(path, content);

  await expect(trustedRootFromFiles({ ...files, [name]: path })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_MALFORMED',
    message: expect.stringContaining('broken.pem'),
  });
});

test('names the file that cannot be read', async () => {
  await expect(
    trustedRootFromFiles({ ...files, transparencyLogs: 'no/such/rekor.pub' }),
  ).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_UNAVAILABLE',
    message: expect.stringContaining('no/such/rekor.pub'),
  });
});

test('reads the trusted root out of a trust configuration', async () => {
  const path = join(directory, 'trust_config.json');
  const config = {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: JSON.parse(await readFile(scene.sandbox.trust.trustedRoot, 'utf8')),
    signingConfig: JSON.parse(await readFile(scene.sandbox.trust.signingConfig, 'utf8')),
  };
  await writeFile(path, JSON.stringify(config));

  const trustedRoot = await loadTrustedRoot({ trustConfigPath: path });

  expect(await codeUnder(trustedRoot)).toBe('accepted');
  expect(trustedRoot.origin).toEqual({ kind: 'file' });
  await expect(loadTrustedRoot({ trustConfigPath: 'no/such/file' })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_UNAVAILABLE',
    hint: expect.stringContaining('--trust-config'),
  });
});
