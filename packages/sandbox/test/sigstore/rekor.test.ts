import { readFile } from 'node:fs/promises';
import { verify } from 'node:crypto';

import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { leafHash, rootFromInclusion, rootsFromConsistency } from './merkle-proofs.ts';
import {
  call,
  ellipticKey,
  hashedRekord,
  onlyEntry,
  pem,
  publicKeyOf,
  sha256,
  signFile,
} from './signer.ts';

const entries = '/api/v1/log/entries';
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

async function rekor(method: string, path: string, body?: unknown) {
  return call(method, sandbox.urls.rekor, path, { body });
}

async function logKey() {
  return publicKeyOf(await readFile(sandbox.trust.rekorPublicKey, 'utf8'));
}

async function search(query: object) {
  return (await rekor('POST', '/api/v1/index/retrieve', query)).json;
}

async function treeSize(): Promise<number> {
  return (await rekor('GET', '/api/v1/log')).json.treeSize;
}

test('a new entry is answered with its place and found there', async () => {
  const created = await rekor('POST', entries, hashedRekord(newFile(), key));
  const { id, entry } = onlyEntry(created);

  expect(created.status).toBe(201);
  expect(created.headers.get('location')).toBe(`${entries}/${id}`);
  expect(created.headers.get('etag')).toBe(id);
  const found = await rekor('GET', created.headers.get('location')!);
  expect(onlyEntry(found)).toMatchObject({ id, entry: { body: entry.body } });
});

test('an entry is found by its ID, by the hash in it, and by its index', async () => {
  const { id, entry } = onlyEntry(await rekor('POST', entries, hashedRekord(newFile(), key)));

  for (const path of [`/${id}`, `/${id.slice(16)}`, `?logIndex=${entry.logIndex}`]) {
    expect(onlyEntry(await rekor('GET', `${entries}${path}`)).id).toBe(id);
  }
});

test('the ID is the tree and the hash of the leaf', async () => {
  const { id, entry } = onlyEntry(await rekor('POST', entries, hashedRekord(newFile(), key)));
  const { treeID } = (await rekor('GET', '/api/v1/log')).json;

  expect(id.slice(0, 16)).toBe(BigInt(treeID).toString(16));
  expect(id.slice(16)).toBe(leafHash(Buffer.from(entry.body, 'base64')).toString('hex'));
});

test('the body is the canonical form of the entry', async () => {
  const { certificates, proposed } = await signFile(sandbox, newFile());
  const { spec } = proposed;

  const answer = await rekor('POST', `${entries}/retrieve`, { entries: [proposed] });

  const [[entry]] = answer.json.map((found: object) => Object.values(found));
  const content = Buffer.from(`${certificates[0]!.toString().trim()}\n`).toString('base64');
  expect(Buffer.from(entry.body, 'base64').toString()).toBe(
    `{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"${spec.data.hash.value}"}},"signature":{"content":"${spec.signature.content}","publicKey":{"content":"${content}"}}}}`,
  );
});

test('a proposed entry in another spelling is the same entry', async () => {
  const file = newFile();
  const proposed = hashedRekord(file, key);
  const { id } = onlyEntry(await rekor('POST', entries, proposed));
  const crlf = Buffer.from(pem(key.publicKey).replaceAll('\n', '\r\n')).toString('base64');
  proposed.spec.signature.publicKey.content = crlf;

  const again = await rekor('POST', entries, proposed);

  expect(again.status).toBe(409);
  expect(again.headers.get('location')).toBe(`${entries}/${id}`);
  expect(again.json).toEqual({
    code: 409,
    message: `an equivalent entry already exists in the transparency log with UUID ${id}`,
  });
});

test('the promise is signed by the log over the canonical entry', async () => {
  const { entry } = onlyEntry(await rekor('POST', entries, hashedRekord(newFile(), key)));
  const { body, integratedTime, logID, logIndex, verification } = entry;
  const promised = `{"body":"${body}","integratedTime":${integratedTime},"logID":"${logID}","logIndex":${logIndex}}`;
  const signature = Buffer.from(verification.signedEntryTimestamp, 'base64');

  expect(verify('sha256', Buffer.from(promised), await logKey(), signature)).toBe(true);
  expect(logID).toBe(
    sha256((await logKey()).export({ type: 'spki', format: 'der' })).toString('hex'),
  );
});

