import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import {
  createSigner,
  createVerifier,
  detachedSignature,
  exactIdentity,
  gitlabPipeline,
  parseBundle,
  parseIdentityToken,
  type IdentityPolicy,
} from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf, openScene, setting, type Scene } from './signing-scene.ts';

const wheel = fileOf('the wheel');
const sdist = fileOf('the sdist', 'demo-1.0.0.tar.gz');

let scene: Scene;

beforeAll(async () => {
  scene = await openScene();
});

afterAll(async () => scene[Symbol.asyncDispose]());

test('verifies what it signed, from both materials', async () => {
  const { sandbox, verifier, policy } = scene;

  for (const [file, signed] of [
    [wheel, await scene.signOne(wheel)],
    [sdist, await scene.signOne(sdist)],
  ] as const) {
    const { bundle, signature, certificate, logIndex, integratedTime, identity } = signed;
    const x509 = new X509Certificate(Buffer.from(certificate, 'base64'));
    const logUrl = sandbox.urls.rekor.origin;
    const found = {
      identity,
      logIndex,
      integratedTime,
      signedAt: integratedTime,
      timestamps: [],
      logEntries: [
        {
          logIndex,
          logId: expect.stringMatching(/^[0-9a-f]{64}$/),
          logUrl,
          kind: 'hashedrekord',
          version: '0.0.1',
          integratedTime,
        },
      ],
      certificate: {
        serialNumber: x509.serialNumber.toLowerCase(),
        validFrom: x509.validFromDate,
        validUntil: x509.validToDate,
        authority: expect.objectContaining({ url: sandbox.urls.fulcio.origin }),
        rootFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        extensions: expect.any(Map),
      },
    };

    expect(await verifier.verify(file, { bundle }, policy)).toEqual({
      ...found,
      material: 'bundle',
    });
    expect(await verifier.verify(file, { signature, certificate }, policy)).toEqual({
      ...found,
      material: 'detached',
    });
    expect(await verifier.verify({ sha256: file.sha256 }, { bundle }, policy)).toMatchObject(found);
    expect(identity).toMatchObject({
      issuer: setting(sandbox, 'CI_SERVER_URL'),
      subject: `https://${setting(sandbox, 'CI_CONFIG_REF_URI')}`,
      claims: {
        sourceRepositoryUri: setting(sandbox, 'CI_PROJECT_URL'),
        sourceRepositoryRef: 'refs/heads/main',
        sourceRepositoryDigest: setting(sandbox, 'CI_COMMIT_SHA'),
        sourceRepositoryIdentifier: setting(sandbox, 'CI_PROJECT_ID'),
        buildTrigger: 'push',
        runnerEnvironment: 'self-hosted',
        sourceRepositoryVisibility: 'public',
      },
    });
  }
});

test('signs a batch with one certificate and tells of each file', async () => {
  const files = Array.from({ length: 9 }, (_, index) => fileOf(`${index}`, `demo-${index}.tar.gz`));
  const told: string[] = [];
  const token = parseIdentityToken(await scene.sandbox.mintToken());

  const signed = await scene.signer.sign(files, token, {
    onSigned: ({ filename }) => told.push(filename),
  });

  expect(signed.map(({ filename, sha256 }) => ({ filename, sha256 }))).toEqual(files);
  expect(new Set(signed.map(({ certificate }) => certificate)).size).toBe(1);
  expect(new Set(signed.map(({ logIndex }) => logIndex)).size).toBe(9);
  expect(told.toSorted()).toEqual(files.map(({ filename }) => filename));
  for (const [index, file] of files.entries()) {
    const { bundle = '' } = signed[index]!;
    await expect(scene.verifier.verify(file, { bundle }, scene.policy)).resolves.toBeDefined();
  }
});

test('makes a key for each batch', async () => {
  const [one, other] = [await scene.signOne(wheel), await scene.signOne(wheel)];

  expect(publicKeyOf(one.certificate)).not.toBe(publicKeyOf(other.certificate));
});

