/**
 * Certificates that a trusted authority did sign, and that must be refused all the same.
 *
 * @module
 */

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import {
  createVerifier,
  parseTrustedRoot,
  type Verifier,
  type VerificationErrorCode,
} from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { log } from './foreign-client.ts';
import {
  createOwnAuthority,
  der,
  hex,
  type Extension,
  type OwnAuthority,
} from './own-authority.ts';
import { fileOf } from './signing-scene.ts';

const content = 'the wheel';
const issuer = 'https://gitlab.com';
const subject = 'https://gitlab.com/group/app//.gitlab-ci.yml@refs/heads/main';
const policy = {
  describe: 'the pipeline',
  accepts: (found: { readonly issuer: string; readonly subject: string }) =>
    found.issuer === issuer && found.subject === subject,
};

let sandbox: Sandbox;
let authority: OwnAuthority;
let verifier: Verifier;

beforeAll(async () => {
  sandbox = await startSandbox();
  authority = createOwnAuthority();
  const { certificateAuthorities, ctlogs } = authority;
  const root = JSON.parse(await readFile(sandbox.trust.trustedRoot, 'utf8'));
  verifier = createVerifier(
    parseTrustedRoot(JSON.stringify({ ...root, certificateAuthorities, ctlogs })),
    { rekorUrl: sandbox.urls.rekor },
  );
});

afterAll(async () => sandbox.close());

function fulcioOid(number: number): Buffer {
  return Buffer.concat([hex('060a 2b0601040183bf3001'), Buffer.of(number)]);
}

function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

function nameOf(text: string, tag = 0x86): Buffer {
  return der(tag, Buffer.from(text, 'latin1'));
}

const good: Readonly<Record<string, Extension>> = {
  use: [hex('0603 551d0f'), true, hex('03 02 07 80')],
  purpose: [hex('0603 551d25'), false, der(0x30, hex('0608 2b06010505070303'))],
  name: [hex('0603 551d11'), true, der(0x30, nameOf(subject))],
  formerIssuer: [fulcioOid(1), false, Buffer.from(issuer)],
  issuer: [fulcioOid(8), false, utf8(issuer)],
  ref: [fulcioOid(14), false, utf8('refs/heads/main')],
};

async function materialsOf(
  extensions: Readonly<Record<string, Extension | undefined>>,
  options?: { readonly isLogged?: boolean },
) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const list = Object.values(extensions).filter((extension) => extension !== undefined);
  const certificatePem = authority.issue(publicKey, list, options);
  const { bundle, signature, certificate } = await log(sandbox, content, {
    privateKey,
    certificatePem,
  });
  return [{ bundle }, { signature, certificate }];
}

test('accepts a certificate without a flaw', async () => {
  for (const material of await materialsOf(good)) {
    expect((await verifier.verify(fileOf(content), material, policy)).identity).toEqual({
      issuer,
      subject,
      claims: { sourceRepositoryRef: 'refs/heads/main' },
    });
  }
});

test('accepts a certificate that names its issuer in one way only', async () => {
  for (const extensions of [
    { ...good, issuer: undefined },
    { ...good, formerIssuer: undefined },
  ]) {
    for (const material of await materialsOf(extensions)) {
      await expect(verifier.verify(fileOf(content), material, policy)).resolves.toBeDefined();
    }
  }
});

test('accepts a certificate that says it is no authority', async () => {
  for (const value of [der(0x30), der(0x30, hex('01 01 00'))]) {
    const rights: Extension = [hex('0603 551d13'), true, value];
    for (const material of await materialsOf({ ...good, rights })) {
      await expect(verifier.verify(fileOf(content), material, policy)).resolves.toBeDefined();
    }
  }
});

type Flaw = readonly [
  title: string,
  extensions: Readonly<Record<string, Extension | undefined>>,
  code: VerificationErrorCode,
];

const malformed = 'CERTIFICATE_MALFORMED';

