import { generateKeyPairSync, verify } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDistributions } from './distribution-files.ts';
import { documentOf, temporaryFolder, wheelseal, type Call } from './harness.ts';

const wheel = 'shapes-1.0.0-py3-none-any.whl';
const sdist = 'shapes-1.0.0.tar.gz';
const password = 'correct horse battery';
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'shapes' });
});

afterAll(async () => sandbox.close());

async function project(): Promise<string> {
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), { name: 'shapes', version: '1.0.0' });
  const pem = pair.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: password,
  });
  await writeFile(join(folder, 'release.pem'), pem);
  return folder;
}

async function run(folder: string, argv: readonly string[], call: Call = {}) {
  const environment = { ...sandbox.environment, WHEELSEAL_SIGNING_KEY_PASSWORD: password };
  return wheelseal(argv, { directory: folder, environment, ...call });
}

async function signaturesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'dist'));
  return names.filter((name) => name.startsWith(wheel) && name !== wheel);
}

async function textOf(folder: string, suffix: string, name = wheel): Promise<string> {
  return readFile(join(folder, 'dist', name + suffix), 'utf8');
}

test('signs with a key in the place of an identity', async () => {
  const folder = await project();
  const environment = {
    ...sandbox.environment,
    SIGSTORE_ID_TOKEN: '',
    WHEELSEAL_SIGNING_KEY_PASSWORD: password,
  };

  const called = await run(folder, ['sign', '--key', 'release.pem', '--json'], { environment });

  const { exitCode, files = [] } = documentOf(called);
  expect(exitCode).toBe(0);
  expect(files).toHaveLength(2);
  expect(files[0]).toMatchObject({ status: 'signed', logIndex: expect.any(String) });
  expect(files[0]).not.toHaveProperty('identity');
  expect(called.stdout + called.stderr).not.toContain(password);
  expect(await signaturesIn(folder)).toEqual([`${wheel}.sig`, `${wheel}.sigstore.json`]);
  const signature = Buffer.from(await textOf(folder, '.sig'), 'base64');
  const bytes = await readFile(join(folder, 'dist', wheel));
  expect(verify('sha256', bytes, pair.publicKey, signature)).toBe(true);
});

test('says what is wrong with a key', async () => {
  const folder = await project();
  const environment = { ...sandbox.environment, WHEELSEAL_SIGNING_KEY_PASSWORD: 'battery staple' };

  const called = await run(folder, ['sign', '--key', 'release.pem'], { environment });
  const missing = await run(folder, ['sign', '--key', 'nothing.pem']);

  expect(called.exitCode).toBe(2);
  expect(called.stderr).toContain('error[KEY_UNUSABLE]');
  expect(called.stderr).not.toContain('battery staple');
  expect(missing.stderr).toContain('error[SETTING_INVALID]');
  expect(missing.stderr).toContain('WHEELSEAL_SIGNING_KEY');
  expect(await signaturesIn(folder)).toEqual([]);
});

test('states how it was built, and leaves the signatures as they are', async () => {
  const folder = await project();
  await run(folder, ['sign']);
  const before = await textOf(folder, '.sigstore.json');
  const environment = {
    ...sandbox.environment,
    REKOR_URL: '',
    WHEELSEAL_TRUST_CONFIG: '',
    WHEELSEAL_SIGNING_CONFIG: '',
    WHEELSEAL_SIGNING_KEY_PASSWORD: password,
  };

  const { exitCode } = await run(folder, ['attest', '--provenance', '--key', 'release.pem'], {
    environment,
  });

  expect(exitCode).toBe(0);
  expect(await textOf(folder, '.sigstore.json')).toBe(before);
  const { dsseEnvelope } = JSON.parse(await textOf(folder, '.provenance.sigstore.json'));
  expect(JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString())).toMatchObject({
    subject: [{ name: wheel }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        externalParameters: {
          configuration: sandbox.environment['CI_CONFIG_REF_URI'],
          source: sandbox.environment['CI_PROJECT_URL'],
        },
        resolvedDependencies: [{ digest: { gitCommit: sandbox.environment['CI_COMMIT_SHA'] } }],
      },
    },
  });
  expect(JSON.parse(await readFile(join(folder, 'dist', 'release.json'), 'utf8'))).toMatchObject({
    distributions: [
      { signatures: [{}, {}, {}, { kind: 'provenance' }] },
      { signatures: [{}, {}, {}, { kind: 'provenance' }] },
    ],
  });
});

