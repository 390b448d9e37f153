import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MockAgent } from 'undici';
import * as fc from 'fast-check';
import {
  createVerifier,
  VerificationError,
  type SignatureMaterial,
  type VerificationErrorCode,
} from '@wheelseal/signing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { flipped, type AnswerDocument } from './bundle-document.ts';
import { certify } from './foreign-client.ts';
import { fileOf, openScene, type Scene, type Signed } from './signing-scene.ts';

const file = fileOf('the wheel');
const otherFile = fileOf('another wheel', 'demo-1.0.0.tar.gz');
const path = /\/api\/v1\/log\/entries\/retrieve$/;

const runs = Number(process.env['WHEELSEAL_FUZZ_RUNS'] ?? 150);

let scene: Scene;
let signed: Signed;
let sibling: Signed;
let again: Signed;

beforeAll(async () => {
  scene = await openScene();
  [signed, sibling] = await scene.signBoth(file, otherFile);
  again = await scene.signOne(file);
});

afterEach(() => scene.sandbox.faults.clear());
afterAll(async () => scene[Symbol.asyncDispose]());

async function refusalOf(
  material: SignatureMaterial = signed,
  subject = file,
): Promise<VerificationError | undefined> {
  const { signature, certificate } = { signature: '', certificate: '', ...material };
  return scene.verifier.verify(subject, { signature, certificate }, scene.policy).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof VerificationError) return error;
      throw error;
    },
  );
}

test('reads every form in which the two files come', async () => {
  const { signature, certificate } = signed;
  const pem = Buffer.from(certificate, 'base64');
  const signatures = [
    signature,
    `${signature}\n`,
    Buffer.from(signature),
    Buffer.from(signature, 'base64'),
  ];
  const certificates = [
    certificate,
    `${certificate}\r\n`,
    Buffer.from(certificate),
    pem,
    pem.toString(),
    pem.toString().trimEnd(),
    pem.toString().replaceAll('\n', '\r\n'),
    new X509Certificate(pem).raw,
  ];

  for (const one of signatures) {
    expect(await refusalOf({ signature: one, certificate })).toBeUndefined();
  }
  for (const one of certificates) {
    expect(await refusalOf({ signature, certificate: one })).toBeUndefined();
  }
});

test.for([
  ['nothing', ''],
  ['words', 'no signature'],
  ['base64 of words', Buffer.from('no signature').toString('base64')],
  ['base64 without padding', 'MEUCIQ'],
  ['a line in the middle', 'MEUC\nIQ=='],
  ['endless text', 'A'.repeat(200_000)],
])('refuses %s for a signature', async ([, signature]) => {
  expect(await refusalOf({ ...signed, signature: signature! })).toMatchObject({
    code: 'SIGNATURE_MALFORMED',
    hint: expect.stringContaining('.sig'),
  });
});

test('refuses what is no single certificate', async () => {
  const pem = Buffer.from(signed.certificate, 'base64').toString();
  const twice = pem + pem;
  const cases = [
    '',
    'no certificate',
    Buffer.from('no certificate').toString('base64'),
    twice,
    Buffer.from(twice).toString('base64'),
    `words\n${pem}`,
    `${pem}words`,
    pem.replaceAll('CERTIFICATE', 'PUBLIC KEY'),
    new X509Certificate(pem).raw.toString('base64'),
    new X509Certificate(pem).raw.subarray(1),
    Buffer.concat([new X509Certificate(pem).raw, Buffer.of(10)]),
  ];

  for (const certificate of cases) {
    expect(await refusalOf({ ...signed, certificate })).toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
    });
  }
});

test('refuses the certificate of an authority', async () => {
  const chain = await readFile(scene.sandbox.trust.certificateAuthority, 'utf8');

  for (const certificate of chain.match(/-----BEGIN[^]+?END CERTIFICATE-----/g) ?? []) {
    expect(await refusalOf({ ...signed, certificate })).toMatchObject({
      code: 'CERTIFICATE_MALFORMED',
      message: expect.stringContaining('authority'),
    });
  }
});

test('refuses the certificate of a key on another curve', async () => {
  const { certificatePem } = await certify(scene.sandbox, ['P-384', 'sha384']);

  expect(await refusalOf({ ...signed, certificate: certificatePem })).toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
});