test('the checkpoint is signed by the log and names size and root of the tree', async () => {
  const { entry } = onlyEntry(await rekor('POST', entries, hashedRekord(newFile(), key)));
  const { checkpoint, rootHash, treeSize: size } = entry.verification.inclusionProof;
  const [note, signatures] = checkpoint.split('\n\n');
  const [origin, sizeLine, rootLine] = note!.split('\n');
  const [dash, name, base64] = signatures!.trim().split(' ');
  const { treeID } = (await rekor('GET', '/api/v1/log')).json;

  expect([dash, name]).toEqual(['\u2014', sandbox.urls.rekor.host]);
  expect(origin).toBe(`${sandbox.urls.rekor.host} - ${treeID}`);
  expect([sizeLine, rootLine]).toEqual([
    String(size),
    Buffer.from(rootHash, 'hex').toString('base64'),
  ]);
  const bytes = Buffer.from(base64!, 'base64');
  expect(bytes.subarray(0, 4).toString('hex')).toBe(entry.logID.slice(0, 8));
  expect(verify('sha256', Buffer.from(`${note}\n`), await logKey(), bytes.subarray(4))).toBe(true);
});

test('every entry is proven to be in the tree of every later size', async () => {
  while ((await treeSize()) < 21) {
    const created = await rekor('POST', entries, hashedRekord(newFile(), key));
    for (let index = 0; index <= onlyEntry(created).entry.logIndex; index += 1) {
      const { entry } = onlyEntry(await rekor('GET', `${entries}?logIndex=${index}`));
      const { hashes, rootHash, treeSize: size } = entry.verification.inclusionProof;
      const leaf = leafHash(Buffer.from(entry.body, 'base64'));
      const proof = hashes.map((hash) => Buffer.from(hash, 'hex'));
      expect(rootFromInclusion({ index, size, leaf }, proof).toString('hex')).toBe(rootHash);
    }
  }
});

test('every size of the tree is proven to be the beginning of the present one', async () => {
  const roots = new Map<number, Buffer>();
  await using fresh = await startSandbox();
  const ask = async (method: string, path: string, body?: unknown) =>
    call(method, fresh.urls.rekor, path, { body });
  const remember = async (): Promise<number> => {
    const { rootHash, treeSize: size } = (await ask('GET', '/api/v1/log')).json;
    roots.set(size, Buffer.from(rootHash, 'hex'));
    return size;
  };
  while ((await remember()) < 17) await ask('POST', entries, hashedRekord(newFile(), key));

  for (const [first, firstRoot] of roots) {
    const { json } = await ask('GET', `/api/v1/log/proof?firstSize=${first}&lastSize=17`);
    const proof = json.hashes.map((hash: string) => Buffer.from(hash, 'hex'));
    const found = rootsFromConsistency({ first, second: 17, firstRoot }, proof);
    expect(found.firstRoot).toEqual(firstRoot);
    expect(found.secondRoot.toString('hex')).toBe(json.rootHash);
  }
});

test('entries are retrieved by ID, by content and by index, and what is not there is left out', async () => {
  const proposed = [hashedRekord(newFile(), key), hashedRekord(newFile(), key)];
  const [first, second] = [
    onlyEntry(await rekor('POST', entries, proposed[0])),
    onlyEntry(await rekor('POST', entries, proposed[1])),
  ];

  const answer = await rekor('POST', `${entries}/retrieve`, {
    entryUUIDs: [first.id, 'f'.repeat(64)],
    entries: [proposed[1], hashedRekord(newFile(), key)],
    logIndexes: [first.entry.logIndex, 123_456],
  });

  expect(answer.status).toBe(200);
  expect(answer.json.flatMap(Object.keys)).toEqual([first.id, second.id, first.id]);
});