test('asks for an identity where a key cannot do it', async () => {
  const folder = await project();

  const called = await run(folder, ['attest', '--key', 'release.pem']);

  expect(called.exitCode).toBe(2);
  expect(called.stderr).toContain('error[SHAPE_IMPOSSIBLE]');
});

test('signs with what a signing configuration names', async () => {
  const folder = await project();

  const { exitCode } = await run(folder, ['sign', '--signing-config', sandbox.trust.signingConfig]);
  const verified = await run(folder, ['verify']);

  expect(exitCode).toBe(0);
  expect(verified.exitCode).toBe(0);
  const { verificationMaterial } = JSON.parse(await textOf(folder, '.sigstore.json'));
  expect(verificationMaterial.timestampVerificationData.rfc3161Timestamps).not.toEqual([]);
});

test('signs with what a trust configuration names', async () => {
  const folder = await project();
  const environment = { ...sandbox.environment, WHEELSEAL_TRUSTED_ROOT: '/nowhere' };

  const { exitCode } = await run(folder, ['sign', '--trust-config', sandbox.trust.trustConfig], {
    environment,
  });

  expect(exitCode).toBe(0);
});

test('converts a bundle for cosign 2, and back', async () => {
  const folder = await project();
  await run(folder, ['sign']);
  const [signature, certificate] = [await textOf(folder, '.sig'), await textOf(folder, '.crt')];
  for (const suffix of ['.sig', '.crt']) await rm(join(folder, 'dist', wheel + suffix));

  const bundle = `dist/${wheel}.sigstore.json`;
  const first = await run(folder, ['convert', bundle, '--to', 'signature']);
  await run(folder, ['convert', bundle, '--to', 'certificate']);

  expect(first).toMatchObject({ exitCode: 0, stdout: `dist/${wheel}.sig\n` });
  expect(await textOf(folder, '.sig')).toBe(signature);
  expect(await textOf(folder, '.crt')).toBe(certificate);

  await rm(join(folder, bundle));
  const back = await run(folder, ['convert', `dist/${wheel}.sig`, '--to', 'bundle', '--json']);

  expect(documentOf(back)).toMatchObject({ exitCode: 0, outcome: 'written' });
  await rm(join(folder, 'dist', 'release.json'));
  expect((await run(folder, ['verify'])).exitCode).toBe(0);
});

test('replaces no other signature when it converts', async () => {
  const folder = await project();
  await run(folder, ['sign']);
  const argv = ['convert', `dist/${wheel}.sigstore.json`, '--to', 'signature'];
  const signature = await textOf(folder, '.sig');

  const same = await run(folder, [...argv, '--json']);
  expect(documentOf(same)).toMatchObject({ exitCode: 0, outcome: 'already-present' });

  const path = join(folder, 'dist', `${wheel}.sig`);
  await writeFile(path, 'another');
  const refused = await run(folder, argv);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('error[FILE_EXISTS]');
  expect(await textOf(folder, '.sig')).toBe('another');

  const elsewhere = await run(folder, [...argv, '--output-file', 'copy.sig']);
  expect(elsewhere.exitCode).toBe(0);
  expect(await readFile(join(folder, 'copy.sig'), 'utf8')).toBe(signature);

  const forced = await run(folder, [...argv, '--force']);
  expect(forced.exitCode).toBe(0);
  expect(await textOf(folder, '.sig')).toBe(signature);
});

