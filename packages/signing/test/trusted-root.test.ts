import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createSigner,
  createVerifier,
  loadTrustedRoot,
  parseIdentityToken,
  parseTrustedRoot,
} from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf, flipped } from './bundle-document.ts';
import { fileOf, openScene, whole, type Scene, type Signed } from './signing-scene.ts';

interface AuthorityDocument {
  certChain: { certificates: { rawBytes: string }[] };
  validFor: Record<string, string>;
}

interface LogDocument {
  baseUrl: string;
  publicKey: { rawBytes: string; validFor: Record<string, string> };
  logId: { keyId: string };
}

interface RootDocument {
  mediaType: unknown;
  tlogs: LogDocument[];
  ctlogs: LogDocument[];
  certificateAuthorities: AuthorityDocument[];
  timestampAuthorities: AuthorityDocument[];
}

const file = fileOf('the wheel');
const past = new Date(Date.now() - 3_600_000).toISOString();
const future = new Date(Date.now() + 3_600_000).toISOString();

let scene: Scene;
let other: Scene;
let text: string;
let otherText: string;
/** With a timestamp, so that every part of the trusted root is needed. */
let signed: Signed;

beforeAll(async () => {
  [scene, other] = await Promise.all([openScene(), openScene()]);
  text = await readFile(scene.sandbox.trust.trustedRoot, 'utf8');
  otherText = await readFile(other.sandbox.trust.trustedRoot, 'utf8');
  const { fulcio, rekor, timestamp } = scene.sandbox.urls;
  const signer = createSigner({
    fulcioUrl: fulcio,
    rekorUrl: rekor,
    timestampUrl: new URL('/api/v1/timestamp', timestamp),
  });
  const token = parseIdentityToken(await scene.sandbox.mintToken());
  signed = whole((await signer.sign([file], token))[0]!);
});

afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

function changed(change: (root: RootDocument, foreign: RootDocument) => unknown): string {
  const root: RootDocument = JSON.parse(text);
  change(root, JSON.parse(otherText));
  return JSON.stringify(root);
}

async function codeUnder(root: string): Promise<string> {
  const verifier = createVerifier(parseTrustedRoot(root));
  return verifier.verify(file, { bundle: signed.bundle }, scene.policy).then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'crash'),
  );
}

test('accepts under the trusted root itself', async () => {
  expect(await codeUnder(text)).toBe('accepted');
});

test('shows what is trusted', () => {
  expect(parseTrustedRoot(text)).toMatchObject({
    certificateAuthorities: [
      { url: scene.sandbox.urls.fulcio.origin, validFrom: expect.any(Date) },
    ],
    transparencyLogs: [
      { url: scene.sandbox.urls.rekor.origin },
      { url: scene.sandbox.urls.rekorTiles.origin },
    ],
    certificateLogs: [{ url: expect.stringContaining(scene.sandbox.urls.fulcio.origin) }],
    timestampAuthorities: [{ url: expect.stringContaining('/api/v1/timestamp') }],
  });
});

