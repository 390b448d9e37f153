import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertVerified, measureRelease, readRelease, verifyRelease } from '@wheelseal/pipeline';
import type { TrustNotice, Verifier } from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { fakeVerifier, policy, refusal } from './fake-ports.ts';
import { signedRelease } from './fake-release.ts';
import { sampleWheel, sdistName, wheelName } from './sample-distributions.ts';
import { recorder, temporaryFolder, writeFiles } from './workplace.ts';

test('gives a verdict with signer, log entry and digest for every file', async () => {
  const release = await signedRelease();
  const { onEvent, of } = recorder();

  const verdict = await verifyRelease(release, { verifier: fakeVerifier(), policy }, { onEvent });

  expect(verdict).toMatchObject({ name: 'demo', version: '1.0.0', verified: true });
  expect(verdict.distributions).toMatchObject([
    {
      status: 'verified',
      filename: wheelName,
      sha256: release.distributions[0]?.sha256,
      issuer: 'https://gitlab.test',
      identity: 'https://gitlab.test/g/demo',
      logIndex: '7',
      signedAt: new Date('2026-05-01T12:00:00Z'),
      integratedTime: new Date('2026-05-01T12:00:00Z'),
      material: 'detached',
    },
    { status: 'verified', filename: sdistName, material: 'bundle' },
  ]);
  expect(of('distribution-judged')).toHaveLength(2);
  expect(() => assertVerified(verdict)).not.toThrow();
});

test('tells the policy the version, in the spellings that mean it', async () => {
  const release = await signedRelease();
  const told: unknown[] = [];
  const inner = fakeVerifier();
  const verifier: Verifier = {
    verify: async (file, material, wanted, options) => {
      told.push(options?.versions);
      return inner.verify(file, material, wanted, options);
    },
  };

  await verifyRelease(release, {
    verifier,
    policy,
    spellings: ['1.0', '1.0.1', 'latest', 'v1.0.0'],
  });

  expect(told).toEqual([
    ['1.0.0', '1.0', 'v1.0.0'],
    ['1.0.0', '1.0', 'v1.0.0'],
  ]);
});

test('warns of what is worth knowing of the trusted root', async () => {
  const release = await signedRelease();
  const { onEvent, of } = recorder();
  const notice: TrustNotice = {
    kind: 'outdated',
    subject: 'the trusted root',
    at: new Date('2026-01-01T00:00:00Z'),
    message: 'the trusted root is old',
    hint: 'Verify once while this machine is online.',
  };

  await verifyRelease(
    release,
    { verifier: fakeVerifier(), policy, notices: [notice] },
    { onEvent },
  );

  expect(of('warning')).toMatchObject([{ message: notice.message, hint: notice.hint }]);
});

test('goes on after a refused file, and tells of each', async () => {
  const release = await signedRelease();
  await writeFiles(release.directory, { [wheelName]: sampleWheel({ content: 'x' }).bytes });

  const verdict = await verifyRelease(release, { verifier: fakeVerifier(), policy });

  expect(verdict).toMatchObject({
    verified: false,
    distributions: [
      { status: 'refused', filename: wheelName, error: { code: 'DISTRIBUTION_CHANGED' } },
      { status: 'verified', filename: sdistName },
    ],
  });
  expect(() => assertVerified(verdict)).toThrow(
    expect.objectContaining({ code: 'VERIFICATION_FAILED', verdict }),
  );
  expect(() => assertVerified(verdict)).toThrow(/1 of 2 .*DISTRIBUTION_CHANGED.*verified/);
});

test('a signed file under the name of another version is refused', async () => {
  const { bytes } = sampleWheel({ version: '0.9.0' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const directory = await temporaryFolder();
  await writeFiles(directory, {
    [wheelName]: bytes,
    [`${wheelName}.sigstore.json`]: Buffer.from(`bundle ${sha256}`),
  });

  const verdict = await verifyRelease(await measureRelease(directory), {
    verifier: fakeVerifier(),
    policy,
  });

  expect(verdict).toMatchObject({
    verified: false,
    distributions: [{ status: 'refused', error: { code: 'DISTRIBUTION_UNSAFE' } }],
  });
});

test('an unsigned file has a verdict of its own', async () => {
  const { directory } = await signedRelease();
  await rm(join(directory, `${wheelName}.crt`));
  await rm(join(directory, `${sdistName}.sigstore.json`));

  const release = await readRelease(directory);
  const verdict = await verifyRelease(release, { verifier: fakeVerifier(), policy });

  expect(verdict.distributions).toMatchObject([
    { status: 'unsigned', error: { message: expect.stringContaining('.sig') } },
    { status: 'unsigned', error: { hint: expect.stringContaining('.sigstore.json') } },
  ]);
  expect(() => assertVerified(verdict)).toThrow(
    expect.objectContaining({ code: 'SIGNATURE_MISSING' }),
  );
});

test('a signature that changed since the release was read is refused', async () => {
  const release = await signedRelease();
  await writeFiles(release.directory, { [`${wheelName}.crt`]: 'another' });

  const { distributions } = await verifyRelease(release, { verifier: fakeVerifier(), policy });

  expect(distributions[0]).toMatchObject({ status: 'refused', error: { code: 'RELEASE_CHANGED' } });
});

test('does not read a signature of any size', async () => {
  const { directory } = await signedRelease();
  await writeFiles(directory, { [`${wheelName}.sig`]: new Uint8Array(1024 * 1024 + 1) });
  const verifier = fakeVerifier();

  const { distributions } = await verifyRelease(await readRelease(directory), { verifier, policy });

  expect(distributions[0]).toMatchObject({
    status: 'refused',
    error: { code: 'VERIFICATION_FAILED' },
  });
  expect(verifier.asked).toEqual([sdistName]);
});

test('nothing to verify is an error', async () => {
  const release = { ...(await signedRelease()), distributions: [] };

  await expect(verifyRelease(release, { verifier: fakeVerifier(), policy })).rejects.toMatchObject({
    code: 'NOTHING_TO_RELEASE',
  });
});

test('a log that cannot be reached is no verdict', async () => {
  const release = await signedRelease();
  const verifier = {
    verify: async () => {
      throw refusal('LOG_UNREACHABLE', 'nobody there');
    },
  };

  await expect(verifyRelease(release, { verifier, policy })).rejects.toMatchObject({
    code: 'LOG_UNREACHABLE',
  });
});

test('a refused file counts more than a log that cannot be reached', async () => {
  const release = await signedRelease();
  const verifier = {
    verify: async ({ filename }: { filename?: string }) => {
      const code = filename === wheelName ? 'LOG_UNREACHABLE' : 'IDENTITY_MISMATCH';
      throw refusal(code, 'no');
    },
  };

  expect(await verifyRelease(release, { verifier, policy })).toMatchObject({ verified: false });
});

test('a mistake in a verifier is not taken for a verdict', async () => {
  const release = await signedRelease();
  const verifier = {
    verify: async () => {
      throw new TypeError('x is not a function');
    },
  };

  await expect(verifyRelease(release, { verifier, policy })).rejects.toThrow(TypeError);
});
