import { generateKeyPairSync, sign } from 'node:crypto';

import { DSSEBundleBuilder, FulcioSigner, RekorWitness } from '@sigstore/sign';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { signWithConfig, verifyBundle } from './independent-client.ts';
import { call, ellipticKey, onlyEntry, pem, sha256 } from './signer.ts';
import type { KeyPair } from './signer.ts';

const entries = '/api/v1/log/entries';
const type = 'application/vnd.in-toto+json';
const key = ellipticKey();
let sandbox: Sandbox;
let statements = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => sandbox.close());

function newStatement(): Buffer {
  statements += 1;
  const subject = { name: 'a', digest: { sha256: sha256(Buffer.of(statements)).toString('hex') } };
  return Buffer.from(
    JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject: [subject] }),
  );
}

function base64(data: Uint8Array | string): string {
  return Buffer.from(data).toString('base64');
}

function signatureOf(payload: Buffer, { privateKey }: KeyPair, digest: string | null = 'sha256') {
  const head = `DSSEv1 ${type.length} ${type} ${payload.length} `;
  return base64(sign(digest, Buffer.concat([Buffer.from(head), payload]), privateKey));
}

/** A proposed entry of the kind `dsse` for an envelope, vouched for by keys. */
function dsseEntry(envelope: string, ...keys: readonly KeyPair[]) {
  const verifiers = keys.map(({ publicKey }) => base64(pem(publicKey)));
  return {
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: { proposedContent: { envelope, verifiers } },
  };
}

function envelopeOf(payload: Buffer, ...signatures: readonly string[]): string {
  return JSON.stringify({
    payload: base64(payload),
    payloadType: type,
    signatures: signatures.map((sig) => ({ sig })),
  });
}

/** A proposed entry of the kind `intoto`. */
function inTotoEntry(payload: Buffer, signature: string) {
  return {
    kind: 'intoto',
    apiVersion: '0.0.2',
    spec: {
      content: {
        envelope: {
          payloadType: type,
          payload: base64(base64(payload)),
          signatures: [{ sig: base64(signature), publicKey: base64(pem(key.publicKey)) }],
        },
        hash: { algorithm: 'sha256', value: 'ab'.repeat(32) },
      },
    },
  };
}

async function rekor(path: string, body: unknown) {
  return call('POST', sandbox.urls.rekor, path, { body });
}

async function addEntry(proposed: unknown) {
  const answer = await rekor(entries, proposed);
  expect(answer.status).toBe(201);
  const { id, entry } = onlyEntry(answer);
  return { id, body: Buffer.from(entry.body, 'base64').toString() };
}

async function idsOf(query: object): Promise<readonly string[]> {
  return (await rekor(`${entries}/retrieve`, query)).json.flatMap(Object.keys);
}

test('what the log keeps of an envelope is digests and signatures', async () => {
  const payload = newStatement();
  const signature = signatureOf(payload, key);
  const envelope = envelopeOf(payload, signature);
  const hashes = [envelope, payload].map((data) => sha256(Buffer.from(data)).toString('hex'));

  const { body } = await addEntry(dsseEntry(envelope, key));

  // As Rekor 1.5.2 writes it.
  expect(body).toBe(
    `{"apiVersion":"0.0.1","kind":"dsse","spec":{"envelopeHash":{"algorithm":"sha256","value":"${hashes[0]}"},"payloadHash":{"algorithm":"sha256","value":"${hashes[1]}"},"signatures":[{"signature":"${signature}","verifier":"${base64(pem(key.publicKey))}"}]}}`,
  );
});

test('what the log keeps of the older kind is all but the payload', async () => {
  const payload = newStatement();
  const signature = signatureOf(payload, key);

  const { body } = await addEntry(inTotoEntry(payload, signature));

  // As Rekor 1.5.2 writes it.
  expect(body).toBe(
    `{"apiVersion":"0.0.2","kind":"intoto","spec":{"content":{"envelope":{"payloadType":"${type}","signatures":[{"publicKey":"${base64(pem(key.publicKey))}","sig":"${base64(signature)}"}]},"hash":{"algorithm":"sha256","value":"${'ab'.repeat(32)}"},"payloadHash":{"algorithm":"sha256","value":"${sha256(payload).toString('hex')}"}}}}`,
  );
});

test('an envelope is found again by what was proposed, by what is kept, and by its digests', async () => {
  const payload = newStatement();
  const envelope = envelopeOf(payload, signatureOf(payload, key));
  const proposed = dsseEntry(envelope, key);
  const { id, body } = await addEntry(proposed);
  const { subject } = JSON.parse(payload.toString());

  expect(await idsOf({ entries: [proposed] })).toEqual([id]);
  expect(await idsOf({ entries: [JSON.parse(body)] })).toEqual([id]);
  for (const hash of [sha256(payload), sha256(Buffer.from(envelope))]) {
    const query = { hash: `sha256:${hash.toString('hex')}` };
    expect((await rekor('/api/v1/index/retrieve', query)).json).toEqual([id]);
  }
  const query = { hash: `sha256:${subject[0].digest.sha256}` };
  expect((await rekor('/api/v1/index/retrieve', query)).json).toEqual([id]);
});

