import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  askForCertificate,
  call,
  certificatesOf,
  ellipticKey,
  pem,
  proofOf,
  subjectOf,
} from './signer.ts';
import type { KeyPair } from './signer.ts';

// The answers expected here were recorded from Fulcio 1.8.8 with its `gitlab-pipeline` provider.

const key = ellipticKey();
const unbelieved = 'There was an error processing the identity token';
let sandbox: Sandbox;
let directory: string;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'demo', ref: 'refs/heads/main' });
  directory = await mkdtemp(join(tmpdir(), 'wheelseal-test-'));
});

afterAll(async () => {
  await sandbox.close();
  await rm(directory, { recursive: true });
});

async function issue(claims?: Readonly<Record<string, unknown>>): Promise<X509Certificate> {
  const answer = await askForCertificate(sandbox, await sandbox.mintToken(claims), key);
  expect(answer.text).toContain('signedCertificateEmbeddedSct');
  return certificatesOf(answer)[0]!;
}

async function describe(certificate: X509Certificate): Promise<string> {
  const path = join(directory, 'certificate.pem');
  await writeFile(path, certificate.toString());
  return execFileSync('openssl', ['x509', '-in', path, '-noout', '-text']).toString();
}

/** Fulcio's extensions, by the last part of their ID, as the bytes inside them. */
async function extensionsOf(certificate: X509Certificate): Promise<Record<string, string>> {
  const path = join(directory, 'certificate.der');
  await writeFile(path, certificate.raw);
  const lines = execFileSync('openssl', ['asn1parse', '-inform', 'DER', '-in', path])
    .toString()
    .split('\n');
  return Object.fromEntries(
    lines.flatMap((line, index) => {
      const [, id] = /OBJECT\s+:1\.3\.6\.1\.4\.1\.57264\.1\.(\d+)$/.exec(line) ?? [];
      const [, hex] = /OCTET STRING\s+\[HEX DUMP\]:([0-9A-F]+)$/.exec(lines[index + 1] ?? '') ?? [];
      const [, plain] = /OCTET STRING\s+:(.*)$/.exec(lines[index + 1] ?? '') ?? [];
      if (id === undefined) return [];
      return [[id, hex === undefined ? (plain ?? '') : Buffer.from(hex, 'hex').toString()]];
    }),
  );
}

test('the certificate is for code signing, for ten minutes, and its chain holds', async () => {
  const certificate = await issue();
  const text = await describe(certificate);

  expect(text).toMatch(/Subject:\s*\n/);
  expect(text).toContain('X509v3 Key Usage: critical\n                Digital Signature');
  expect(text).toContain('X509v3 Extended Key Usage: \n                Code Signing');
  expect(text).toContain('X509v3 Subject Alternative Name: critical');
  expect(text).toContain('CT Precertificate SCTs');
  const [start, end] = [certificate.validFromDate, certificate.validToDate];
  expect(end.getTime() - start.getTime()).toBe(10 * 60 * 1000);
  const path = join(directory, 'certificate.pem');
  const trust = sandbox.trust.certificateAuthority;
  execFileSync('openssl', ['verify', '-x509_strict', '-purpose', 'any', '-CAfile', trust, path]);
});

test('the certificate names the job in every extension GitLab has', async () => {
  const certificate = await issue();
  const { environment } = sandbox;
  const found = await extensionsOf(certificate);
  const text = (id: number) => found[String(id)]!.slice(2);

  const config = environment['CERTIFICATE_IDENTITY'];
  expect(certificate.subjectAltName).toBe(`URI:${config}`);
  expect(found['1']).toBe(environment['CI_SERVER_URL']);
  expect(
    Object.fromEntries(
      Object.keys(found)
        .slice(1)
        .map((id) => [id, text(Number(id))]),
    ),
  ).toEqual({
    8: environment['CI_SERVER_URL'],
    9: config,
    10: environment['CI_COMMIT_SHA'],
    11: 'self-hosted',
    12: environment['CI_PROJECT_URL'],
    13: environment['CI_COMMIT_SHA'],
    14: 'refs/heads/main',
    15: environment['CI_PROJECT_ID'],
    16: `${environment['CI_SERVER_URL']}/sandbox`,
    17: environment['CI_PROJECT_NAMESPACE_ID'],
    18: config,
    19: environment['CI_COMMIT_SHA'],
    20: 'push',
    21: environment['CI_JOB_URL'],
    22: 'public',
    24: 'project_path:sandbox/demo:ref_type:branch:ref:main',
  });
});