test('entries are searched by digest, key and identity', async () => {
  const file = newFile();
  const { certificates } = await signFile(sandbox, file);
  const hash = `sha256:${sha256(file).toString('hex')}`;
  const publicKey = {
    format: 'x509',
    content: Buffer.from(certificates[0]!.toString()).toString('base64'),
  };

  const [id] = await search({ hash });
  expect(id).toHaveLength(80);
  expect(await search({ hash: hash.slice('sha256:'.length) })).toEqual([id]);
  expect(await search({ publicKey })).toEqual([id]);
  expect(await search({ publicKey, hash, operator: 'and' })).toEqual([id]);
  expect(await search({ publicKey, hash: 'f'.repeat(64), operator: 'and' })).toEqual([]);
  expect(await search({ publicKey, hash: 'f'.repeat(64) })).toEqual([id]);
});

test('publishes the key that the trust names', async () => {
  const answer = await rekor('GET', '/api/v1/log/publicKey');

  expect(answer.headers.get('content-type')).toBe('application/x-pem-file');
  expect(answer.text).toBe(await readFile(sandbox.trust.rekorPublicKey, 'utf8'));
});

test('a fresh log has one entry of its own, so that no index of a user is 0', async () => {
  await using fresh = await startSandbox();
  const proposed = hashedRekord(newFile(), key);

  const created = await call('POST', fresh.urls.rekor, entries, { body: proposed });

  expect(onlyEntry(created).entry.logIndex).toBe(1);
});

const wrong: readonly (readonly [
  string,
  (proposed: ReturnType<typeof hashedRekord>) => unknown,
])[] = [
  ['of another kind', (proposed) => ({ ...proposed, kind: 'rekord' })],
  ['of another version', (proposed) => ({ ...proposed, apiVersion: '0.0.2' })],
  ['without a body', () => ({})],
  ['that is no JSON', () => '{'],
  [
    'with a digest that is none',
    ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, data: { hash: { algorithm: 'sha256', value: 'abc' } } },
    }),
  ],
  [
    'with a digest of another kind',
    ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, data: { hash: { ...spec.data.hash, algorithm: 'sha512' } } },
    }),
  ],
  [
    'with a signature over another file',
    ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, signature: hashedRekord(Buffer.from('other'), key).spec.signature },
    }),
  ],
  [
    'with a signature by another key',
    ({ spec, ...rest }) => ({
      ...rest,
      spec: {
        ...spec,
        signature: {
          ...spec.signature,
          publicKey: { content: Buffer.from(pem(ellipticKey().publicKey)).toString('base64') },
        },
      },
    }),
  ],
  [
    'with a signature that is none',
    ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, signature: { ...spec.signature, content: 'AAAA' } },
    }),
  ],
  [
    'with a key that is none',
    ({ spec, ...rest }) => ({
      ...rest,
      spec: { ...spec, signature: { ...spec.signature, publicKey: { content: 'AAAA' } } },
    }),
  ],
];

test.for(wrong)('refuses an entry %s, and the log stays as it is', async ([, spoil]) => {
  const size = await treeSize();

  const answer = await rekor('POST', entries, spoil(hashedRekord(newFile(), key)));

  expect(answer).toMatchObject({ status: 400, json: { code: 400 } });
  expect(await treeSize()).toBe(size);
});

test.for([
  ['GET', `${entries}/${'f'.repeat(80)}`, undefined, 404],
  ['GET', `${entries}/${'f'.repeat(64)}`, undefined, 404],
  ['GET', `${entries}/nonsense`, undefined, 422],
  ['GET', entries, undefined, 422],
  ['GET', `${entries}?logIndex=x`, undefined, 422],
  ['GET', `${entries}?logIndex=999999`, undefined, 404],
  ['POST', `${entries}/retrieve`, { logIndexes: Array.from({ length: 11 }, () => 0) }, 422],
  ['POST', `${entries}/retrieve`, { entryUUIDs: ['nonsense'] }, 400],
  ['GET', '/api/v1/log/proof?lastSize=999999', undefined, 400],
  ['GET', '/api/v1/log/proof?firstSize=5&lastSize=3', undefined, 400],
  ['GET', '/api/v1/log/proof', undefined, 422],
  ['DELETE', entries, undefined, 404],
] as const)('answers %s %s with body %o as Rekor does', async ([method, path, body, status]) => {
  expect((await rekor(method, path, body)).status).toBe(status);
});