test('what a client spells out as empty does not matter', async () => {
  const payload = newStatement();
  const { spec, ...rest } = dsseEntry(envelopeOf(payload, signatureOf(payload, key)), key);
  const empty = { signatures: [], envelopeHash: null, payloadHash: null };

  const { id, body } = await addEntry({ ...rest, spec: { ...spec, ...empty } });

  const kept = JSON.parse(body);
  const sought = { ...kept, spec: { ...kept.spec, proposedContent: null } };
  expect(await idsOf({ entries: [sought] })).toEqual([id]);
});

test('the older kind is found again by what was proposed', async () => {
  const payload = newStatement();
  const proposed = inTotoEntry(payload, signatureOf(payload, key));
  const { id } = await addEntry(proposed);

  expect(await idsOf({ entries: [proposed] })).toEqual([id]);
  expect((await rekor(entries, proposed)).status).toBe(409);
});

test('signatures are kept in the order of their spelling, each with its key', async () => {
  const payload = newStatement();
  const keys = [key, ellipticKey('P-384'), generateKeyPairSync('ed25519')];
  const signatures = keys.map((pair) =>
    signatureOf(payload, pair, pair.privateKey.asymmetricKeyType === 'ec' ? 'sha256' : null),
  );

  const { body } = await addEntry(dsseEntry(envelopeOf(payload, ...signatures), ...keys));

  expect(JSON.parse(body).spec.signatures).toEqual(
    signatures.toSorted().map((signature) => ({
      signature,
      verifier: base64(pem(keys[signatures.indexOf(signature)]!.publicKey)),
    })),
  );
});

const payload = newStatement();
const signature = signatureOf(payload, key);
const envelope = envelopeOf(payload, signature);
const other = ellipticKey();
const wrong: readonly (readonly [name: string, proposed: unknown, message: string])[] = [
  ['without an envelope', dsseEntry('', key), 'envelope is missing'],
  ['that is no envelope', dsseEntry('{', key), 'envelope is missing'],
  ['without a signature', dsseEntry(envelopeOf(payload), key), '1 or more signatures'],
  ['without a key', dsseEntry(envelope), 'must have a key'],
  ['with another key', dsseEntry(envelope, other), 'could not verify envelope'],
  ['with another key first', dsseEntry(envelope, other, key), 'could not verify envelope'],
  [
    'with another payload',
    dsseEntry(envelopeOf(newStatement(), signature), key),
    'could not verify envelope',
  ],
  [
    'with a signature too many',
    dsseEntry(envelopeOf(payload, signature, signatureOf(payload, other)), key),
    'must have a key',
  ],
  [
    'with SHA-384 on P-384',
    (() => {
      const pair = ellipticKey('P-384');
      return dsseEntry(envelopeOf(payload, signatureOf(payload, pair, 'sha384')), pair);
    })(),
    'could not verify envelope',
  ],
  [
    'with digests of its own',
    { ...dsseEntry(envelope, key), spec: { ...dsseEntry(envelope, key).spec, payloadHash: {} } },
    'but not both',
  ],
  ['of another version', { ...dsseEntry(envelope, key), apiVersion: '0.0.2' }, 'version 0.0.2'],
  [
    'of the older kind with another payload',
    inTotoEntry(newStatement(), signature),
    'could not verify envelope',
  ],
  ['of the older kind without one', { kind: 'intoto', apiVersion: '0.0.2', spec: {} }, 'envelope'],
];

test.for(wrong)('refuses an envelope %s', async ([, proposed, message]) => {
  expect(await rekor(entries, proposed)).toMatchObject({
    status: 400,
    json: { code: 400, message: expect.stringContaining(message) },
  });
});

test('an envelope that sigstore-js signs verifies', async () => {
  const bundle = await signWithConfig(sandbox, newStatement(), { bundleType: 'dsseEnvelope' });
  const [entry] = bundle.verificationMaterial.tlogEntries;

  expect(entry?.kindVersion).toEqual({ kind: 'dsse', version: '0.0.1' });
  await expect(verifyBundle(sandbox, bundle)).resolves.toBeDefined();
});

test('an envelope that sigstore-js logs as the older kind verifies', async () => {
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({
      fulcioBaseURL: sandbox.urls.fulcio.origin,
      identityProvider: { getToken: async () => sandbox.mintToken() },
    }),
    witnesses: [new RekorWitness({ rekorBaseURL: sandbox.urls.rekor.origin, entryType: 'intoto' })],
  });

  const bundle = await builder.create({ data: newStatement(), type });

  const [entry] = bundle.verificationMaterial.tlogEntries;
  expect(entry?.kindVersion).toEqual({ kind: 'intoto', version: '0.0.2' });
  await expect(verifyBundle(sandbox, bundle)).resolves.toBeDefined();
});
