import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bundleFromJSON } from '@sigstore/bundle';
import {
  convertSignature,
  createKeyVerifier,
  createSigner,
  createVerifier,
  gitlabProvenance,
  parseBundle,
  parseIdentityToken,
  parsePrivateKey,
  parseSigningConfig,
  VerificationError,
  type ConvertibleSignature,
  type DigestedFile,
  type SignatureMaterial,
  type SignatureShape,
  type SignedDistribution,
  type SignOptions,
} from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atOnce, fileOf, openScene, publishPredicateType, type Scene } from './signing-scene.ts';

const wheel = fileOf('the wheel');
const sdist = fileOf('the sdist', 'demo-1.0.0.tar.gz');
const provenance = gitlabProvenance({
  serverUrl: 'https://gitlab.test',
  project: 'group/demo',
  configRefUri: 'gitlab.test/group/demo//.gitlab-ci.yml@refs/tags/1.0.0',
  ref: 'refs/tags/1.0.0',
  commit: 'a'.repeat(40),
  jobId: '7',
});
const all: SignOptions = { attestation: true, provenance };

let scene: Scene;
/** By the version of Rekor. */
let signed: Record<1 | 2, readonly SignedDistribution[]>;
/** The shapes of the wheel that Rekor v1 logged. */
let whole: Record<SignatureShape, string>;

beforeAll(async () => {
  scene = await openScene();
  signed = {
    1: await sign(scene.sandbox.trust.signingConfig, all),
    2: await sign(scene.sandbox.trust.rekorTiles.signingConfig, { provenance }),
  };
  const [{ bundle, signature, certificate, attestation, provenance: built } = {}] = signed[1];
  whole = {
    bundle: bundle ?? '',
    signature: signature ?? '',
    certificate: certificate ?? '',
    attestation: attestation ?? '',
    provenance: built ?? '',
  };
});

afterAll(async () => scene[Symbol.asyncDispose]());

async function sign(configPath: string, options: SignOptions) {
  const config = parseSigningConfig(await readFile(configPath, 'utf8'));
  const token = parseIdentityToken(await scene.sandbox.mintToken());
  return createSigner({ ...config, patience: atOnce }).sign([wheel, sdist], token, {
    ...options,
    trustedRoot: scene.trustedRoot,
  });
}

function materialsOf(one: SignedDistribution): readonly SignatureMaterial[] {
  const { bundle, signature, certificate, attestation, provenance: built } = one;
  return [
    ...(bundle === undefined ? [] : [{ bundle }]),
    ...(signature === undefined || certificate === undefined ? [] : [{ signature, certificate }]),
    ...(attestation === undefined ? [] : [{ attestation }]),
    ...(built === undefined ? [] : [{ bundle: built }]),
  ];
}

async function codeOf(file: DigestedFile, material: SignatureMaterial): Promise<string> {
  return scene.verifier.verify(file, material, scene.policy).then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'crash'),
  );
}

test.for([
  [1, 4],
  [2, 2],
] as const)('every shape verifies after Rekor v%i', async ([version, count]) => {
  for (const [index, file] of [wheel, sdist].entries()) {
    const materials = materialsOf(signed[version][index]!);
    expect(materials).toHaveLength(count);
    for (const material of materials) expect(await codeOf(file, material)).toBe('accepted');
  }
});

test('no shape verifies another file, nor the same one under another name', async () => {
  const renamed = { ...wheel, filename: 'demo-1.0.1-py3-none-any.whl' };
  for (const version of [1, 2] as const) {
    for (const material of materialsOf(signed[version][0]!)) {
      expect(await codeOf(sdist, material)).toMatch(/^(?:DIGEST_MISMATCH|SIGNATURE_INVALID)$/);
    }
    const statements = materialsOf(signed[version][0]!).slice(version === 1 ? 2 : 1);
    for (const material of statements)
      expect(await codeOf(renamed, material)).toBe('NAME_MISMATCH');
  }
});

test('all shapes of a batch come from one certificate', () => {
  const certificates = [1, 2].map((version) => {
    const bundles = signed[version === 1 ? 1 : 2].flatMap((one) => [one.bundle, one.provenance]);
    return new Set(bundles.map((text) => JSON.stringify(parseBundle(text ?? '').key)));
  });

  expect(certificates.map(({ size }) => size)).toEqual([1, 1]);
});

test('another reader of bundles reads every bundle', () => {
  for (const one of [...signed[1], ...signed[2]]) {
    for (const text of [one.bundle, one.provenance]) {
      expect(() => bundleFromJSON(JSON.parse(text ?? ''))).not.toThrow();
    }
  }
});

test('the attestation is what package indexes read, by the letter', () => {
  const { version, verification_material: material, envelope } = JSON.parse(whole.attestation);
  const statement = Buffer.from(envelope.statement, 'base64').toString();

  expect(version).toBe(1);
  expect(Object.keys(material)).toEqual(['certificate', 'transparency_entries']);
  expect(material.transparency_entries).toMatchObject([
    { kindVersion: { kind: 'dsse', version: '0.0.1' } },
  ]);
  expect(statement).toBe(
    `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"${wheel.filename}","digest":{"sha256":"${wheel.sha256}"}}],"predicateType":"${publishPredicateType}","predicate":null}`,
  );
});

test('the provenance says what it was given', async () => {
  const { content } = parseBundle(whole.provenance);

  expect(
    content.kind === 'envelope' && JSON.parse(Buffer.from(content.payload).toString()),
  ).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: wheel.filename, digest: { sha256: wheel.sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: provenance.content,
  });
});