test.for<readonly [string, (root: RootDocument, foreign: RootDocument) => unknown, string]>([
  [
    'another certificate authority',
    (r, f) => (r.certificateAuthorities = f.certificateAuthorities),
    'CERTIFICATE_UNTRUSTED',
  ],
  [
    'an authority of the future',
    (r) => (r.certificateAuthorities[0]!.validFor = { start: future }),
    'CERTIFICATE_UNTRUSTED',
  ],
  [
    'an authority of the past',
    (r) => (r.certificateAuthorities[0]!.validFor['end'] = past),
    'CERTIFICATE_UNTRUSTED',
  ],
  [
    'only the intermediate',
    (r) => r.certificateAuthorities[0]!.certChain.certificates.pop(),
    'CERTIFICATE_UNTRUSTED',
  ],
  [
    'only the root',
    (r) => r.certificateAuthorities[0]!.certChain.certificates.shift(),
    'CERTIFICATE_UNTRUSTED',
  ],
  ['another log', (r, f) => (r.tlogs = f.tlogs), 'LOG_ENTRY_INVALID'],
  [
    'another log under the name of the log',
    (r, f) => {
      r.tlogs = f.tlogs.map((log) => ({
        ...log,
        baseUrl: r.tlogs[0]!.baseUrl,
        logId: r.tlogs[0]!.logId,
      }));
    },
    'LOG_ENTRY_INVALID',
  ],
  [
    'the log at another address',
    (r) => (r.tlogs[0]!.baseUrl = 'https://log.example'),
    'LOG_ENTRY_INVALID',
  ],
  [
    'a log of the future',
    (r) => (r.tlogs[0]!.publicKey.validFor = { start: future }),
    'LOG_ENTRY_INVALID',
  ],
  ['a log of the past', (r) => (r.tlogs[0]!.publicKey.validFor['end'] = past), 'LOG_ENTRY_INVALID'],
  ['no certificate log', (r) => (r.ctlogs = []), 'SCT_INVALID'],
  ['no list of certificate logs', (r) => Reflect.deleteProperty(r, 'ctlogs'), 'SCT_INVALID'],
  ['another certificate log', (r, f) => (r.ctlogs = f.ctlogs), 'SCT_INVALID'],
  [
    'another certificate log under the name of the log',
    (r, f) => {
      r.ctlogs = f.ctlogs.map((log) => ({ ...log, logId: r.ctlogs[0]!.logId }));
    },
    'SCT_INVALID',
  ],
  [
    'a certificate log of the future',
    (r) => (r.ctlogs[0]!.publicKey.validFor = { start: future }),
    'SCT_INVALID',
  ],
  [
    'a certificate log of the past',
    (r) => (r.ctlogs[0]!.publicKey.validFor['end'] = past),
    'SCT_INVALID',
  ],
  ['no timestamp authority', (r) => (r.timestampAuthorities = []), 'TIMESTAMP_INVALID'],
  [
    'another timestamp authority',
    (r, f) => (r.timestampAuthorities = f.timestampAuthorities),
    'TIMESTAMP_INVALID',
  ],
  [
    'a timestamp authority of the future',
    (r) => (r.timestampAuthorities[0]!.validFor = { start: future }),
    'TIMESTAMP_INVALID',
  ],
  [
    'a timestamp authority of the past',
    (r) => (r.timestampAuthorities[0]!.validFor['end'] = past),
    'TIMESTAMP_INVALID',
  ],
])('refuses under %s', async ([, change, code]) => {
  expect(await codeUnder(changed(change))).toBe(code);
});

test('accepts beside what is not needed', async () => {
  const both = changed((root, foreign) => {
    root.certificateAuthorities.unshift(...foreign.certificateAuthorities);
    root.tlogs.unshift(...foreign.tlogs);
    root.ctlogs.unshift(...foreign.ctlogs);
    root.timestampAuthorities.unshift(...foreign.timestampAuthorities);
  });

  expect(await codeUnder(both)).toBe('accepted');
});

test.for<readonly [string, (root: RootDocument) => unknown, string]>([
  [
    'a log key without a start',
    (r) => (r.tlogs[0]!.publicKey.validFor = {}),
    'tlogs.0.publicKey.validFor.start',
  ],
  [
    'a log key without validity',
    (r) => Reflect.deleteProperty(r.tlogs[0]!.publicKey, 'validFor'),
    'tlogs.0.publicKey.validFor',
  ],
  ['a certificate log without a start', (r) => (r.ctlogs[0]!.publicKey.validFor = {}), 'ctlogs.0'],
  [
    'an authority without a start',
    (r) => (r.certificateAuthorities[0]!.validFor = {}),
    'certificateAuthorities.0',
  ],
  [
    'a timestamp authority without a start',
    (r) => (r.timestampAuthorities[0]!.validFor = {}),
    'timestampAuthorities.0',
  ],
  [
    'a start that is no time',
    (r) => (r.tlogs[0]!.publicKey.validFor['start'] = 'soon'),
    'validFor.start',
  ],
  ['a key that is none', (r) => (r.tlogs[0]!.publicKey.rawBytes = 'AAAA'), 'cannot be read'],
  ['a key that is no base64', (r) => (r.tlogs[0]!.publicKey.rawBytes = '%'), 'rawBytes'],
  [
    'a certificate that is none',
    (r) => (r.certificateAuthorities[0]!.certChain.certificates[0]!.rawBytes = 'AAAA'),
    'cannot be read',
  ],
  [
    'an authority without certificates',
    (r) => (r.certificateAuthorities[0]!.certChain.certificates = []),
    'certificates',
  ],
  ['no authority', (r) => (r.certificateAuthorities = []), 'certificateAuthorities'],
  ['no log', (r) => (r.tlogs = []), 'tlogs'],
  ['an unknown media type', (r) => (r.mediaType = 'application/json'), 'application/json'],
  ['no media type', (r) => Reflect.deleteProperty(r, 'mediaType'), 'mediaType'],
])('refuses a trusted root with %s', ([, change, word]) => {
  expect(() => parseTrustedRoot(changed(change))).toThrowError(
    expect.objectContaining({
      code: 'TRUSTED_ROOT_MALFORMED',
      message: expect.stringContaining(word),
      hint: expect.stringMatching(/\.$/),
    }),
  );
});

