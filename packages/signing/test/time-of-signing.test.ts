import {
  bundleText,
  createSigner,
  createVerifier,
  loadTrustedRoot,
  parseBundle,
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

/** A sandbox with an authority whose clock can go wrong, and a signer that asks it. */
async function openTimedScene() {
  const clock = { late: 0 };
  const scene = await openScene({ now: () => new Date(Date.now() + clock.late) });
  const { fulcio: fulcioUrl, rekor: rekorUrl, timestamp } = scene.sandbox.urls;
  const timestampUrl = new URL('/api/v1/timestamp', timestamp);
  const signer = createSigner({ fulcioUrl, rekorUrl, timestampUrl });
  const sign = async () =>
    signer.sign([fileOf(content)], parseIdentityToken(await scene.sandbox.mintToken()));
  return { ...scene, sign, clock, timestampUrl };
}

test.for(['rekor', 'timestamp'] as const)(
  'notices while signing that the clock of $0 is another one',
  async (service) => {
    await using scene = await openTimedScene();
    let asked = 0;
    scene.sandbox.faults.add({
      service: service === 'rekor' ? 'timestamp' : 'fulcio',
      rewrite: (body) => {
        scene.clock.late = 60 * minute;
        return body;
      },
    });
    scene.sandbox.faults.add({
      service: 'rekor',
      rewrite: (body) => {
        asked += 1;
        scene.clock.late = 0;
        return body;
      },
    });

    await expect(scene.sign()).rejects.toMatchObject({
      code: 'SERVICE_UNEXPECTED_RESPONSE',
      hint: expect.stringContaining('clocks'),
    });
    expect(asked).toBe(1);
  },
);

test('refuses a timestamp from after the life of the certificate', async () => {
  await using scene = await openTimedScene();
  let late: Uint8Array = new Uint8Array();
  scene.sandbox.faults.add({
    service: 'timestamp',
    times: 1,
    answer: async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const ask = async () => {
        const answer = await fetch(scene.timestampUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/timestamp-query' },
          body: Buffer.concat(chunks),
        });
        return new Uint8Array(await answer.arrayBuffer());
      };
      scene.clock.late = 60 * minute;
      late = await ask();
      scene.clock.late = 0;
      response.end(await ask());
    },
  });
  const [{ bundle: text = '' } = {}] = await scene.sign();
  const bundle = bundleText({ ...parseBundle(text), timestamps: [late] });

  await expect(
    scene.verifier.verify(fileOf(content), { bundle }, scene.policy),
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