test.for<readonly [string, () => SignatureMaterial, VerificationErrorCode]>([
  [
    'a flipped bit',
    () => ({ ...signed, signature: flipped(signed.signature) }),
    'SIGNATURE_INVALID',
  ],
  [
    'the signature of a sibling',
    () => ({ ...signed, signature: sibling.signature }),
    'SIGNATURE_INVALID',
  ],
  [
    'the certificate of another key',
    () => ({ ...signed, certificate: again.certificate }),
    'SIGNATURE_INVALID',
  ],
  ['both of a sibling', () => sibling, 'SIGNATURE_INVALID'],
])('refuses %s without asking the log', async ([, material, code]) => {
  const requests: string[] = [];
  scene.sandbox.faults.add({
    service: 'rekor',
    answer: ({ url }, response) => {
      requests.push(url ?? '');
      response.destroy();
    },
  });

  expect(await refusalOf(material())).toMatchObject({ code });
  expect(requests).toEqual([]);
});

test('refuses the signature for another file', async () => {
  expect(await refusalOf(signed, otherFile)).toMatchObject({ code: 'SIGNATURE_INVALID' });
});

test('asks with exactly the entry that cosign asks with', async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  const asked: unknown[] = [];
  agent
    .get('https://rekor.test')
    .intercept({ path: '/base/api/v1/log/entries/retrieve', method: 'POST' })
    .reply(200, ({ body }) => {
      asked.push(typeof body === 'string' ? JSON.parse(body) : body);
      return [];
    });
  const rekorUrl = new URL('https://rekor.test/base/');
  const verifier = createVerifier(scene.trustedRoot, { rekorUrl, dispatcher: agent });

  await expect(verifier.verify(file, detached(), scene.policy)).rejects.toMatchObject({
    code: 'LOG_ENTRY_MISSING',
  });

  expect(asked).toEqual([
    {
      entries: [
        {
          apiVersion: '0.0.1',
          kind: 'hashedrekord',
          spec: {
            data: { hash: { algorithm: 'sha256', value: file.sha256 } },
            signature: {
              content: signed.signature,
              publicKey: { content: signed.certificate },
            },
          },
        },
      ],
    },
  ]);
  await agent.close();
});

function detached(): SignatureMaterial {
  const { signature, certificate } = signed;
  return { signature, certificate };
}

test('refuses a signature that the log does not know', async () => {
  scene.sandbox.faults.add({ service: 'rekor', path, status: 200, body: [] });

  expect(await refusalOf()).toMatchObject({
    code: 'LOG_ENTRY_MISSING',
    hint: expect.stringContaining('REKOR_URL'),
  });
});

type Change = (answer: AnswerDocument, other: AnswerDocument) => unknown;

/** Lets the log answer with its own entry, changed. */
async function refusalAfter(change: (entries: Record<string, AnswerDocument>[]) => unknown) {
  scene.sandbox.faults.add({
    service: 'rekor',
    path,
    times: 1,
    rewrite: (body) => {
      const entries: Record<string, AnswerDocument>[] = JSON.parse(body.toString());
      return JSON.stringify(change(entries) ?? entries);
    },
  });
  return refusalOf();
}

async function answerTo({ signature, certificate }: Signed, subject = file) {
  const kept: Record<string, AnswerDocument>[] = [];
  const remove = scene.sandbox.faults.add({
    service: 'rekor',
    path,
    rewrite: (body) => {
      kept.push(...JSON.parse(body.toString()));
      return body;
    },
  });
  await scene.verifier.verify(subject, { signature, certificate }, scene.policy);
  remove();
  return kept[0]!;
}

const proof: (
  change: (found: AnswerDocument['verification']['inclusionProof']) => unknown,
) => Change = (change) => (answer) => change(answer.verification.inclusionProof);

