import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertVerified, readRelease, signRelease } from '@wheelseal/pipeline';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sdistName, wheelName, writeSamples } from './sample-distributions.ts';
import { signatureNames, stagesIn } from './stages.ts';
import { temporaryFolder } from './workplace.ts';

let sandbox: Sandbox;
let signed: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  signed = await mkdtemp(join(tmpdir(), 'wheelseal-signed-'));
  await writeSamples(signed);
  await signRelease(await readRelease(signed), await stagesIn(sandbox).services().signing());
});

afterEach(() => sandbox.faults.clear());

afterAll(async () => {
  await sandbox.close();
  await rm(signed, { recursive: true });
});

/** The signed distributions in a folder of their own, without what is named. */
async function signedWithout(...names: readonly string[]): Promise<string> {
  const dist = await temporaryFolder();
  await cp(signed, dist, { recursive: true });
  for (const name of names) await rm(join(dist, name));
  return dist;
}

test('what was signed verifies, by its bundle and by its detached files', async () => {
  const { verify } = stagesIn(sandbox);
  const tutorial = ['release.json', `${wheelName}.sigstore.json`, `${sdistName}.sigstore.json`];
  const expected = {
    status: 'verified',
    identity: sandbox.environment['CERTIFICATE_IDENTITY'],
    issuer: sandbox.environment['CERTIFICATE_OIDC_ISSUER'],
  };

  const [whole, detached] = [await verify(signed), await verify(await signedWithout(...tutorial))];

  expect(whole.distributions).toMatchObject([
    { ...expected, filename: wheelName, material: 'bundle' },
    { ...expected, filename: sdistName, material: 'bundle' },
  ]);
  expect(detached.distributions).toMatchObject([
    { ...expected, material: 'detached' },
    { ...expected, material: 'detached' },
  ]);
});

test.for([wheelName, sdistName, ...signatureNames])(
  'one other byte in `%s` is noticed with and without a manifest',
  async (name) => {
    const dist = await signedWithout();
    const bytes = await readFile(join(dist, name));
    const middle = Math.floor(bytes.length / 2);
    // A letter for a letter, so that the form of a text stays.
    bytes[middle] = bytes[middle] === 0x41 ? 0x42 : 0x41;
    await writeFile(join(dist, name), bytes);

    await expect(readRelease(dist)).rejects.toMatchObject({ code: 'RELEASE_CHANGED' });

    await rm(join(dist, 'release.json'));
    const verdict = await stagesIn(sandbox).verify(dist);
    expect(verdict.distributions.map(({ filename, status }) => [filename, status])).toEqual([
      [wheelName, name.startsWith(wheelName) ? 'refused' : 'verified'],
      [sdistName, name.startsWith(sdistName) ? 'refused' : 'verified'],
    ]);
    expect(() => assertVerified(verdict)).toThrow(
      expect.objectContaining({ code: 'VERIFICATION_FAILED' }),
    );
  },
);

test('an answer of the log that was changed is refused', async () => {
  const dist = await signedWithout('release.json', `${wheelName}.sigstore.json`);
  sandbox.faults.add({
    service: 'rekor',
    rewrite: (body) =>
      body
        .toString()
        .replace(/"integratedTime":\s*(\d+)/, (_, time) => `"integratedTime":${Number(time) + 1}`),
  });

  const { distributions } = await stagesIn(sandbox).verify(dist);

  expect(distributions[0]).toMatchObject({
    status: 'refused',
    error: { code: expect.stringMatching(/^LOG_ENTRY_/) },
  });
});

test('detached files that are not those of the bundle are refused', async () => {
  const { signedDist, verify } = stagesIn(sandbox);
  const dist = await signedWithout('release.json');
  const other = await signedDist();
  for (const suffix of ['.sig', '.crt']) {
    await cp(join(other, wheelName + suffix), join(dist, wheelName + suffix));
  }

  expect((await verify(dist)).distributions).toMatchObject([
    {
      status: 'refused',
      error: { code: 'VERIFICATION_FAILED', message: expect.stringContaining('bundle') },
    },
    { status: 'verified' },
  ]);
});

test('the signature of another file is refused', async () => {
  const dist = await signedWithout('release.json');
  for (const suffix of ['.sig', '.crt', '.sigstore.json']) {
    await cp(join(dist, sdistName + suffix), join(dist, wheelName + suffix));
  }

  expect((await stagesIn(sandbox).verify(dist)).distributions).toMatchObject([
    { status: 'refused', error: { code: 'DIGEST_MISMATCH' } },
    { status: 'verified' },
  ]);
});

test('another signer is refused, with who it was', async () => {
  const expected = 'https://gitlab.test/group/demo//.gitlab-ci.yml@refs/heads/main';

  const verdict = await stagesIn(sandbox).verify(signed, { CERTIFICATE_IDENTITY: expected });

  expect(verdict.distributions).toMatchObject([
    {
      status: 'refused',
      error: { code: 'IDENTITY_MISMATCH', message: expect.stringContaining(expected) },
    },
    { status: 'refused' },
  ]);
});

test('a missing signature has a verdict of its own', async () => {
  const dist = await signedWithout(
    'release.json',
    ...signatureNames.filter((name) => name.startsWith(wheelName)),
  );

  expect((await stagesIn(sandbox).verify(dist)).distributions).toMatchObject([
    { status: 'unsigned', error: { code: 'SIGNATURE_MISSING' } },
    { status: 'verified' },
  ]);
});
