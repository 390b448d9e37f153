import { generateKeyPairSync, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { ed25519ph } from '@noble/curves/ed25519.js';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { leafHash, rootFromInclusion } from './merkle-proofs.ts';
import { call, ellipticKey, publicKeyOf, sha256 } from './signer.ts';
import { hashedRekordRequest, publicKeyVerifier, readCheckpoint, splitBundle } from './tiles.ts';
import type { TiledEntry } from './tiles.ts';

const entries = '/api/v2/log/entries';
const key = ellipticKey();
let sandbox: Sandbox;
let files = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => sandbox.close());

function newFile(): Buffer {
  files += 1;
  return Buffer.from(`file ${files}`);
}

async function log(method: string, path: string, body?: unknown, { urls } = sandbox) {
  return call(method, urls.rekorTiles, path, { body });
}

async function addEntry(
  request: unknown = hashedRekordRequest(newFile(), key),
): Promise<TiledEntry> {
  const answer = await log('POST', entries, request);
  expect(answer.status).toBe(201);
  return answer.json;
}

async function logKey({ trust }: Sandbox = sandbox) {
  return publicKeyOf(await readFile(trust.rekorTilesPublicKey, 'utf8'));
}

async function readTile(path: string): Promise<Buffer | undefined> {
  const response = await fetch(new URL(`/api/v2/tile/${path}`, sandbox.urls.rekorTiles));
  return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
}

function textOf({ canonicalizedBody }: TiledEntry): string {
  return Buffer.from(canonicalizedBody, 'base64').toString();
}

test('a new entry is answered with its place, without a promise and without a time', async () => {
  const { logId, inclusionProof, canonicalizedBody, ...rest } = await addEntry();

  expect(rest).toEqual({
    logIndex: inclusionProof.logIndex,
    kindVersion: { kind: 'hashedrekord', version: '0.0.2' },
    integratedTime: '0',
    inclusionPromise: null,
  });
  expect(Number(rest.logIndex)).toBeGreaterThan(0);
  expect(canonicalizedBody).not.toBe('');
  expect(Buffer.from(logId.keyId, 'base64')).toHaveLength(32);
});

test('the body is the canonical form of the entry', async () => {
  const request = hashedRekordRequest(newFile(), key);
  const { digest, signature } = request.hashedRekordRequestV002;
  const { rawBytes } = publicKeyVerifier(key).publicKey;

  // As Rekor 2.3.0 writes it.
  expect(textOf(await addEntry(request))).toBe(
    `{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":"${digest}"},"signature":{"content":"${signature.content}","verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","publicKey":{"rawBytes":"${rawBytes}"}}}}}}`,
  );
});

test.for([
  ['P-384', 'PKIX_ECDSA_P384_SHA_384', 'SHA2_384'],
  ['P-521', 'PKIX_ECDSA_P521_SHA_512', 'SHA2_512'],
] as const)('takes signatures on %s', async ([curve, keyDetails, algorithm]) => {
  const body = JSON.parse(
    textOf(await addEntry(hashedRekordRequest(newFile(), ellipticKey(curve), { keyDetails }))),
  );

  expect(body.spec.hashedRekordV002).toMatchObject({
    data: { algorithm },
    signature: { verifier: { keyDetails } },
  });
});

test('takes signatures of Ed25519 over a digest, and fails at those over the file itself', async () => {
  const pair = generateKeyPairSync('ed25519');
  const seed = Buffer.from(pair.privateKey.export({ format: 'jwk' }).d ?? '', 'base64url');
  const file = newFile();
  const signature = ed25519ph.sign(file, seed);
  const request = (keyDetails: string) =>
    hashedRekordRequest(file, pair, { keyDetails, signature });

  await addEntry(request('PKIX_ED25519_PH'));

  const answer = await log('POST', entries, request('PKIX_ED25519'));
  expect(answer).toMatchObject({ status: 500, json: { code: 13 } });
  signature[3]! ^= 1;
  expect((await log('POST', entries, request('PKIX_ED25519_PH'))).status).toBe(400);
});