function publicKeyOf(text: string): string {
  const certificate = new X509Certificate(Buffer.from(text, 'base64'));
  return certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

test('writes `.sig` and `.crt` as cosign 2 does', async () => {
  const { signature, certificate } = await scene.signOne(wheel);

  expect(signature).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  expect(Buffer.from(signature, 'base64')[0]).toBe(0x30);
  expect(certificate).toMatch(/^[A-Za-z0-9+/]+={0,2}$/);
  const pem = Buffer.from(certificate, 'base64').toString();
  expect(pem).toMatch(
    /^-----BEGIN CERTIFICATE-----\n(?:[\w+/=]{1,64}\n)+-----END CERTIFICATE-----\n$/,
  );
  expect(new X509Certificate(pem).toString()).toBe(pem);
});

test('splits `.sig` and `.crt` off a bundle', async () => {
  const { bundle, signature, certificate } = await scene.signOne(wheel);

  expect(detachedSignature(parseBundle(bundle))).toEqual({ signature, certificate });
});

test('writes zeros, which others need', async () => {
  const remove = scene.sandbox.faults.add({
    service: 'rekor',
    rewrite: (body) => body.toString().replaceAll(/"logIndex":\d+/g, '"logIndex":0'),
  });
  const { bundle } = await scene.signOne(wheel);
  remove();

  const { tlogEntries } = JSON.parse(bundle).verificationMaterial;
  expect(tlogEntries[0]).toMatchObject({ logIndex: '0', inclusionProof: { logIndex: '0' } });
});

test('writes bundles that sigstore-js verifies', async () => {
  const { bundle } = await scene.signOne(wheel);
  const root = TrustedRoot.fromJSON(
    JSON.parse(await readFile(scene.sandbox.trust.trustedRoot, 'utf8')),
  );
  const verifier = new Verifier(toTrustMaterial(root));
  const entity = toSignedEntity(bundleFromJSON(JSON.parse(bundle)), Buffer.from('the wheel'));

  expect(verifier.verify(entity).identity?.subjectAlternativeName).toBe(
    setting(scene.sandbox, 'CERTIFICATE_IDENTITY'),
  );
});

test('accepts the pipeline by its parts', async () => {
  const { bundle } = await scene.signOne(wheel);
  const serverUrl = setting(scene.sandbox, 'CI_SERVER_URL');
  const project = setting(scene.sandbox, 'CI_PROJECT_PATH');
  const policy = gitlabPipeline({ serverUrl, project, ref: 'refs/heads/main' });

  await expect(scene.verifier.verify(wheel, { bundle }, policy)).resolves.toBeDefined();
});

test('refuses another signer, names both and the option to change', async () => {
  const { bundle, signature, certificate, identity } = await scene.signOne(wheel);
  const expected = { issuer: identity.issuer, subject: `${identity.subject}-2` };

  for (const material of [{ bundle }, { signature, certificate }]) {
    await expect(
      scene.verifier.verify(wheel, material, exactIdentity(expected)),
    ).rejects.toMatchObject({
      code: 'IDENTITY_MISMATCH',
      message: `signed by \`${identity.subject}\` of \`${identity.issuer}\`, expected \`${expected.subject}\` of \`${expected.issuer}\``,
      hint: expect.stringContaining('--certificate-identity'),
    });
  }
});

test('names each part of a pipeline that differs, and the option for it', async () => {
  const { bundle, identity } = await scene.signOne(wheel);
  const serverUrl = setting(scene.sandbox, 'CI_SERVER_URL');
  const policy = gitlabPipeline({ serverUrl, projectId: '7', ref: 'refs/tags/v{version}' });
  const id = identity.claims.sourceRepositoryIdentifier;

  await expect(
    scene.verifier.verify(wheel, { bundle }, policy, { versions: ['1.0.0'] }),
  ).rejects.toMatchObject({
    code: 'IDENTITY_MISMATCH',
    message: expect.stringContaining(
      `project ID is \`${id}\`, expected \`7\` (\`--gitlab-project-id\`); ref is \`refs/heads/main\`, expected \`refs/tags/v1.0.0\` (\`--ref\`)`,
    ),
    hint: expect.stringContaining('`--gitlab-project-id` and `--ref`'),
  });
});

test('takes nothing but `true` for yes', async () => {
  const { bundle } = await scene.signOne(wheel);
  for (const answer of [Promise.resolve(true), 'no', 1, {}]) {
    // @ts-expect-error -- no type allows these answers; who calls without types must not get a yes.
    const policy: IdentityPolicy = { describe: 'anybody', accepts: () => answer };

    await expect(scene.verifier.verify(wheel, { bundle }, policy)).rejects.toMatchObject({
      code: 'IDENTITY_MISMATCH',
    });
  }
});

test('asks the policy last', async () => {
  const { bundle } = await scene.signOne(wheel);
  const asked: string[] = [];
  const policy = {
    describe: 'nobody',
    accepts: ({ subject }: { readonly subject: string }) => asked.push(subject) > 99,
  };

  await expect(scene.verifier.verify(sdist, { bundle }, policy)).rejects.toMatchObject({
    code: 'DIGEST_MISMATCH',
  });
  expect(asked).toEqual([]);
});

test('adds a timestamp when there is an authority', async () => {
  const { fulcio, rekor, timestamp } = scene.sandbox.urls;
  const signer = createSigner({
    fulcioUrl: fulcio,
    rekorUrl: rekor,
    timestampUrl: new URL('/api/v1/timestamp', timestamp),
  });
  const token = parseIdentityToken(await scene.sandbox.mintToken());

  const [{ bundle = '' } = {}] = await signer.sign([wheel], token);

  expect(parseBundle(bundle).timestamps).toHaveLength(1);
  await expect(scene.verifier.verify(wheel, { bundle }, scene.policy)).resolves.toBeDefined();
});

test('verifies a bundle without any request', async () => {
  const { bundle } = await scene.signOne(wheel);
  const requests: string[] = [];
  const remove = scene.sandbox.faults.add({
    answer: ({ url }, response) => {
      requests.push(url ?? '');
      response.destroy();
    },
  });

  await createVerifier(scene.trustedRoot).verify(wheel, { bundle }, scene.policy);
  remove();

  expect(requests).toEqual([]);
});
