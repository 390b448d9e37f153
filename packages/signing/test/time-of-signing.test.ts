import {
  createSigner,
  createVerifier,
  loadTrustedRoot,
  parseIdentityToken,
  type VerificationErrorCode,
} from '@wheelseal/signing';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { certify, log, type ForeignSignature } from './foreign-client.ts';
import { fileOf, openScene } from './signing-scene.ts';

const content = 'the wheel';
const minute = 60_000;

/** Signs with a certificate from now and a log entry from some minutes later. */
async function signSlowly(minutes: number) {
  let late = 0;
  const sandbox = await startSandbox({ now: () => new Date(Date.now() + late) });
  const credential = await certify(sandbox);
  late = minutes * minute;
  const signed = await log(sandbox, content, credential);
  const verifier = createVerifier(await loadTrustedRoot({ path: sandbox.trust.trustedRoot }), {
    rekorUrl: sandbox.urls.rekor,
    now: () => new Date(Date.now() + late),
  });
  const policy = { describe: 'anybody', accepts: () => true };
  return {
    signed,
    verify: async (material: Parameters<typeof verifier.verify>[1]) =>
      verifier.verify(fileOf(content), material, policy),
    [Symbol.asyncDispose]: async () => sandbox.close(),
  };
}

function materialsOf({ bundle, signature, certificate }: ForeignSignature) {
  return [{ bundle }, { signature, certificate }];
}

test.for([0, 5, 9])('accepts what was logged %i minutes after the certificate', async (minutes) => {
  await using slow = await signSlowly(minutes);

  for (const material of materialsOf(slow.signed)) {
    await expect(slow.verify(material)).resolves.toBeDefined();
  }
});

test.for<readonly [number, VerificationErrorCode]>([
  [11, 'TIMESTAMP_INVALID'],
  [60 * 24, 'TIMESTAMP_INVALID'],
  [-1, 'TIMESTAMP_INVALID'],
])('refuses what was logged %i minutes after the certificate', async ([minutes, code]) => {
  await using slow = await signSlowly(minutes);

  for (const material of materialsOf(slow.signed)) {
    await expect(slow.verify(material)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('certificate'),
    });
  }
});

test('verifies signatures of others, whichever half they lie in', async () => {
  for (let round = 0; round < 4; round += 1) {
    await using slow = await signSlowly(0);
    for (const material of materialsOf(slow.signed)) {
      await expect(slow.verify(material)).resolves.toBeDefined();
    }
  }
});

/** A sandbox whose clock goes wrong once Fulcio has answered, and right again after the authority. */
async function openLateScene(isLogLate: boolean) {
  let late = 0;
  const scene = await openScene({ now: () => new Date(Date.now() + late) });
  const { fulcio: fulcioUrl, rekor: rekorUrl, timestamp } = scene.sandbox.urls;
  const timestampUrl = new URL('/api/v1/timestamp', timestamp);
  const setting = (hours: number) => (body: Buffer) => {
    late = hours * 60 * minute;
    return body;
  };
  scene.sandbox.faults.add({ service: 'fulcio', rewrite: setting(1) });
  scene.sandbox.faults.add({ service: 'timestamp', rewrite: setting(isLogLate ? 1 : 0) });
  const signer = createSigner({ fulcioUrl, rekorUrl, timestampUrl });
  const sign = async () =>
    signer.sign([fileOf(content)], parseIdentityToken(await scene.sandbox.mintToken()));
  return { ...scene, sign };
}

test('notices while signing that the log took the entry too late', async () => {
  await using scene = await openLateScene(true);

  await expect(scene.sign()).rejects.toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    hint: expect.stringContaining('clocks'),
  });
});

test('refuses a timestamp from after the life of the certificate', async () => {
  await using scene = await openLateScene(false);
  const [signed] = await scene.sign();

  await expect(
    scene.verifier.verify(fileOf(content), { bundle: signed!.bundle }, scene.policy),
  ).rejects.toMatchObject({
    code: 'TIMESTAMP_INVALID',
    message: expect.stringContaining('certificate was not valid'),
  });
});

test('takes no timestamp over another signature', async () => {
  await using scene = await openScene();
  const { fulcio: fulcioUrl, rekor: rekorUrl, timestamp } = scene.sandbox.urls;
  const timestampUrl = new URL('/api/v1/timestamp', timestamp);
  const signer = createSigner({ fulcioUrl, rekorUrl, timestampUrl });
  const token = parseIdentityToken(await scene.sandbox.mintToken());
  let first: Buffer | undefined;
  const rewrite = (body: Buffer) => (first ??= body);
  scene.sandbox.faults.add({ service: 'timestamp', rewrite });

  await expect(signer.sign([fileOf(content)], token)).resolves.toHaveLength(1);
  await expect(signer.sign([fileOf(content)], token)).rejects.toMatchObject({
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    message: expect.stringContaining('no timestamp'),
  });
});
