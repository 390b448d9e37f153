/**
 * Log entries that a trusted log did sign, and that prove nothing about the file.
 *
 * @module
 */

import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier as SigstoreVerifier } from '@sigstore/verify';
import {
  createVerifier,
  parseTrustedRoot,
  type Verifier,
  type VerificationErrorCode,
} from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf } from './bundle-document.ts';
import { createOwnLog, type LogStatement, type OwnLog } from './own-log.ts';
import { fileOf, openScene, type Scene, type Signed } from './signing-scene.ts';

const file = fileOf('the wheel');
const other = fileOf('another wheel');

let scene: Scene;
let log: OwnLog;
let root: object;
let verifier: Verifier;
let signed: Signed;
let stranger: Signed;

beforeAll(async () => {
  scene = await openScene();
  log = createOwnLog();
  root = {
    ...JSON.parse(await readFile(scene.sandbox.trust.trustedRoot, 'utf8')),
    tlogs: log.tlogs,
  };
  verifier = createVerifier(parseTrustedRoot(JSON.stringify(root)));
  signed = await scene.signOne(file);
  stranger = await scene.signOne(file);
});

afterAll(async () => scene[Symbol.asyncDispose]());

/** The body a log would have for the signed file. */
function bodyOf({ signature, certificate }: Signed, sha256 = file.sha256): string {
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256 } },
      signature: { content: signature, publicKey: { content: certificate } },
    },
  });
}

function bundleWith(statement: LogStatement): string {
  const document = documentOf(signed.bundle);
  document.verificationMaterial.tlogEntries = [log.enter(statement)];
  return JSON.stringify(document);
}

async function codeOf(statement: LogStatement): Promise<string> {
  return verifier.verify(file, { bundle: bundleWith(statement) }, scene.policy).then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'crash'),
  );
}

/** Whether the library underneath takes it, without our checks. */
function isAcceptedBySigstore(statement: LogStatement): boolean {
  const material = toTrustMaterial(TrustedRootMessage.fromJSON(root));
  const bundle = bundleFromJSON(JSON.parse(bundleWith(statement)));
  try {
    new SigstoreVerifier(material).verify(toSignedEntity(bundle, Buffer.from('the wheel')));
    return true;
  } catch {
    return false;
  }
}

function pemOf(certificate: string): string {
  return Buffer.from(certificate, 'base64').toString();
}

test('accepts the entry of the file', async () => {
  expect(await codeOf({ body: bodyOf(signed) })).toBe('accepted');
  expect(isAcceptedBySigstore({ body: bodyOf(signed) })).toBe(true);
});

test('accepts the name of a log without the number of its tree', async () => {
  expect(await codeOf({ body: bodyOf(signed), origin: 'log.example' })).toBe('accepted');
});

type Entry = readonly [
  title: string,
  statement: () => LogStatement,
  code: VerificationErrorCode,
  isAcceptedElsewhere: boolean,
];

function withContent(content: string): LogStatement {
  const encoded = Buffer.from(content).toString('base64');
  return { body: bodyOf(signed).replace(signed.certificate, encoded) };
}

