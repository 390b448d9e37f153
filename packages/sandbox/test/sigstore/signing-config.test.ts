import { readFile } from 'node:fs/promises';

import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox, TrustFiles } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { signWithConfig, verifyBundle } from './independent-client.ts';

const file = Buffer.from('a wheel');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => sandbox.close());

async function readDocument(path: string) {
  return JSON.parse(await readFile(path, 'utf8'));
}

const configurations: readonly (readonly [
  name: string,
  pick: (trust: TrustFiles) => { readonly signingConfig: string; readonly trustConfig: string },
  versions: readonly number[],
])[] = [
  ['of the job', (trust) => trust, [1]],
  ['for Rekor 2', (trust) => trust.rekorTiles, [2]],
  ['for every log', (trust) => trust.everyLog, [1, 2]],
];

test.for(configurations)(
  'the configuration %s names the services and their versions',
  async ([, pick, versions]) => {
    const { urls, trust } = sandbox;
    const { signingConfig, trustConfig } = pick(trust);
    const config = await readDocument(signingConfig);
    const logs = { 1: urls.rekor.origin, 2: urls.rekorTiles.origin };

    expect(config).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
      caUrls: [{ url: urls.fulcio.origin, majorApiVersion: 1 }],
      oidcUrls: [{ url: urls.gitlab.origin, majorApiVersion: 1 }],
      rekorTlogUrls: versions.map((version) => ({
        url: Reflect.get(logs, version),
        majorApiVersion: version,
      })),
      tsaUrls: [{ url: `${urls.timestamp.origin}/api/v1/timestamp`, majorApiVersion: 1 }],
    });
    expect(await readDocument(trustConfig)).toEqual({
      mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
      trustedRoot: await readDocument(trust.trustedRoot),
      signingConfig: config,
    });
  },
);

test.for(configurations)(
  'what sigstore-js signs with the configuration %s verifies',
  async ([, pick, [version]]) => {
    const { signingConfig: path } = pick(sandbox.trust);

    const bundle = await signWithConfig(sandbox, file, { path });

    const [entry] = bundle.verificationMaterial.tlogEntries;
    expect(entry?.kindVersion?.version).toBe(`0.0.${version}`);
    expect(entry?.inclusionPromise === undefined).toBe(version === 2);
    await expect(verifyBundle(sandbox, bundle, file)).resolves.toBeDefined();
    await expect(verifyBundle(sandbox, bundle, Buffer.from('another'))).rejects.toThrow(
      'signature',
    );
  },
);

test('an entry of one log of Rekor 2 does not verify with the trust in another', async () => {
  await using other = await startSandbox();
  const [bundle, foreign] = [
    await signWithConfig(sandbox, file, { path: sandbox.trust.rekorTiles.signingConfig }),
    await signWithConfig(other, file, { path: other.trust.rekorTiles.signingConfig }),
  ];

  bundle.verificationMaterial.tlogEntries = foreign.verificationMaterial.tlogEntries;

  await expect(verifyBundle(sandbox, bundle, file)).rejects.toThrow('checkpoint');
});

test('an envelope is taken by Rekor 2 as it was, and refused as it is', async () => {
  const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}');
  const sign = async (signer: Sandbox) =>
    signWithConfig(signer, statement, {
      path: signer.trust.rekorTiles.signingConfig,
      bundleType: 'dsseEnvelope',
    });
  await using former = await startSandbox({ rekorTiles: { dsse: true } });

  const bundle = await sign(former);

  const [entry] = bundle.verificationMaterial.tlogEntries;
  expect(entry?.kindVersion).toEqual({ kind: 'dsse', version: '0.0.2' });
  await expect(verifyBundle(former, bundle)).resolves.toBeDefined();
  await expect(sign(sandbox)).rejects.toMatchObject({ code: 'TLOG_CREATE_ENTRY_ERROR' });
});

test('the environment of the job says where the configuration is', () => {
  expect(sandbox.environment).toMatchObject({
    WHEELSEAL_SIGNING_CONFIG: sandbox.trust.signingConfig,
    WHEELSEAL_TRUST_CONFIG: sandbox.trust.trustConfig,
  });
});

test('the environment of the job names Rekor 2 when asked to', async () => {
  await using other = await startSandbox({ rekorVersion: 2 });

  expect(other.environment).toMatchObject({
    WHEELSEAL_SIGNING_CONFIG: other.trust.rekorTiles.signingConfig,
    WHEELSEAL_TRUST_CONFIG: other.trust.rekorTiles.trustConfig,
    REKOR_URL: other.urls.rekor.origin,
  });
});