test('the texts are DER UTF8 strings, but for the first', async () => {
  const found = await extensionsOf(await issue({ environment: 'x'.repeat(200) }));

  expect(Buffer.from(found['20']!)).toEqual(Buffer.from('\x0c\x04push'));
  expect(found['23']).toHaveLength(203);
});

test('a tag and an environment are named as such', async () => {
  const found = await extensionsOf(
    await issue({ ref_type: 'tag', ref: 'v1.0', environment: 'production' }),
  );

  expect(found['14']!.slice(2)).toBe('refs/tags/v1.0');
  expect(found['23']!.slice(2)).toBe('production');
});

test.for([
  ['größe!', 'gr%C3%B6%C3%9Fe%21', 'größe!'],
  ['a!b#c"d', 'a!b#c%22d', 'a!b#c"d'],
  ['a%20b', 'a%20b', 'a%20b'],
  ['a b', 'a%20b', 'a b'],
] as const)('a branch `%s` is spelled as Fulcio spells it', async ([branch, uri, text]) => {
  const base = 'gitlab.test:8443/a/b//.gitlab-ci.yml@refs/heads';
  const certificate = await issue({ ci_config_ref_uri: `${base}/${branch}` });

  const [, shown = ''] = /URI:(\S+)/.exec(await describe(certificate)) ?? [];
  expect(shown).toBe(`https://${base}/${uri}`);
  expect(Buffer.from((await extensionsOf(certificate))['9']!).toString()).toContain(text);
});

