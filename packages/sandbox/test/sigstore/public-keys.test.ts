import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { ed25519ph } from '@noble/curves/ed25519.js';
import { bundleFromJSON, bundleToJSON } from '@sigstore/bundle';
import { PublicKeyDetails, TrustedRoot } from '@sigstore/protobuf-specs';
import { MessageSignatureBundleBuilder, RekorWitness, TSAWitness } from '@sigstore/sign';
import type { Bundle, Signer } from '@sigstore/sign';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { call, ellipticKey, pem, sha256 } from './signer.ts';
import type { KeyPair } from './signer.ts';
import { hashedRekordRequest } from './tiles.ts';

// Files that are signed with a key instead of an identity.

const file = Buffer.from('a wheel');
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => sandbox.close());

function keySigner({ privateKey, publicKey }: KeyPair): Signer {
  return {
    sign: async (data) => ({
      key: { $case: 'publicKey', publicKey: pem(publicKey), hint: 'the key' },
      signature: sign('sha256', data, privateKey),
    }),
  };
}

async function verifyWithKey(bundle: Bundle, { publicKey }: KeyPair) {
  const text = await readFile(sandbox.trust.trustedRoot, 'utf8');
  const material = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text)), {
    'the key': {
      rawBytes: publicKey.export({ type: 'spki', format: 'der' }),
      keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
      validFor: { start: new Date(0) },
    },
  });
  const verifier = new Verifier(material, { ctlogThreshold: 0, timestampThreshold: 1 });
  return verifier.verify(toSignedEntity(bundle, file));
}

test('a file that is signed with a key and logged by Rekor 1 verifies', async () => {
  const key = ellipticKey();
  const builder = new MessageSignatureBundleBuilder({
    signer: keySigner(key),
    witnesses: [
      new RekorWitness({ rekorBaseURL: sandbox.urls.rekor.origin }),
      new TSAWitness({ tsaBaseURL: sandbox.urls.timestamp.origin }),
    ],
  });

  const bundle = await builder.create({ data: file });

  await expect(verifyWithKey(bundle, key)).resolves.toBeDefined();
});

test('a file that is signed with a key and logged by Rekor 2 verifies', async () => {
  const key = ellipticKey();
  const builder = new MessageSignatureBundleBuilder({
    signer: keySigner(key),
    witnesses: [new TSAWitness({ tsaBaseURL: sandbox.urls.timestamp.origin })],
  });
  const bundle = await builder.create({ data: file });
  if (bundle.content.$case !== 'messageSignature') throw new Error('an envelope');
  const { signature } = bundle.content.messageSignature;

  // sigstore-js sends every key as a certificate, which Rekor 2 refuses.
  const { json } = await call('POST', sandbox.urls.rekorTiles, '/api/v2/log/entries', {
    body: hashedRekordRequest(file, key, { signature }),
  });

  const [entry] = bundleFromJSON({
    ...Object(bundleToJSON(bundle)),
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: 'the key' }, tlogEntries: [json] },
  }).verificationMaterial.tlogEntries;
  bundle.verificationMaterial.tlogEntries = [entry!];
  await expect(verifyWithKey(bundle, key)).resolves.toBeDefined();
});

const pairs: readonly (readonly [
  name: string,
  pair: KeyPair,
  algorithm: string,
  keyDetails: string,
])[] = [
  ['P-256', ellipticKey(), 'sha256', 'PKIX_ECDSA_P256_SHA_256'],
  ['P-384', ellipticKey('P-384'), 'sha384', 'PKIX_ECDSA_P384_SHA_384'],
  ['P-521', ellipticKey('P-521'), 'sha512', 'PKIX_ECDSA_P521_SHA_512'],
  [
    'RSA',
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'sha256',
    'PKIX_RSA_PKCS1V15_2048_SHA256',
  ],
  ['Ed25519', generateKeyPairSync('ed25519'), 'sha512', 'PKIX_ED25519_PH'],
];

function signatureOf({ privateKey }: KeyPair, algorithm: string): Buffer {
  if (privateKey.asymmetricKeyType !== 'ed25519') return sign(algorithm, file, privateKey);
  const { d = '' } = privateKey.export({ format: 'jwk' });
  return Buffer.from(ed25519ph.sign(file, Buffer.from(d, 'base64url')));
}

function entryOf(pair: KeyPair, algorithm: string, signature: Buffer) {
  return {
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm, value: sha256(file).toString('hex') } },
      signature: {
        content: signature.toString('base64'),
        publicKey: { content: Buffer.from(pem(pair.publicKey)).toString('base64') },
      },
    },
  };
}

test.for(pairs)('both logs take a key on %s', async ([, pair, algorithm, keyDetails]) => {
  const signature = signatureOf(pair, algorithm);
  const request = hashedRekordRequest(file, pair, { keyDetails, signature });
  const { digest } = request.hashedRekordRequestV002;
  const proposed = entryOf(pair, algorithm, signature);
  proposed.spec.data.hash.value = Buffer.from(digest, 'base64').toString('hex');

  const answers = [
    await call('POST', sandbox.urls.rekorTiles, '/api/v2/log/entries', { body: request }),
    await call('POST', sandbox.urls.rekor, '/api/v1/log/entries', { body: proposed }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  const broken = Buffer.from(signature);
  broken[broken.length - 1]! ^= 1;
  const refused = [
    await call('POST', sandbox.urls.rekorTiles, '/api/v2/log/entries', {
      body: hashedRekordRequest(file, pair, { keyDetails, signature: broken }),
    }),
    await call('POST', sandbox.urls.rekor, '/api/v1/log/entries', {
      body: { ...proposed, spec: { ...proposed.spec, ...spoilt(proposed, broken) } },
    }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([400, 400]);
});

function spoilt({ spec }: ReturnType<typeof entryOf>, signature: Buffer) {
  return { signature: { ...spec.signature, content: signature.toString('base64') } };
}

test('Rekor 1 refuses a digest that does not belong to the kind of key', async () => {
  const pair = ellipticKey('P-384');
  const body = entryOf(pair, 'sha256', sign('sha256', file, pair.privateKey));

  expect(await call('POST', sandbox.urls.rekor, '/api/v1/log/entries', { body })).toMatchObject({
    status: 400,
    json: { message: 'error processing entry: entry algorithms are not allowed' },
  });
});