test.for<Flaw>([
  ['no purpose', { purpose: undefined }, malformed],
  [
    'the purpose of a server',
    { purpose: [hex('0603 551d25'), false, der(0x30, hex('0608 2b06010505070301'))] },
    malformed,
  ],
  [
    'any purpose',
    { purpose: [hex('0603 551d25'), false, der(0x30, hex('0604 551d2500'))] },
    malformed,
  ],
  ['no use', { use: undefined }, malformed],
  ['the use of an authority', { use: [hex('0603 551d0f'), true, hex('03 02 01 06')] }, malformed],
  [
    'the rights of an authority',
    { rights: [hex('0603 551d13'), true, der(0x30, hex('01 01 ff'))] },
    malformed,
  ],
  [
    'the rights of an authority and the use of both',
    {
      use: [hex('0603 551d0f'), true, hex('03 02 02 84')],
      rights: [hex('0603 551d13'), true, der(0x30, hex('01 01 ff'))],
    },
    malformed,
  ],
  [
    'the use of both, without the rights',
    { use: [hex('0603 551d0f'), true, hex('03 02 02 84')] },
    malformed,
  ],
  [
    'an unknown critical extension',
    { unknown: [hex('0603 2a0304'), true, hex('05 00')] },
    malformed,
  ],
  ['an extension twice', { more: good['name'] }, malformed],
  ['an issuer twice', { more: [fulcioOid(8), false, utf8('https://evil.example')] }, malformed],
  ['no name', { name: undefined }, malformed],
  ['an empty name', { name: [hex('0603 551d11'), true, der(0x30, nameOf(''))] }, malformed],
  ['a list of no names', { name: [hex('0603 551d11'), true, der(0x30)] }, malformed],
  [
    'two names',
    {
      name: [hex('0603 551d11'), true, der(0x30, nameOf(subject), nameOf('https://evil.example'))],
    },
    malformed,
  ],
  [
    'two names of different kinds',
    {
      name: [
        hex('0603 551d11'),
        true,
        der(0x30, nameOf('evil@example.com', 0x81), nameOf(subject)),
      ],
    },
    malformed,
  ],
  [
    'the name of a server',
    { name: [hex('0603 551d11'), true, der(0x30, nameOf(subject, 0x82))] },
    malformed,
  ],
  [
    'a name with a high bit',
    { name: [hex('0603 551d11'), true, der(0x30, nameOf(subject.replace('group', '\u00e7roup')))] },
    malformed,
  ],
  [
    'a name with a zero byte',
    { name: [hex('0603 551d11'), true, der(0x30, nameOf(`${subject}\u0000.evil.example`))] },
    malformed,
  ],
  [
    'a name with a line break',
    { name: [hex('0603 551d11'), true, der(0x30, nameOf(`${subject}\n`))] },
    malformed,
  ],
  [
    'bytes after the name',
    { name: [hex('0603 551d11'), true, Buffer.concat([der(0x30, nameOf(subject)), hex('05 00')])] },
    malformed,
  ],
  ['no issuer', { issuer: undefined, formerIssuer: undefined }, malformed],
  [
    'an empty issuer',
    { issuer: [fulcioOid(8), false, utf8('')], formerIssuer: undefined },
    malformed,
  ],
  [
    'two issuers that differ',
    { formerIssuer: [fulcioOid(1), false, Buffer.from('https://evil.example')] },
    malformed,
  ],
  [
    'an issuer with a high bit',
    {
      issuer: [fulcioOid(8), false, der(0x0c, Buffer.from('https://\u00e7itlab.com', 'latin1'))],
      formerIssuer: undefined,
    },
    malformed,
  ],
  [
    'an issuer that looks alike',
    { issuer: [fulcioOid(8), false, utf8('https://g\u0456tlab.com')], formerIssuer: undefined },
    malformed,
  ],
  ['an issuer as raw bytes', { issuer: [fulcioOid(8), false, Buffer.from(issuer)] }, malformed],
  [
    'an issuer of another type',
    { issuer: [fulcioOid(8), false, der(0x16, Buffer.from(issuer))] },
    malformed,
  ],
  [
    'a claim of another type',
    { ref: [fulcioOid(14), false, der(0x04, Buffer.from('refs/heads/main'))] },
    malformed,
  ],
  [
    'a claim with bytes after it',
    { ref: [fulcioOid(14), false, Buffer.concat([utf8('x'), utf8('y')])] },
    malformed,
  ],
  [
    'another name',
    { name: [hex('0603 551d11'), true, der(0x30, nameOf(`${subject}2`))] },
    'IDENTITY_MISMATCH',
  ],
  [
    'another issuer',
    {
      issuer: [fulcioOid(8), false, utf8('https://gitlab.com.evil.example')],
      formerIssuer: undefined,
    },
    'IDENTITY_MISMATCH',
  ],
])('refuses a trusted certificate with %s', async ([, change, code]) => {
  for (const material of await materialsOf({ ...good, ...change })) {
    await expect(verifier.verify(fileOf(content), material, policy)).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/^[A-Z].*\.$/),
    });
  }
});

test.for<readonly [string, KeyObject]>([
  ['secp256k1', generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
  ['ed25519', generateKeyPairSync('ed25519').publicKey],
  ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey],
])('refuses a trusted certificate with a key of kind %s', async ([kind, key]) => {
  const list = Object.values(good).filter((extension) => extension !== undefined);
  const certificate = authority.issue(key, list);
  const signature = 'MAYCAQECAQE=';

  await expect(
    verifier.verify(fileOf(content), { signature, certificate }, policy),
  ).rejects.toMatchObject({
    code: 'KEY_UNSUPPORTED',
    message: expect.stringContaining(kind),
    hint: expect.stringContaining('P-256'),
  });
});

test('refuses a trusted certificate that no log has seen', async () => {
  for (const material of await materialsOf(good, { isLogged: false })) {
    await expect(verifier.verify(fileOf(content), material, policy)).rejects.toMatchObject({
      code: 'SCT_INVALID',
    });
  }
});

test('refuses a trusted certificate whose log proof is for another one', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = authority.issue(
    publicKey,
    Object.values(good).filter((one) => one !== undefined),
  );
  const bytes = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  const at = bytes.indexOf('060a2b06010401d679020402', 0, 'hex');
  // After the identifier: two OCTET STRINGs in the short or the long form.
  const outer = bytes[at + 13] === 0x81 ? bytes.subarray(at + 15) : bytes.subarray(at + 14);
  const inner =
    outer[1] === 0x81 ? outer.subarray(0, 3 + outer[2]!) : outer.subarray(0, 2 + outer[1]!);
  const stolen: Extension = [hex('060a 2b06010401d679020402'), false, inner];

  for (const material of await materialsOf({ ...good, stolen }, { isLogged: false })) {
    await expect(verifier.verify(fileOf(content), material, policy)).rejects.toMatchObject({
      code: 'SCT_INVALID',
    });
  }
});