test.for<Entry>([
  [
    'another certificate',
    () => ({ body: bodyOf({ ...signed, certificate: stranger.certificate }) }),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  [
    'a public key in place of the certificate',
    () =>
      withContent(
        new X509Certificate(pemOf(signed.certificate)).publicKey
          .export({ type: 'spki', format: 'pem' })
          .toString(),
      ),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  ['no certificate', () => withContent(''), 'LOG_ENTRY_MISMATCH', true],
  [
    'the certificate and another one',
    () => withContent(pemOf(signed.certificate) + pemOf(stranger.certificate)),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  [
    'words before the certificate',
    () => withContent(`words\n${pemOf(signed.certificate)}`),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  [
    'another hash algorithm',
    () => ({ body: bodyOf(signed).replace('"sha256"', '"sha512"') }),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  [
    'the digest in capitals',
    () => ({ body: bodyOf(signed, file.sha256.toUpperCase()) }),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  [
    'words after the digest',
    () => ({ body: bodyOf(signed, `${file.sha256}zz`) }),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  ['another digest', () => ({ body: bodyOf(signed, other.sha256) }), 'LOG_ENTRY_MISMATCH', false],
  [
    'another signature',
    () => ({ body: bodyOf({ ...signed, signature: stranger.signature }) }),
    'LOG_ENTRY_MISMATCH',
    false,
  ],
  [
    'a signature in a lenient spelling',
    () => ({ body: bodyOf({ ...signed, signature: ` ${signed.signature}` }) }),
    'LOG_ENTRY_MISMATCH',
    true,
  ],
  [
    'more fields',
    () => ({ body: bodyOf(signed).replace('"kind"', '"extra":1,"kind"') }),
    'LOG_ENTRY_INVALID',
    true,
  ],
  [
    'a field twice',
    () => ({ body: bodyOf(signed).replace('"value"', `"value":"${other.sha256}","value"`) }),
    'LOG_ENTRY_INVALID',
    true,
  ],
  ['spaces', () => ({ body: bodyOf(signed).replace(':', ': ') }), 'LOG_ENTRY_INVALID', true],
  [
    'fields in another order',
    () => ({
      body: bodyOf(signed).replace(/("apiVersion":"0.0.1"),("kind":"hashedrekord")/, '$2,$1'),
    }),
    'LOG_ENTRY_INVALID',
    true,
  ],
  [
    'another kind',
    () => ({ body: bodyOf(signed).replace('hashedrekord', 'rekord') }),
    'LOG_ENTRY_MISMATCH',
    false,
  ],
  [
    'another kind, as it says',
    () => ({ body: bodyOf(signed).replace('hashedrekord', 'rekord'), kind: 'rekord' }),
    'LOG_ENTRY_MISMATCH',
    false,
  ],
  [
    'another version',
    () => ({ body: bodyOf(signed).replace('0.0.1', '0.0.2') }),
    'LOG_ENTRY_MISMATCH',
    false,
  ],
  [
    'another version, as it says',
    () => ({ body: bodyOf(signed).replace('0.0.1', '0.0.2'), version: '0.0.2' }),
    'LOG_ENTRY_INVALID',
    false,
  ],
  ['no fields', () => ({ body: '{}' }), 'LOG_ENTRY_INVALID', false],
  ['nothing', () => ({ body: 'null' }), 'LOG_ENTRY_INVALID', false],
  [
    'a time before the certificate',
    () => ({ body: bodyOf(signed), integratedTime: Math.floor(Date.now() / 1000) - 3600 }),
    'TIMESTAMP_INVALID',
    false,
  ],
  [
    'a time after the certificate',
    () => ({ body: bodyOf(signed), integratedTime: Math.floor(Date.now() / 1000) + 3600 }),
    'TIMESTAMP_INVALID',
    false,
  ],
  ['no time', () => ({ body: bodyOf(signed), integratedTime: 0 }), 'TIMESTAMP_INVALID', false],
  [
    'the root of another tree',
    () => ({ body: bodyOf(signed), rootHash: createHash('sha256').digest() }),
    'LOG_ENTRY_INVALID',
    false,
  ],
  [
    'the size of another tree',
    () => ({ body: bodyOf(signed), treeSize: 2 }),
    'LOG_ENTRY_INVALID',
    false,
  ],
  [
    'a checkpoint of a log with another name',
    () => ({ body: bodyOf(signed), origin: 'other.example - 1' }),
    'LOG_ENTRY_INVALID',
    true,
  ],
  [
    'a checkpoint under a part of its name',
    () => ({ body: bodyOf(signed), name: 'log' }),
    'LOG_ENTRY_INVALID',
    true,
  ],
])('refuses an entry with %s', async ([, statement, code, isAcceptedElsewhere]) => {
  expect(await codeOf(statement())).toBe(code);
  // What the library starts to refuse need not be refused here for ever.
  expect(isAcceptedBySigstore(statement())).toBe(isAcceptedElsewhere);
});