test('the same entry is refused the second time, and its index is named', async () => {
  const request = hashedRekordRequest(newFile(), key);
  const { logIndex } = await addEntry(request);

  const again = await log('POST', entries, request);

  expect(again.status).toBe(409);
  expect(again.headers.get('x-log-index')).toBe(logIndex);
  expect(again.json).toEqual({
    code: 6,
    message: `an equivalent entry already exists in the transparency log with index ${logIndex}`,
    details: [],
  });
});

test('the checkpoint is a signed note of the log, under the ID that entries name', async () => {
  const { logId, inclusionProof } = await addEntry();
  const { rootHash, treeSize, checkpoint } = inclusionProof;
  const { signed, keyHint, signature, ...note } = readCheckpoint(checkpoint.envelope);
  const name = sandbox.urls.rekorTiles.hostname;
  const publicKey = await logKey();
  const rawKey = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const id = sha256(Buffer.from(`${name}\n\u0001`), rawKey);

  expect(note).toEqual({
    origin: name,
    name,
    dash: '\u2014',
    size: treeSize,
    rootHash,
    rest: [],
  });
  expect(logId.keyId).toBe(id.toString('base64'));
  expect(keyHint).toEqual(id.subarray(0, 4));
  expect(verify(null, signed, publicKey, signature)).toBe(true);
});

test('a log with a key on P-256 goes by the digest of the key alone', async () => {
  await using other = await startSandbox({ rekorTiles: { key: 'P-256' } });
  const { text } = await log('GET', '/api/v2/checkpoint', undefined, other);
  const { signed, keyHint, signature } = readCheckpoint(text);
  const publicKey = await logKey(other);

  expect(keyHint).toEqual(sha256(publicKey.export({ type: 'spki', format: 'der' })).subarray(0, 4));
  expect(verify('sha256', signed, publicKey, signature)).toBe(true);
  const root = JSON.parse(await readFile(other.trust.trustedRoot, 'utf8'));
  expect(root.tlogs[1].publicKey.keyDetails).toBe('PKIX_ECDSA_P256_SHA_256');
});

test('every entry is proven to be under the checkpoint beside it', async () => {
  for (let count = 0; count < 20; count += 1) {
    const { logIndex, inclusionProof, canonicalizedBody } = await addEntry();
    const leaf = leafHash(Buffer.from(canonicalizedBody, 'base64'));
    const place = { index: Number(logIndex), size: Number(inclusionProof.treeSize), leaf };
    const proof = inclusionProof.hashes.map((hash) => Buffer.from(hash, 'base64'));

    expect(rootFromInclusion(place, proof).toString('base64')).toBe(inclusionProof.rootHash);
  }
});

test('the tiles hold every entry and the hash of each', async () => {
  const { canonicalizedBody } = await addEntry();
  const { size } = readCheckpoint((await log('GET', '/api/v2/checkpoint')).text);

  const [hashes, bundle] = [
    await readTile(`0/000.p/${size}`),
    await readTile(`entries/000.p/${size}`),
  ];
  const bodies = splitBundle(bundle!);

  expect(bodies).toHaveLength(Number(size));
  expect(bodies.at(-1)?.toString('base64')).toBe(canonicalizedBody);
  expect(hashes).toEqual(Buffer.concat(bodies.map(leafHash)));
  expect(await readTile(`0/000.p/${Number(size) + 1}`)).toBeUndefined();
  expect(await readTile('0/000')).toBeUndefined();
});

test('a full tile is one hash of the level above', async () => {
  for (;;) {
    const { logIndex } = await addEntry();
    if (Number(logIndex) >= 256) break;
  }
  const full = await readTile('0/000');
  const above = await readTile('1/000.p/1');
  const halves = (hashes: readonly Buffer[]): readonly Buffer[] =>
    hashes.length < 2
      ? hashes
      : halves(
          Array.from({ length: hashes.length / 2 }, (_, index) =>
            sha256(Buffer.of(1), hashes[2 * index]!, hashes[2 * index + 1]!),
          ),
        );
  const leaves = Array.from({ length: 256 }, (_, index) =>
    full!.subarray(index * 32, index * 32 + 32),
  );

  expect(halves(leaves)).toEqual([above]);
  expect(await readTile('0/001.p/1')).toHaveLength(32);
  expect(splitBundle((await readTile('entries/000'))!)).toHaveLength(256);
});

