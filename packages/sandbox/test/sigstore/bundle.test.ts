import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { signFile } from './signer.ts';

// What verifies here is sigstore-js, which shares no code with the sandbox.

const file = Buffer.from('a wheel');
let sandbox: Sandbox;
let directory: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-test-'));
});

afterEach(() => sandbox.faults.clear());

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true });
});

async function verify(bundle: unknown, artifact: Buffer = file) {
  const root = TrustedRoot.fromJSON(JSON.parse(await readFile(sandbox.trust.trustedRoot, 'utf8')));
  const verifier = new Verifier(toTrustMaterial(root), {
    tlogThreshold: 1,
    ctlogThreshold: 1,
    timestampThreshold: 1,
  });
  return verifier.verify(toSignedEntity(bundleFromJSON(bundle), artifact));
}

function rewriteEntry(change: (text: string) => string) {
  sandbox.faults.add({
    service: 'rekor',
    method: 'POST',
    path: /^\/api\/v1\/log\/entries$/,
    times: 1,
    rewrite: (body) => change(body.toString()),
  });
}

test('a signature verifies: certificate, SCT, entry, promise, proof and checkpoint', async () => {
  const { bundle } = await signFile(sandbox, file);

  const { identity } = await verify(bundle);

  expect(identity?.subjectAlternativeName).toBe(sandbox.environment['CERTIFICATE_IDENTITY']);
  expect(identity?.extensions?.issuer).toBe(sandbox.environment['CERTIFICATE_OIDC_ISSUER']);
});

test('every one of many signatures verifies, whatever the shape of the tree', async () => {
  for (let count = 0; count < 12; count += 1) {
    const artifact = Buffer.from(`wheel ${count}`);
    const { bundle } = await signFile(sandbox, artifact);

    await expect(verify(bundle, artifact)).resolves.toBeDefined();
  }
});

test('a signature with a time stamp instead of a promise verifies', async () => {
  const { bundle, proposed } = await signFile(sandbox, file);
  const [signature, query] = [join(directory, 'signature'), join(directory, 'query')];
  await writeFile(signature, Buffer.from(proposed.spec.signature.content, 'base64'));
  execFileSync('openssl', ['ts', '-query', '-sha256', '-cert', '-data', signature, '-out', query], {
    stdio: 'pipe',
  });
  const response = await fetch(new URL('/api/v1/timestamp', sandbox.urls.timestamp), {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: await readFile(query),
  });
  const token = Buffer.from(await response.arrayBuffer()).toString('base64');
  bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps.push({
    signedTimestamp: token,
  });

  await expect(verify(bundle)).resolves.toBeDefined();

  const bytes = Buffer.from(token, 'base64');
  bytes[bytes.length - 4]! ^= 1;
  bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps[0]!.signedTimestamp =
    bytes.toString('base64');
  await expect(verify(bundle)).rejects.toThrow('timestamp');
});

test('a signature does not verify for another file', async () => {
  const { bundle } = await signFile(sandbox, file);

  await expect(verify(bundle, Buffer.from('another wheel'))).rejects.toThrow('signature');
});

test('a signature of one sandbox does not verify with the trust in another', async () => {
  await using other = await startSandbox();

  const { bundle } = await signFile(other, file);

  await expect(verify(bundle)).rejects.toMatchObject({ code: 'CERTIFICATE_ERROR' });
});

test.for([
  [
    'the promise',
    'TLOG_INCLUSION_PROMISE_ERROR',
    (text: string) =>
      text.replace(/"integratedTime":(\d+)/, (_, time) => `"integratedTime":${Number(time) + 1}`),
  ],
  [
    'the proof',
    'TLOG_INCLUSION_PROOF_ERROR',
    (text: string) => text.replace(/"hashes":\["../, '"hashes":["00'),
  ],
  [
    'the checkpoint',
    'TLOG_INCLUSION_PROOF_ERROR',
    (text: string) => text.replace(/(- \d+)\\n\d+\\n/, String.raw`$1\n99999\n`),
  ],
  [
    'the index',
    'TLOG_INCLUSION_PROMISE_ERROR',
    (text: string) => text.replaceAll(/"logIndex":\d+/g, '"logIndex":0'),
  ],
] as const)('a log answer with %s changed on the way does not verify', async ([, code, change]) => {
  rewriteEntry(change);
  const { bundle } = await signFile(sandbox, file);

  await expect(verify(bundle)).rejects.toMatchObject({ code });
});