test.for([
  ['without a shape', [`dist/${wheel}.sigstore.json`], 'USAGE_INVALID'],
  ['of another file', [`dist/${wheel}`, '--to', 'bundle'], 'SETTING_INVALID'],
  ['that is not there', ['dist/x.whl.sigstore.json', '--to', 'signature'], 'FILE_UNREADABLE'],
  ['into a statement', [`dist/${wheel}.sigstore.json`, '--to', 'attestation'], 'SHAPE_IMPOSSIBLE'],
  ['of nothing', [`dist/${sdist}.sig`, '--to', 'bundle'], 'SIGNATURE_MALFORMED'],
] as const)('converts nothing %s', async ([, argv, code]) => {
  const folder = await project();
  await run(folder, ['sign']);
  await writeFile(join(folder, 'dist', `${sdist}.sig`), 'AAAA');

  const called = await run(folder, ['convert', ...argv]);

  expect(called.exitCode).toBeGreaterThan(1);
  expect(called.stderr).toContain(`error[${code}]`);
});

test('signs, verifies and publishes with statements', async () => {
  const folder = await project();

  const signed = await run(folder, ['sign', '--attestations', '--provenance']);
  const verified = await run(folder, ['verify']);
  const published = await run(folder, ['publish', '--json']);

  expect(signed.exitCode).toBe(0);
  expect(verified.exitCode).toBe(0);
  const suffixes = ['.crt', '.provenance.sigstore.json', '.publish.attestation', '.sig'];
  expect(await signaturesIn(folder)).toEqual(
    [...suffixes, '.sigstore.json'].map((suffix) => wheel + suffix),
  );
  expect(published.exitCode).toBe(0);
  for (const suffix of suffixes) expect(published.stdout).toContain(`${wheel}${suffix}"`);
});

test('refuses what somebody did to a statement', async () => {
  const folder = await project();
  await run(folder, ['sign', '--attestations', '--provenance']);
  for (const suffix of ['.publish.attestation', '.provenance.sigstore.json']) {
    const path = join(folder, 'dist', wheel + suffix);
    const own = await readFile(path, 'utf8');
    await writeFile(path, await textOf(folder, suffix, sdist));
    await rm(join(folder, 'dist', 'release.json'), { force: true });

    const called = await run(folder, ['verify', '--json']);

    expect(documentOf(called)).toMatchObject({ exitCode: 3 });
    await writeFile(path, own);
  }
});

test('signs with Rekor 2, and says that only the bundle proves it', async () => {
  const folder = await project();
  await run(folder, ['sign']);

  const config = sandbox.trust.rekorTiles.signingConfig;
  const called = await run(folder, ['sign', '--signing-config', config, '--provenance', '--json']);
  const verified = await run(folder, ['verify']);

  const { exitCode, warnings } = documentOf(called);
  expect(exitCode).toBe(0);
  expect(warnings).toEqual([expect.stringContaining('need their bundle')]);
  expect(await signaturesIn(folder)).toEqual(
    ['.provenance.sigstore.json', '.sigstore.json'].map((suffix) => wheel + suffix),
  );
  expect(verified.exitCode).toBe(0);
});

test.for([
  ['nobody states the time', ['--rekor-version', '2'], 'TIME_UNPROVEN'],
  ['the attestation would lack it', ['--attestations'], 'SHAPE_IMPOSSIBLE'],
] as const)('refuses to sign with Rekor 2 where %s', async ([, argv, code]) => {
  const folder = await project();
  const { timestamp, rekorTiles } = sandbox.urls;
  const environment = {
    ...sandbox.environment,
    REKOR_URL: rekorTiles.origin,
    REKOR_VERSION: '2',
    ...(code === 'SHAPE_IMPOSSIBLE' && { TIMESTAMP_URL: `${timestamp.origin}/api/v1/timestamp` }),
  };

  const called = await run(folder, ['sign', ...argv], { environment });

  expect(called.exitCode).toBe(2);
  expect(called.stderr).toContain(`error[${code}]`);
  expect(await signaturesIn(folder)).toEqual([]);
});

test('converts an attestation into a bundle, and back', async () => {
  const folder = await project();
  await run(folder, ['attest']);
  const path = `dist/${wheel}.publish.attestation`;
  const attestation = await readFile(join(folder, path), 'utf8');

  const there = await run(folder, ['convert', path, '--to', 'bundle']);
  await rm(join(folder, path));
  const back = await run(folder, ['convert', `dist/${wheel}.sigstore.json`, '--to', 'attestation']);

  expect([there.exitCode, back.exitCode]).toEqual([0, 0]);
  expect(await readFile(join(folder, path), 'utf8')).toBe(attestation);
});