test.for<readonly [string, Change, VerificationErrorCode]>([
  ['body', (a) => (a.body = flipped(a.body, 3)), 'LOG_ENTRY_INVALID'],
  ['body of a sibling', (a, b) => (a.body = b.body), 'LOG_ENTRY_INVALID'],
  [
    'integratedTime, one second',
    (a) => (a.integratedTime = Number(a.integratedTime) + 1),
    'LOG_ENTRY_INVALID',
  ],
  [
    'integratedTime, one hour',
    (a) => (a.integratedTime = Number(a.integratedTime) + 3600),
    'TIMESTAMP_INVALID',
  ],
  [
    'integratedTime as text',
    (a) => (a.integratedTime = String(a.integratedTime)),
    'LOG_ENTRY_INVALID',
  ],
  ['integratedTime, none', (a) => Reflect.deleteProperty(a, 'integratedTime'), 'LOG_ENTRY_INVALID'],
  [
    'logID',
    (a) => (a.logID = a.logID.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))),
    'LOG_ENTRY_INVALID',
  ],
  ['logID in capitals', (a) => (a.logID = a.logID.toUpperCase()), 'LOG_ENTRY_INVALID'],
  ['logIndex', (a) => (a.logIndex = Number(a.logIndex) + 1), 'LOG_ENTRY_INVALID'],
  ['logIndex below zero', (a) => (a.logIndex = -1), 'LOG_ENTRY_INVALID'],
  [
    'SET',
    (a) => (a.verification.signedEntryTimestamp = flipped(a.verification.signedEntryTimestamp)),
    'LOG_ENTRY_INVALID',
  ],
  [
    'SET of a sibling',
    (a, b) => (a.verification.signedEntryTimestamp = b.verification.signedEntryTimestamp),
    'LOG_ENTRY_INVALID',
  ],
  [
    'SET, none',
    (a) => Reflect.deleteProperty(a.verification, 'signedEntryTimestamp'),
    'LOG_ENTRY_INVALID',
  ],
  [
    'proof, none',
    (a) => Reflect.deleteProperty(a.verification, 'inclusionProof'),
    'LOG_ENTRY_INVALID',
  ],
  [
    'proof of a sibling',
    (a, b) => (a.verification.inclusionProof = b.verification.inclusionProof),
    'LOG_ENTRY_INVALID',
  ],
  ['verification of a sibling', (a, b) => (a.verification = b.verification), 'LOG_ENTRY_INVALID'],
  ['proof: root', proof((p) => (p.rootHash = p.hashes[0]!)), 'LOG_ENTRY_INVALID'],
  ['proof: size', proof((p) => (p.treeSize = Number(p.treeSize) + 1)), 'LOG_ENTRY_INVALID'],
  ['proof: index', proof((p) => (p.logIndex = Number(p.logIndex) ^ 1)), 'LOG_ENTRY_INVALID'],
  ['proof: hashes', proof((p) => (p.hashes[0] = p.rootHash)), 'LOG_ENTRY_INVALID'],
  ['proof: one hash less', proof((p) => p.hashes.pop()), 'LOG_ENTRY_INVALID'],
  [
    'proof: checkpoint',
    proof((p) => (p.checkpoint = p.checkpoint.replace(/\n\d+\n/, '\n77\n'))),
    'LOG_ENTRY_INVALID',
  ],
  [
    'proof: signature of the checkpoint',
    proof(
      (p) =>
        (p.checkpoint = p.checkpoint.replace(
          /(\S+)\n$/,
          (_, text: string) => `${flipped(text)}\n`,
        )),
    ),
    'LOG_ENTRY_INVALID',
  ],
  [
    'proof: no checkpoint',
    proof((p) => Reflect.deleteProperty(p, 'checkpoint')),
    'LOG_ENTRY_INVALID',
  ],
])('refuses an answer with another %s', async ([, change, code]) => {
  const other = Object.values(await answerTo(sibling, otherFile))[0]!;

  expect(
    await refusalAfter(([entry]) => void change(Object.values(entry!)[0]!, other)),
  ).toMatchObject({
    code,
    hint: expect.stringMatching(/\.$/),
  });
});

test('refuses the valid entry of another file, which cosign 2 accepts', async () => {
  const other = await answerTo(sibling, otherFile);

  expect(await refusalAfter(() => [other])).toMatchObject({ code: 'LOG_ENTRY_MISMATCH' });
});

test('refuses the valid entry of another signature of the same file', async () => {
  const other = await answerTo(again);

  expect(await refusalAfter(() => [other])).toMatchObject({ code: 'LOG_ENTRY_MISMATCH' });
});

test('counts what holds among several entries', async () => {
  const other = await answerTo(sibling, otherFile);

  expect(await refusalAfter((entries) => [other, ...entries, other])).toBeUndefined();
});

test('lets no entry with a forged earlier time count', async () => {
  const { signature, certificate } = signed;
  scene.sandbox.faults.add({
    service: 'rekor',
    path,
    rewrite: (body) => {
      const entries: Record<string, AnswerDocument>[] = JSON.parse(body.toString());
      const forged = structuredClone(entries[0]!);
      for (const entry of Object.values(forged))
        entry.integratedTime = Number(entry.integratedTime) - 1;
      return JSON.stringify([forged, ...entries]);
    },
  });

  const verified = await scene.verifier.verify(file, { signature, certificate }, scene.policy);

  expect(verified.integratedTime).toEqual(signed.integratedTime);
});

function swapped(digits: string): string {
  return digits.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
}

