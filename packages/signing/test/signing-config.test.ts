import { readFile } from 'node:fs/promises';
import { startSandbox } from '@wheelseal/sandbox';
import {
  createSigner,
  parseIdentityToken,
  parseSigningConfig,
  parseTrustConfig,
  parseTrustedRoot,
} from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { fileOf } from './signing-scene.ts';

const now = () => new Date('2026-05-01T12:00:00Z');

interface Settings {
  readonly version?: number;
  readonly operator?: string;
  readonly start?: string;
  readonly end?: string;
}

function service(name: string, settings: Settings = {}): object {
  const { version = 1, operator = name, start = '2026-01-01T00:00:00Z', end } = settings;
  return {
    url: `https://${name}.test`,
    majorApiVersion: version,
    operator,
    validFor: { start, ...(end !== undefined && { end }) },
  };
}

function config(fields: object): string {
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service('fulcio')],
    oidcUrls: [],
    rekorTlogUrls: [service('rekor')],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [],
    ...fields,
  });
}

function logsOf(services: readonly object[], selection: object, rekorVersion?: 1 | 2) {
  const text = config({ rekorTlogUrls: services, rekorTlogConfig: selection });
  const { logs } = parseSigningConfig(text, { now, ...(rekorVersion && { rekorVersion }) });
  return logs.map(({ url, version }) => `${url.hostname.split('.')[0]} ${version}`);
}

test('chooses the services that are in use', () => {
  const text = config({
    caUrls: [
      service('future', { start: '2026-05-01T12:00:01Z' }),
      service('fulcio', { end: '2026-05-01T12:00:00Z' }),
      service('past', { end: '2026-05-01T11:59:59Z' }),
    ],
    tsaUrls: [service('authority')],
    tsaConfig: { selector: 'ANY' },
  });

  expect(parseSigningConfig(text, { now })).toEqual({
    fulcioUrl: new URL('https://fulcio.test'),
    logs: [{ url: new URL('https://rekor.test'), version: 1 }],
    timestampUrls: [new URL('https://authority.test')],
  });
});

test('takes the newest, and of equals the first', () => {
  const older = service('older', { start: '2025-01-01T00:00:00Z' });
  const [one, other] = [service('one'), service('other')];

  expect(logsOf([older, one, other], { selector: 'ANY' })).toEqual(['one 1']);
});

test('takes the highest version that it speaks, and no other beside it', () => {
  const services = [
    service('third', { version: 3 }),
    service('first'),
    service('second', { version: 2 }),
    service('unreleased', { version: 0 }),
  ];

  expect(logsOf(services, { selector: 'ALL' })).toEqual(['second 2']);
  expect(logsOf(services, { selector: 'ALL' }, 1)).toEqual(['first 1']);
});

test('takes one of each operator', () => {
  const services = [
    service('old', { operator: 'a', start: '2025-01-01T00:00:00Z' }),
    service('new', { operator: 'a' }),
    service('other', { operator: 'b', start: '2025-06-01T00:00:00Z' }),
  ];

  expect(logsOf(services, { selector: 'ALL' })).toEqual(['new 1', 'other 1']);
  expect(logsOf(services, { selector: 'EXACT', count: 2 })).toEqual(['new 1', 'other 1']);
  expect(logsOf(services, { selector: 'EXACT', count: 1 })).toEqual(['new 1']);
});

test.for([
  ['too few of them', [service('one')], { selector: 'EXACT', count: 2 }],
  [
    'too few operators',
    [service('one', { operator: 'a' }), service('two', { operator: 'a' })],
    { selector: 'EXACT', count: 2 },
  ],
  ['a count of none', [service('one')], { selector: 'EXACT' }],
  ['none in use', [service('one', { end: '2026-01-02T00:00:00Z' })], { selector: 'ANY' }],
  [
    'none that starts before tomorrow',
    [service('one', { start: '2026-05-02T12:00:00Z' })],
    { selector: 'ALL' },
  ],
  ['none of a known version', [service('one', { version: 3 })], { selector: 'ANY' }],
] as const)('refuses %s', ([, services, selection]) => {
  expect(() => logsOf(services, selection)).toThrow(
    expect.objectContaining({
      code: 'SERVICE_MISSING',
      message: expect.stringContaining('transparency log'),
      hint: expect.stringContaining('signing_config.json'),
    }),
  );
});