test('refuses what a foreign trusted root does not verify', async () => {
  await using other = await openScene();
  const config = parseSigningConfig(await readFile(scene.sandbox.trust.signingConfig, 'utf8'));
  const token = parseIdentityToken(await scene.sandbox.mintToken());

  await expect(
    createSigner(config).sign([wheel], token, { trustedRoot: other.trustedRoot }),
  ).rejects.toMatchObject({
    code: 'SELF_CHECK_FAILED',
    cause: expect.objectContaining({ code: 'CERTIFICATE_UNTRUSTED' }),
  });
});

test.for(['P-256', 'P-384', 'Ed25519'] as const)(
  'a key of the kind %s can be verified',
  async (kind) => {
    const { privateKey } =
      kind === 'Ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: kind });
    const key = parsePrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const { rekor, timestamp } = scene.sandbox.urls;
    const logged = { rekorUrl: rekor, timestampUrl: new URL('/api/v1/timestamp', timestamp) };
    const { trustedRoot } = scene;

    const shapes = kind === 'Ed25519' ? { shapes: [] } : {};
    const [alone] = await createSigner({}).sign([wheel], key, { ...shapes, provenance });
    const isLogged = {
      shapes: kind === 'P-256' ? (['bundle'] as const) : [],
      provenance,
      trustedRoot,
    };
    const [witnessed] = await createSigner(logged).sign([wheel], key, isLogged);

    const unlogged = createKeyVerifier(key.publicKey, { allowUnlogged: true });
    const verifier = createKeyVerifier(key.publicKey, { trustedRoot });
    for (const bundle of [alone?.bundle, alone?.provenance].filter((text) => text !== undefined)) {
      await expect(unlogged.verify(wheel, { bundle })).resolves.toBeDefined();
      await expect(unlogged.verify(sdist, { bundle })).rejects.toThrow(VerificationError);
    }
    for (const bundle of [witnessed?.bundle, witnessed?.provenance].filter(
      (text) => text !== undefined,
    )) {
      await expect(verifier.verify(wheel, { bundle })).resolves.toBeDefined();
    }
  },
);

async function convert(from: ConvertibleSignature, shape: Exclude<SignatureShape, 'provenance'>) {
  return convertSignature(from, shape, { rekorUrl: scene.sandbox.urls.rekor });
}

test('a bundle becomes `.sig` and `.crt`, and they become a bundle again', async () => {
  const { bundle, signature, certificate } = whole;

  expect(await convert({ bundle }, 'signature')).toBe(signature);
  expect(await convert({ bundle }, 'certificate')).toBe(certificate);
  expect(await convert({ bundle }, 'bundle')).toBe(bundle);

  const back = await convert({ signature, certificate, sha256: wheel.sha256 }, 'bundle');
  expect(await codeOf(wheel, { bundle: back })).toBe('accepted');
  expect(await convert({ bundle: back }, 'signature')).toBe(signature);
});

test('an attestation becomes a bundle, and that an attestation again', async () => {
  const { attestation } = whole;

  const bundle = await convert({ attestation }, 'bundle');

  expect(await codeOf(wheel, { bundle })).toBe('accepted');
  expect(await convert({ bundle }, 'attestation')).toBe(attestation);
});

test('a bundle of an older version becomes one of the newest', async () => {
  const document = JSON.parse(whole.bundle);
  const { certificate, ...material } = document.verificationMaterial;
  const older = JSON.stringify({
    ...document,
    mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.2',
    verificationMaterial: { ...material, x509CertificateChain: { certificates: [certificate] } },
  });

  expect(await convert({ bundle: older }, 'bundle')).toBe(whole.bundle);
});

test('what would prove nothing any more is not converted', async () => {
  const [tiled] = signed[2];
  const cases: readonly (readonly [ConvertibleSignature, Exclude<SignatureShape, 'provenance'>])[] =
    [
      [{ bundle: whole.bundle }, 'attestation'],
      [{ bundle: whole.provenance }, 'signature'],
      [{ bundle: whole.provenance }, 'attestation'],
      [{ attestation: whole.attestation }, 'signature'],
      [{ bundle: tiled?.bundle ?? '' }, 'signature'],
      [{ bundle: tiled?.bundle ?? '' }, 'certificate'],
      [{ bundle: tiled?.provenance ?? '' }, 'attestation'],
    ];

  for (const [from, shape] of cases) {
    await expect(convert(from, shape)).rejects.toMatchObject({
      code: 'SHAPE_IMPOSSIBLE',
      hint: expect.stringMatching(/^[A-Z].*\.$/),
    });
  }
});

test('`.sig` and `.crt` become no bundle without their log, their file, or their entry', async () => {
  const { signature, certificate } = whole;
  const from = { signature, certificate, sha256: wheel.sha256 };
  await using other = await openScene();

  await expect(convertSignature(from, 'bundle')).rejects.toMatchObject({
    code: 'LOG_UNREACHABLE',
    hint: expect.stringContaining('REKOR_URL'),
  });
  await expect(convert({ ...from, sha256: sdist.sha256 }, 'bundle')).rejects.toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
  await expect(
    convertSignature(from, 'bundle', { rekorUrl: other.sandbox.urls.rekor }),
  ).rejects.toMatchObject({ code: 'LOG_ENTRY_MISSING' });
  await expect(
    convertSignature(from, 'bundle', { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ name: 'AbortError' });
});

test('a bundle is verified long after, by the times that are in it', async () => {
  const later = new Date(Date.now() + 24 * 60 * 60 * 1000);
  const verifier = createVerifier(scene.trustedRoot, { now: () => later });
  const [tiled] = signed[2];

  for (const bundle of [whole.bundle, whole.provenance, tiled?.bundle ?? '']) {
    await expect(verifier.verify(wheel, { bundle }, scene.policy)).resolves.toBeDefined();
  }
});