test('version 1 answers with the chain as PEM', async () => {
  const token = await sandbox.mintToken();
  const content = Buffer.from(pem(key.publicKey)).toString('base64');
  const answer = await call('POST', sandbox.urls.fulcio, '/api/v1/signingCert', {
    headers: { authorization: `Bearer ${token}` },
    body: { publicKey: { content }, signedEmailAddress: proofOf(subjectOf(token), key) },
  });

  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/pem-certificate-chain');
  expect(answer.text.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
  expect(new X509Certificate(answer.text).publicKey.equals(key.publicKey)).toBe(true);
});

test.for(['v1', 'v2'])('%s takes a certificate signing request', async (version) => {
  const keyFile = join(directory, 'key.pem');
  await writeFile(keyFile, key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const request = execFileSync('openssl', ['req', '-new', '-key', keyFile, '-subj', '/CN=x']);
  const ask = async (csr: Buffer) =>
    call('POST', sandbox.urls.fulcio, `/api/${version}/signingCert`, {
      headers: { authorization: `Bearer ${await sandbox.mintToken()}` },
      body: { certificateSigningRequest: csr.toString('base64') },
    });

  expect((await ask(request)).status).toBe(version === 'v1' ? 201 : 200);

  const [head, ...rest] = request.toString().trim().split('\n');
  const der = Buffer.from(rest.slice(0, -1).join(''), 'base64');
  der[der.length - 3]! ^= 1;
  const forged = Buffer.from(`${head}\n${der.toString('base64')}\n${rest.at(-1)}\n`);
  expect((await ask(forged)).json.message).toMatch('signature supplied');
  expect((await ask(Buffer.from('nonsense'))).json.message).toBe(
    'The certificate signing request could not be parsed',
  );
});

const keys: readonly (readonly [string, () => KeyPair, string | null])[] = [
  ['P-384', () => ellipticKey('P-384'), 'sha384'],
  ['P-521', () => ellipticKey('P-521'), 'sha512'],
  ['Ed25519', () => generateKeyPairSync('ed25519'), null],
  ['RSA 2048', () => generateKeyPairSync('rsa', { modulusLength: 2048 }), 'sha256'],
];

test.for(keys)('a key of kind %s gets a certificate', async ([, generate, digest]) => {
  const pair = generate();
  const token = await sandbox.mintToken();

  const answer = await askForCertificate(
    sandbox,
    token,
    pair,
    proofOf(subjectOf(token), pair, digest),
  );

  expect(certificatesOf(answer)[0]!.publicKey.equals(pair.publicKey)).toBe(true);
});

test.for<readonly [string, () => KeyPair, string]>([
  ['RSA 1024', () => generateKeyPairSync('rsa', { modulusLength: 1024 }), 'is insecure'],
  ['secp256k1', () => ellipticKey('secp256k1'), 'could not be parsed'],
] as const)('a key of kind %s is refused', async ([, generate, reason]) => {
  const answer = await askForCertificate(sandbox, await sandbox.mintToken(), generate());

  expect(answer).toMatchObject({
    status: 400,
    json: { code: 3, message: `The public key supplied in the request ${reason}`, details: [] },
  });
});

test.for<readonly [string, () => string]>([
  ['over another subject', () => proofOf('somebody else', key)],
  [
    'by another key',
    () => proofOf('project_path:sandbox/demo:ref_type:branch:ref:main', ellipticKey()),
  ],
  ['that is none', () => 'AAAA'],
] as const)('a proof of possession %s is refused', async ([, prove]) => {
  const answer = await askForCertificate(sandbox, await sandbox.mintToken(), key, prove());

  expect(answer).toMatchObject({
    status: 400,
    json: { message: 'The signature supplied in the request could not be verified' },
  });
});

const seconds = Math.floor(Date.now() / 1000);

test.for([
  ['for another audience', { aud: 'other' }],
  ['without an audience', { aud: undefined }],
  ['that has expired', { exp: seconds - 1 }],
  ['that never expires', { exp: undefined }],
  ['that is not yet valid', { nbf: seconds + 600 }],
  ['of another issuer', { iss: 'https://gitlab.com' }],
] as const)('a token %s is refused without a reason', async ([, claims]) => {
  const answer = await askForCertificate(sandbox, await sandbox.mintToken(claims), key);

  expect(answer.status).toBe(400);
  expect(answer.json).toEqual({ code: 3, message: unbelieved, details: [] });
});

test('a token of another sandbox, a forged one and none at all are refused the same way', async () => {
  await using other = await startSandbox();
  const token = await sandbox.mintToken();
  const iss = sandbox.environment['CI_SERVER_URL'];
  const [header, payload, signature = ''] = token.split('.');
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  const forged = [
    await other.mintToken({ iss }),
    `${header}.${payload}.${'A'.repeat(signature.length)}`,
    `${unsigned}.${payload}.`,
    'nonsense',
    '',
  ];

  for (const value of forged) {
    const answer = await askForCertificate(sandbox, value, key, proofOf(subjectOf(token), key));
    expect(answer).toMatchObject({ status: 400, json: { message: unbelieved } });
  }
});

test('an audience among others and a missing `nbf` are fine', async () => {
  await expect(issue({ aud: ['other', 'sigstore'] })).resolves.toBeDefined();
  await expect(issue({ nbf: undefined })).resolves.toBeDefined();
});

test.for([
  'ci_config_ref_uri',
  'ci_config_sha',
  'runner_environment',
  'project_path',
  'sha',
  'ref_type',
  'ref',
  'project_id',
  'namespace_path',
  'namespace_id',
  'pipeline_source',
  'job_id',
  'project_visibility',
])('a token without `%s` is refused, and the reason named', async (claim) => {
  const answer = await askForCertificate(
    sandbox,
    await sandbox.mintToken({ [claim]: undefined }),
    key,
  );

  expect(answer).toMatchObject({
    status: 400,
    json: { code: 3, message: expect.stringMatching(`"${claim}"$|^value <${claim}> not present`) },
  });
});

test('a missing claim of a template is named in the words of Fulcio', async () => {
  const token = await sandbox.mintToken({ ref: undefined });

  expect((await askForCertificate(sandbox, token, key)).json.message).toBe(
    'template: :1:64: executing "" at <.ref>: map has no entry for key "ref"',
  );
});

test('a claim that is null is taken for a text, as Fulcio takes it', async () => {
  expect((await extensionsOf(await issue({ sha: null })))['13']!.slice(2)).toBe('<nil>');
});

test('publishes its certificates and its issuer', async () => {
  const { fulcio } = sandbox.urls;
  const authority = await readFile(sandbox.trust.certificateAuthority, 'utf8');

  expect((await call('GET', fulcio, '/api/v1/rootCert')).text).toBe(authority.trim());
  const bundle = (await call('GET', fulcio, '/api/v2/trustBundle')).json;
  expect(bundle.chains[0].certificates.join('')).toBe(authority);
  expect((await call('GET', fulcio, '/api/v2/configuration')).json.issuers).toMatchObject([
    {
      issuerUrl: sandbox.environment['CI_SERVER_URL'],
      audience: 'sigstore',
      challengeClaim: 'sub',
    },
  ]);
});

test.for([
  ['GET', '/nowhere', undefined, 404, 5],
  ['GET', '/api/v2/signingCert', undefined, 501, 12],
  ['POST', '/api/v2/signingCert', '{', 400, 3],
  ['POST', '/api/v2/signingCert', {}, 400, 3],
] as const)(
  'answers %s %s with body %o as Fulcio does',
  async ([method, path, body, status, code]) => {
    const answer = await call(method, sandbox.urls.fulcio, path, { body });

    expect(answer).toMatchObject({ status, json: { code, details: [] } });
  },
);
