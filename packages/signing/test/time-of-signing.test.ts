import { createVerifier, loadTrustedRoot, type VerificationErrorCode } from '@wheelseal/signing';
import { startSandbox } from '@wheelseal/sandbox';
import { expect, test } from 'vitest';
import { certify, log, type ForeignSignature } from './foreign-client.ts';
import { fileOf } from './signing-scene.ts';

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