test.for(['0/000.p/0', '0/000.p/256', '0/000.p/01', '0/0', '00/000', '0/x000/000', '0/000.p'])(
  'there is no tile `%s`',
  async (path) => {
    expect(await readTile(path)).toBeUndefined();
  },
);

type Request = ReturnType<typeof hashedRekordRequest>['hashedRekordRequestV002'];
const file = Buffer.from('a file');

function spoilt(change: (request: Request) => object) {
  const { hashedRekordRequestV002 } = hashedRekordRequest(file, key);
  return { hashedRekordRequestV002: change(hashedRekordRequestV002) };
}

const dsse = { dsseRequestV002: { envelope: {}, verifiers: [] } };
const invalid = 'invalid hashedrekord request';
const wrong: readonly (readonly [name: string, request: unknown, message: string])[] = [
  ['nothing', {}, 'invalid type, must be hashedrekord'],
  ['an envelope', dsse, 'invalid type, must be hashedrekord'],
  ['text', '{', 'JSON'],
  ['a list', [], 'unexpected token'],
  ['an unknown field', { entry: {} }, 'unknown field "entry"'],
  ['a field of Rekor 1', spoilt((request) => ({ ...request, data: {} })), 'unknown field "data"'],
  ['no base64', spoilt((request) => ({ ...request, digest: '%' })), 'invalid value for bytes'],
  ['two requests', { ...hashedRekordRequest(file, key), ...dsse }, 'already set'],
  ['an empty request', { hashedRekordRequestV002: {} }, invalid],
  ['no verifier', spoilt(({ digest, signature: { content } }) => ({ digest, content })), 'unknown'],
  ['no digest', spoilt(({ signature }) => ({ signature })), invalid],
  ['a digest of another file', spoilt((request) => ({ ...request, digest: sha256() })), 'bytes'],
  [
    'a signature over another file',
    spoilt(({ digest }) => ({
      ...hashedRekordRequest(Buffer.from('another'), key).hashedRekordRequestV002,
      digest,
    })),
    invalid,
  ],
  ['a key of another kind', hashedRekordRequest(file, ellipticKey('P-384')), invalid],
  [
    'a kind of key that is not taken',
    hashedRekordRequest(file, ellipticKey('P-384'), { keyDetails: 'PKIX_ECDSA_P384_SHA_256' }),
    invalid,
  ],
  [
    'a key and a certificate',
    hashedRekordRequest(file, key, {
      verifier: { ...publicKeyVerifier(key), x509Certificate: publicKeyVerifier(key).publicKey },
    }),
    invalid,
  ],
];

test.for(wrong)('refuses %s, and the log stays as it is', async ([, request, message]) => {
  const before = await log('GET', '/api/v2/checkpoint');

  const answer = await log('POST', entries, request);

  expect(answer).toMatchObject({
    status: 400,
    json: { code: 3, message: expect.stringContaining(message), details: [] },
  });
  expect((await log('GET', '/api/v2/checkpoint')).text).toBe(before.text);
});

test.for([
  ['GET', entries, 501],
  ['POST', '/api/v2/checkpoint', 501],
  ['GET', '/api/v1/log', 404],
  ['GET', '/healthz', 200],
] as const)('answers %s %s as Rekor does', async ([method, path, status]) => {
  expect((await log(method, path)).status).toBe(status);
});

test('a body of more than 4 MiB is refused', async () => {
  const answer = await log('POST', entries, { digest: 'A'.repeat(4 * 1024 * 1024) });

  expect(answer).toMatchObject({ status: 400, json: { message: 'http: request body too large' } });
});