test('wants the version of Rekor that is asked for', () => {
  expect(() => logsOf([service('one')], { selector: 'ANY' }, 2)).toThrow(
    expect.objectContaining({ code: 'SERVICE_MISSING' }),
  );
});

test('reads the first version, with plain addresses', () => {
  const text = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json',
    caUrl: 'https://fulcio.test',
    oidcUrl: 'https://issuer.test',
    tlogUrls: ['https://rekor.test', 'https://other.test'],
    tsaUrls: ['https://authority.test/api/v1/timestamp'],
  });

  expect(parseSigningConfig(text)).toEqual({
    fulcioUrl: new URL('https://fulcio.test'),
    logs: [{ url: new URL('https://rekor.test'), version: 1 }],
    timestampUrls: [new URL('https://authority.test/api/v1/timestamp')],
  });
});

test('reads one without anything in it', () => {
  const text = config({ caUrls: null, rekorTlogUrls: [], rekorTlogConfig: null });

  expect(parseSigningConfig(text)).toEqual({ logs: [], timestampUrls: [] });
});

test.for([
  ['no JSON', '{'],
  ['something else', '[]'],
  ['no media type', config({ mediaType: undefined })],
  [
    'another media type',
    config({ mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.3+json' }),
  ],
  [
    'a URL of another kind',
    config({ caUrls: [{ url: 'file:///etc/passwd', majorApiVersion: 1 }] }),
  ],
  [
    'a URL with a password',
    config({ caUrls: [{ url: 'https://a:b@fulcio.test', majorApiVersion: 1 }] }),
  ],
  ['no URL', config({ rekorTlogUrls: [{ majorApiVersion: 1 }] })],
  ['a time that is none', config({ rekorTlogUrls: [service('a', { start: 'yesterday' })] })],
  ['an unknown selector', config({ rekorTlogConfig: { selector: 'SOME' } })],
  ['no selector', config({ rekorTlogConfig: null })],
  ['too much', config({ padding: 'x'.repeat(1024 * 1024) })],
] as const)('refuses %s', ([, text]) => {
  expect(() => parseSigningConfig(text)).toThrow(
    expect.objectContaining({ code: 'SIGNING_CONFIG_MALFORMED' }),
  );
});

test('signs with what a signing configuration names', async () => {
  await using sandbox = await startSandbox();
  const text = await readFile(sandbox.trust.signingConfig, 'utf8');
  const signer = createSigner(parseSigningConfig(text, { rekorVersion: 1 }));
  const token = parseIdentityToken(await sandbox.mintToken());

  const trustedRoot = parseTrustedRoot(await readFile(sandbox.trust.trustedRoot, 'utf8'));

  await expect(signer.sign([fileOf('x')], token, { trustedRoot })).resolves.toHaveLength(1);
});

test('takes a trust configuration apart', async () => {
  await using sandbox = await startSandbox();
  const [root, signing] = await Promise.all(
    [sandbox.trust.trustedRoot, sandbox.trust.signingConfig].map(async (path) =>
      readFile(path, 'utf8'),
    ),
  );
  const text = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: JSON.parse(root!),
    signingConfig: JSON.parse(signing!),
  });

  const { trustedRoot, signingConfig } = parseTrustConfig(text);

  expect(parseTrustedRoot(trustedRoot)).toEqual(parseTrustedRoot(root!));
  expect(parseSigningConfig(signingConfig)).toEqual(parseSigningConfig(signing!));
});

test.for([
  '{',
  '{}',
  '{"mediaType":"application/vnd.dev.sigstore.clienttrustconfig.v0.2+json","trustedRoot":{},"signingConfig":{}}',
  '{"mediaType":"application/vnd.dev.sigstore.clienttrustconfig.v0.1+json","trustedRoot":{}}',
  '{"mediaType":"application/vnd.dev.sigstore.clienttrustconfig.v0.1+json","trustedRoot":1,"signingConfig":{}}',
])('refuses `%s` as a trust configuration', (text) => {
  expect(() => parseTrustConfig(text)).toThrow(
    expect.objectContaining({ code: 'TRUST_CONFIG_MALFORMED' }),
  );
});