async function refusalRenamed(rename: (identifier: string) => string) {
  return refusalAfter((entries) =>
    entries.map((entry) =>
      Object.fromEntries(Object.entries(entry).map(([id, value]) => [rename(id), value])),
    ),
  );
}

test('takes an identifier with the number of its tree or without', async () => {
  expect(await refusalRenamed((id) => id)).toBeUndefined();
  expect(await refusalRenamed((id) => id.slice(-64))).toBeUndefined();
});

test.for<readonly [string, (identifier: string) => string]>([
  ['hash', swapped],
  ['tree', (id) => swapped(id.slice(0, 16)) + id.slice(16)],
  ['length', (id) => id.slice(1)],
  ['spelling', (id) => id.toUpperCase()],
  ['form', () => 'x'],
])('refuses an entry whose identifier has another %s', async ([, rename]) => {
  expect(await refusalRenamed(rename)).toMatchObject({ code: 'LOG_ENTRY_INVALID' });
});

test.for<readonly [string, unknown]>([
  ['no JSON', '<html>'],
  ['nothing', ''],
  ['an object', {}],
  ['null', 'null'],
  ['a list of words', ['x']],
  ['a list of lists', [[]]],
  ['far too much', 'x'.repeat(5 * 1024 * 1024)],
  ['too many entries', Array.from({ length: 65 }, () => ({}))],
])('refuses an answer that is %s', async ([, body]) => {
  scene.sandbox.faults.add({ service: 'rekor', path, status: 200, body });

  expect(await refusalOf()).toMatchObject({ code: 'LOG_ENTRY_INVALID' });
});

test.for([301, 302, 307, 400, 401, 403, 404, 429, 500, 502, 503])(
  'cannot verify when the log answers %i',
  async (status) => {
    const headers = { location: `${scene.sandbox.urls.gitlab.origin}/elsewhere` };
    scene.sandbox.faults.add({ service: 'rekor', path, status, headers, body: 'secret words' });

    const refusal = await refusalOf();

    expect(refusal).toMatchObject({
      code: 'LOG_UNREACHABLE',
      message: expect.stringContaining(String(status)),
      hint: expect.stringContaining('bundle'),
    });
    expect(refusal?.message).not.toContain('secret');
  },
);

test('cannot verify when the connection is reset', async () => {
  scene.sandbox.faults.add({
    service: 'rekor',
    path,
    answer: (_, response) => void response.socket?.destroy(),
  });

  expect(await refusalOf()).toMatchObject({ code: 'LOG_UNREACHABLE' });
});

test('cannot verify without a log', async () => {
  const nowhere = createVerifier(scene.trustedRoot);
  const closed = createVerifier(scene.trustedRoot, { rekorUrl: new URL('http://127.0.0.1:9') });

  await expect(nowhere.verify(file, detached(), scene.policy)).rejects.toMatchObject({
    code: 'LOG_UNREACHABLE',
    hint: expect.stringContaining('--rekor-url'),
  });
  await expect(closed.verify(file, detached(), scene.policy)).rejects.toMatchObject({
    code: 'LOG_UNREACHABLE',
  });
});

test('stops when the signal is aborted', async () => {
  const before = scene.verifier.verify(file, detached(), scene.policy, {
    signal: AbortSignal.abort(),
  });
  await expect(before).rejects.toMatchObject({ name: 'AbortError' });

  const controller = new AbortController();
  scene.sandbox.faults.add({ service: 'rekor', path, answer: () => controller.abort() });
  const during = scene.verifier.verify(file, detached(), scene.policy, controller);
  await expect(during).rejects.toMatchObject({ name: 'AbortError' });
});

test('refuses every flipped bit of both files', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.nat(), async (isSignature, random) => {
      const text = isSignature ? signed.signature : signed.certificate;
      const bytes = Buffer.from(text);
      const bit = random % (bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const change = isSignature ? { signature: bytes } : { certificate: bytes };

      expect(await refusalOf({ ...detached(), ...change }), `bit ${bit}`).toBeDefined();
    }),
    { numRuns: runs },
  );
});

test('refuses every flipped bit of the answer', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (random) => {
      scene.sandbox.faults.add({
        service: 'rekor',
        path,
        times: 1,
        rewrite: (body) => {
          const bit = random % (body.length * 8);
          body[bit >> 3]! ^= 1 << (bit & 7);
          return body;
        },
      });

      expect(await refusalOf(), `random ${random}`).toBeDefined();
    }),
    { numRuns: runs },
  );
});