test.for(['', '{', 'null', '[]', '{}', ' '.repeat(9 * 1024 * 1024)])(
  'refuses a trusted root that is none',
  (broken) => {
    expect(() => parseTrustedRoot(broken)).toThrowError(
      expect.objectContaining({ code: 'TRUSTED_ROOT_MALFORMED' }),
    );
  },
);

function withTimestamp(bundle: string, timestamp: string): { readonly bundle: string } {
  const document = documentOf(bundle);
  document.verificationMaterial.timestampVerificationData = {
    rfc3161Timestamps: [{ signedTimestamp: timestamp }],
  };
  return { bundle: JSON.stringify(document) };
}

test('refuses a timestamp that was changed or is over another signature', async () => {
  const again = await scene.signOne(file);
  const { timestampVerificationData } = documentOf(signed.bundle).verificationMaterial;
  const [{ signedTimestamp: original } = { signedTimestamp: '' }] =
    timestampVerificationData!.rfc3161Timestamps;
  // Its time, such as 20261122140259Z, inside of what the authority signed.
  const seconds = /20\d{12}(?=Z)/.exec(Buffer.from(original, 'base64').toString('latin1'))!;

  for (const [bundle, timestamp] of [
    [signed.bundle, flipped(original)],
    [signed.bundle, flipped(original, seconds.index + 13)],
    [signed.bundle, flipped(original, seconds.index + 3)],
    [signed.bundle, flipped(original, 8)],
    [signed.bundle, 'AAAA'],
    [signed.bundle, 'MAA='],
    [again.bundle, original],
  ] as const) {
    await expect(
      scene.verifier.verify(file, withTimestamp(bundle, timestamp), scene.policy),
    ).rejects.toMatchObject({ code: 'TIMESTAMP_INVALID' });
  }
});

test('refuses the same timestamp twice', async () => {
  const document = documentOf(signed.bundle);
  const { rfc3161Timestamps } = document.verificationMaterial.timestampVerificationData!;
  rfc3161Timestamps.push(...rfc3161Timestamps);

  await expect(
    scene.verifier.verify(file, { bundle: JSON.stringify(document) }, scene.policy),
  ).rejects.toMatchObject({ code: 'TIMESTAMP_INVALID' });
});

test('names the file that cannot be read', async () => {
  await expect(loadTrustedRoot({ path: 'no/such/root.json' })).rejects.toMatchObject({
    code: 'TRUSTED_ROOT_UNAVAILABLE',
    message: expect.stringContaining('no/such/root.json'),
    hint: expect.stringContaining('WHEELSEAL_TRUSTED_ROOT'),
  });
});

test('says that public Sigstore is out of reach', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wheelseal-signing-'));
  try {
    const rootPath = join(directory, 'root.json');
    const [seed] = Object.values<Record<string, string>>(
      createRequire(import.meta.url)('@sigstore/tuf/seeds.json'),
    );
    await writeFile(rootPath, Buffer.from(seed!['root.json']!, 'base64'));

    await expect(
      loadTrustedRoot({
        cacheDirectory: join(directory, 'cache'),
        mirror: { url: new URL('http://127.0.0.1:9'), rootPath },
        patience: { wait: async () => undefined },
      }),
    ).rejects.toMatchObject({
      code: 'TRUSTED_ROOT_UNAVAILABLE',
      hint: expect.stringContaining('--trusted-root'),
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test('reads the trusted root of public Sigstore', () => {
  const [seed] = Object.values<{ targets: Record<string, string> }>(
    createRequire(import.meta.url)('@sigstore/tuf/seeds.json'),
  );
  const publicRoot = Buffer.from(seed!.targets['trusted_root.json']!, 'base64').toString();

  expect(parseTrustedRoot(publicRoot).certificateAuthorities).not.toEqual([]);
});
