import { execFileSync } from 'node:child_process';
import {
  createPublicKey,
  generateKeyPairSync,
  verify,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { inspect } from 'node:util';
import { formatError } from '@wheelseal/errors';
import {
  createSigner,
  parseBundle,
  parsePrivateKey,
  preAuthenticationEncoding,
  SigningError,
} from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { fileOf } from './signing-scene.ts';

const password = 'correct horse';
const kinds = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  Ed25519: generateKeyPairSync('ed25519'),
} as const satisfies Record<string, KeyPairKeyObjectResult>;

function pemOf({ privateKey }: KeyPairKeyObjectResult, secret?: string): string {
  return privateKey
    .export({
      type: 'pkcs8',
      format: 'pem',
      ...(secret !== undefined && { cipher: 'aes-256-cbc', passphrase: secret }),
    })
    .toString();
}

test.for(['P-256', 'P-384', 'Ed25519'] as const)('reads a key of the kind %s', (kind) => {
  const key = parsePrivateKey(pemOf(kinds[kind]));
  const spki = kinds[kind].publicKey.export({ type: 'spki', format: 'der' });

  expect(key.kind).toBe(kind);
  expect(createPublicKey(key.publicKey).export({ type: 'spki', format: 'der' })).toEqual(spki);
  expect(key.publicKeyHint).toMatch(/^[\w+/]{43}=$/);
});

test('reads encrypted keys with their password, and those of SEC 1', () => {
  const sec1 = kinds['P-256'].privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  const wanted = parsePrivateKey(pemOf(kinds['P-256']));

  expect(parsePrivateKey(pemOf(kinds['P-256'], password), { password })).toEqual(wanted);
  expect(parsePrivateKey(Buffer.from(sec1))).toEqual(wanted);
  expect(parsePrivateKey(sec1, { password: 'not needed' })).toEqual(wanted);
});

test('names the key as OpenSSL would', () => {
  const pem = pemOf(kinds['P-256']);
  const spki = execFileSync('openssl', ['pkey', '-pubout', '-outform', 'DER'], { input: pem });
  const digest = execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: spki });

  expect(parsePrivateKey(pem).publicKeyHint).toBe(digest.toString('base64'));
});

function refusalOf(text: string, options = {}): SigningError {
  try {
    parsePrivateKey(text, options);
  } catch (error) {
    if (error instanceof SigningError) return error;
    throw error;
  }
  throw new Error('it was read');
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' });

test.for([
  ['is none', 'no key', {}, 'none in PEM'],
  [
    'is a public key',
    kinds['P-256'].publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    {},
    'none in PEM',
  ],
  ['is RSA', pemOf(rsa), {}, '`rsa`'],
  ['is on another curve', pemOf(p521), {}, '`secp521r1`'],
  ['has no password', pemOf(kinds['P-256'], password), {}, 'no password'],
  [
    'has another password',
    pemOf(kinds['P-256'], password),
    { password: 'battery staple' },
    'does not open',
  ],
  ['is too long', `${pemOf(kinds['P-256'])}${' '.repeat(70_000)}`, {}, '64 KiB'],
] as const)('refuses a key that %s', ([, text, options, message]) => {
  const error = refusalOf(text, options);

  expect(error).toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining(message),
    hint: expect.stringMatching(/^[A-Z].*\.$/),
  });
  const shown = `${formatError(error)} ${inspect(error, { depth: 20, showHidden: true })}`;
  expect(shown).not.toContain('battery staple');
  expect(shown).not.toContain(text.split('\n')[1] ?? text);
});

test.for(['SIGSTORE', 'COSIGN'])("says that cosign's own format is not read: %s", (name) => {
  const text = `-----BEGIN ENCRYPTED ${name} PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED ${name} PRIVATE KEY-----\n`;

  expect(refusalOf(text, { password })).toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('cosign'),
    hint: expect.stringContaining('import-key-pair'),
  });
});

test('shows nothing of the secret half', async () => {
  const key = parsePrivateKey(pemOf(kinds['P-256']));
  const { d = '' } = kinds['P-256'].privateKey.export({ format: 'jwk' });
  const shown = inspect(key, { depth: 20, showHidden: true }) + JSON.stringify(key);

  for (const encoding of ['base64', 'base64url', 'hex'] as const) {
    expect(shown).not.toContain(Buffer.from(d, 'base64url').toString(encoding));
  }
  await expect(createSigner({}).sign([fileOf('x')], { ...key })).rejects.toThrow(TypeError);
});

test.for(['P-256', 'P-384'] as const)('signs files without any service with %s', async (kind) => {
  const key = parsePrivateKey(pemOf(kinds[kind]));

  const [signed] = await createSigner({}).sign([fileOf('the wheel')], key);

  expect(Object.keys(signed!).toSorted()).toEqual([
    'bundle',
    'filename',
    'needsBundle',
    'sha256',
    'signature',
  ]);
  expect(parseBundle(signed!.bundle!)).toMatchObject({
    key: { publicKeyHint: key.publicKeyHint },
    content: { kind: 'message', sha256: fileOf('the wheel').sha256 },
    logEntries: [],
    timestamps: [],
  });
  const signature = Buffer.from(signed!.signature!, 'base64');
  expect(verify('sha256', Buffer.from('the wheel'), key.publicKey, signature)).toBe(true);
});

test.for([
  ['certificate', { shapes: ['bundle', 'certificate'] }],
  ['publish attestation', { attestation: true }],
] as const)('has no %s for a key', async ([what, options]) => {
  const key = parsePrivateKey(pemOf(kinds['P-256']));

  await expect(createSigner({}).sign([fileOf('x')], key, options)).rejects.toMatchObject({
    code: 'SHAPE_IMPOSSIBLE',
    message: expect.stringContaining(what),
  });
});

const provenance = { type: 'https://example.test/p', content: {} };

test.for([
  ['Ed25519', 2, []],
  ['P-384', 2, []],
  ['P-384', 1, ['bundle']],
] as const)('knows what of %s goes into no Rekor v%i', async ([kind, version, shapes]) => {
  const logs = [{ url: new URL('https://rekor.test'), version }];
  const key = parsePrivateKey(pemOf(kinds[kind]));

  await expect(
    createSigner({ logs }).sign([fileOf('x')], key, { shapes, provenance }),
  ).rejects.toMatchObject({ code: 'KEY_UNUSABLE', message: expect.stringContaining(kind) });
});

test.for(['P-256', 'P-384', 'Ed25519'] as const)('signs statements with %s', async (kind) => {
  const key = parsePrivateKey(pemOf(kinds[kind]));

  const [signed] = await createSigner({}).sign([fileOf('x')], key, { shapes: [], provenance });

  const { content } = parseBundle(signed!.provenance!);
  if (content.kind !== 'envelope') throw new Error('there is no envelope');
  const bytes = preAuthenticationEncoding(content.payloadType, content.payload);
  const hash = kind === 'Ed25519' ? undefined : 'sha256';
  expect(verify(hash, bytes, key.publicKey, content.signature)).toBe(true);
  expect(JSON.parse(Buffer.from(content.payload).toString())).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: fileOf('x').filename, digest: { sha256: fileOf('x').sha256 } }],
    predicateType: 'https://example.test/p',
    predicate: {},
  });
});

test('signs no file with Ed25519', async () => {
  const key = parsePrivateKey(pemOf(kinds.Ed25519));

  await expect(createSigner({}).sign([fileOf('x')], key)).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
    hint: expect.stringContaining('P-256'),
  });
});
