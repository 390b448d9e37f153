/**
 * Every shape of a signature, on every log, verified.
 *
 * @module
 */

import { generateKeyPairSync } from 'node:crypto';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import {
  createKeyVerifier,
  createSigner,
  createVerifier,
  exactIdentity,
  loadTrustedRoot,
  parseIdentityToken,
  parsePrivateKey,
  type IdentityPolicy,
  type SignedDistribution,
  type SignOptions,
  type TrustedRoot,
} from '@wheelseal/signing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atOnce, fileOf, publishPredicateType, setting } from './signing-scene.ts';

const file = fileOf('the wheel');
const other = fileOf('another wheel', 'demo-1.0.0.tar.gz');
const renamed = { ...file, filename: 'demo-2.0.0-py3-none-any.whl' };

let sandbox: Sandbox;
let trustedRoot: TrustedRoot;
let policy: IdentityPolicy;

beforeAll(async () => {
  sandbox = await startSandbox({ furtherLogs: [{ version: 2, key: 'P-256' }] });
  trustedRoot = await loadTrustedRoot({ path: sandbox.trust.trustedRoot });
  policy = exactIdentity({
    issuer: setting(sandbox, 'CERTIFICATE_OIDC_ISSUER'),
    subject: setting(sandbox, 'CERTIFICATE_IDENTITY'),
  });
});

afterAll(async () => sandbox.close());

const logs: Readonly<Record<string, readonly number[]>> = {
  'Rekor v1': [0],
  'Rekor v2': [1],
  'Rekor v2 with an ECDSA key': [2],
  'both versions of Rekor': [0, 1],
};

async function sign(which: readonly number[], options: SignOptions): Promise<SignedDistribution> {
  const signer = createSigner({
    fulcioUrl: sandbox.urls.fulcio,
    logs: which.map((index) => sandbox.logs[index]!),
    timestampUrl: new URL('/api/v1/timestamp', sandbox.urls.timestamp),
    patience: atOnce,
  });
  const token = parseIdentityToken(await sandbox.mintToken());
  const [signed] = await signer.sign([file], token, options);
  return signed!;
}

describe.for(Object.entries(logs))('on %s', ([, which]) => {
  const kinds = which.map((index) => (index === 0 ? '0.0.1' : '0.0.2'));

  test('verifies the signature of a file', async () => {
    const { bundle } = await sign(which, { shapes: ['bundle'] });
    const material = { bundle: bundle! };
    const verifier = createVerifier(trustedRoot);

    const found = await verifier.verify(file, material, policy);

    expect(found.logEntries.map(({ kind }) => kind)).toEqual(kinds.map(() => 'hashedrekord'));
    expect(found.logEntries.map(({ version }) => version)).toEqual(kinds);
    expect(found.logEntries.map(({ logUrl }) => logUrl)).toEqual(
      which.map((index) => sandbox.logs[index]!.url.origin),
    );
    expect(found.logEntries.map(({ integratedTime }) => integratedTime !== undefined)).toEqual(
      which.map((index) => index === 0),
    );
    expect(found.timestamps).toEqual([
      { time: expect.any(Date), authorityUrl: expect.stringContaining('/api/v1/timestamp') },
    ]);
    expect(found.predicateType).toBeUndefined();
    await expect(verifier.verify(other, material, policy)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await expect(verifier.verify(renamed, material, policy)).resolves.toBeDefined();
  });

  test('verifies how a file was built', async () => {
    const provenance = { type: 'https://slsa.dev/provenance/v1', content: { made: 'here' } };
    const signed = await sign(which, { shapes: ['bundle'], provenance });
    const material = { bundle: signed.provenance! };
    const verifier = createVerifier(trustedRoot);

    expect(await verifier.verify(file, material, policy)).toMatchObject({
      material: 'bundle',
      predicateType: 'https://slsa.dev/provenance/v1',
    });
    expect(await verifier.verify({ sha256: file.sha256 }, material, policy)).toBeDefined();
    await expect(verifier.verify(other, material, policy)).rejects.toMatchObject({
      code: 'DIGEST_MISMATCH',
    });
    await expect(verifier.verify(renamed, material, policy)).rejects.toMatchObject({
      code: 'NAME_MISMATCH',
    });
  });

  test('verifies with a key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = parsePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const signer = createSigner({
      logs: which.map((index) => sandbox.logs[index]!),
      timestampUrl: new URL('/api/v1/timestamp', sandbox.urls.timestamp),
      patience: atOnce,
    });
    const [signed] = await signer.sign([file], key, { shapes: ['bundle'] });
    const material = { bundle: signed!.bundle! };
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();

    const found = await createKeyVerifier(pem, { trustedRoot }).verify(file, material);

    expect(found).toMatchObject({ material: 'bundle', signedAt: expect.any(Date) });
    expect(found.logEntries).toHaveLength(which.length);
    await expect(createVerifier(trustedRoot).verify(file, material, policy)).rejects.toMatchObject({
      code: 'KEY_UNSUPPORTED',
    });
    await expect(createKeyVerifier(pem).verify(file, material)).rejects.toMatchObject({
      code: 'TRUSTED_ROOT_UNAVAILABLE',
    });
    await expect(
      createKeyVerifier(pem, { trustedRoot }).verify(other, material),
    ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    await expect(
      createKeyVerifier(otherKey(), { trustedRoot }).verify(file, material),
    ).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});

test('verifies that a file is published by its signer', async () => {
  const { attestation } = await sign([0], { shapes: ['bundle'], attestation: true });
  const material = { attestation: attestation! };
  const verifier = createVerifier(trustedRoot);

  expect(await verifier.verify(file, material, policy)).toMatchObject({
    material: 'attestation',
    predicateType: publishPredicateType,
    identity: { subject: setting(sandbox, 'CERTIFICATE_IDENTITY') },
  });
  for (const [wrong, code] of [
    [other, 'DIGEST_MISMATCH'],
    [renamed, 'NAME_MISMATCH'],
  ] as const) {
    await expect(verifier.verify(wrong, material, policy)).rejects.toMatchObject({ code });
  }
});

test('takes the signature of a key alone only if that is said', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = parsePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const [signed] = await createSigner({}).sign([file], key, { shapes: ['bundle', 'signature'] });
  const materials = [{ bundle: signed!.bundle! }, { signature: signed!.signature! }];
  const unlogged = createKeyVerifier(pem, { allowUnlogged: true });

  for (const material of materials) {
    expect(await unlogged.verify(file, material)).toMatchObject({ logEntries: [], timestamps: [] });
    await expect(unlogged.verify(other, material)).rejects.toMatchObject({
      code: expect.stringMatching(/DIGEST_MISMATCH|SIGNATURE_INVALID/),
    });
  }
  await expect(createKeyVerifier(pem).verify(file, materials[0]!)).rejects.toMatchObject({
    code: 'LOG_ENTRY_MISSING',
  });
  await expect(createKeyVerifier(pem).verify(file, materials[1]!)).rejects.toMatchObject({
    code: 'LOG_UNREACHABLE',
  });
});

test('asks the log for the signature of a key', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = parsePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { rekor: rekorUrl } = sandbox.urls;
  const signer = createSigner({ rekorUrl, patience: atOnce });
  const [signed] = await signer.sign([file], key, { shapes: ['signature'] });
  const verifier = createKeyVerifier(pem, { trustedRoot, rekorUrl });

  expect(await verifier.verify(file, { signature: signed!.signature! })).toMatchObject({
    material: 'detached',
    logEntries: [{ kind: 'hashedrekord', version: '0.0.1' }],
  });
});

function otherKey(): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
