import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  createVerifier,
  parseBundle,
  VerificationError,
  type VerificationErrorCode,
} from '@wheelseal/signing';
import { p256 } from '@noble/curves/nist.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  documentOf,
  entryOf,
  flipped,
  patched,
  proofOf,
  type BundleDocument,
} from './bundle-document.ts';
import { fileOf, openScene, type Scene, type Signed } from './signing-scene.ts';

const file = fileOf('the wheel');
const otherFile = fileOf('another wheel', 'demo-1.0.0.tar.gz');

let scene: Scene;
let signed: Signed;
/** Same batch and certificate, other file. */
let sibling: Signed;
/** Same file, same identity, other certificate. */
let again: Signed;
/** Same file, other identity. */
let stranger: Signed;

beforeAll(async () => {
  scene = await openScene();
  [signed, sibling] = await scene.signBoth(file, otherFile);
  again = await scene.signOne(file);
  stranger = await scene.signOne(file, {
    ci_config_ref_uri: `${scene.sandbox.urls.gitlab.host}/evil/demo//.gitlab-ci.yml@refs/heads/main`,
  });
});

afterAll(async () => scene[Symbol.asyncDispose]());

async function refusalOf(
  bundle: string | Uint8Array,
  subject = file,
): Promise<VerificationError | undefined> {
  return scene.verifier.verify(subject, { bundle }, scene.policy).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof VerificationError) return error;
      throw error;
    },
  );
}

async function codeAfter(change: (document: BundleDocument) => void): Promise<string | undefined> {
  const document = documentOf(signed.bundle);
  change(document);
  const refusal = await refusalOf(JSON.stringify(document));
  expect(refusal?.hint ?? 'None.').toMatch(/^[A-Z].*\.$/);
  return refusal?.code;
}

test('accepts the bundle as it is', async () => {
  expect(await refusalOf(signed.bundle)).toBeUndefined();
  expect(await refusalOf(Buffer.from(signed.bundle))).toBeUndefined();
  expect(await refusalOf(JSON.stringify(JSON.parse(signed.bundle), undefined, 2))).toBeUndefined();
});

test('refuses the bundle for another file', async () => {
  expect(await refusalOf(signed.bundle, otherFile)).toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(await refusalOf(signed.bundle, fileOf('the wheel '))).toMatchObject({
    code: 'DIGEST_MISMATCH',
    message: expect.stringContaining(file.sha256),
  });
});

test('needs no digest in the bundle, and is not led by it', async () => {
  const document = documentOf(signed.bundle);
  delete document.messageSignature.messageDigest;
  expect(await refusalOf(JSON.stringify(document))).toBeUndefined();
  expect(await refusalOf(JSON.stringify(document), otherFile)).toMatchObject({
    code: 'SIGNATURE_INVALID',
  });

  const lying = documentOf(signed.bundle);
  lying.messageSignature.messageDigest = documentOf(sibling.bundle).messageSignature.messageDigest!;
  expect(await refusalOf(JSON.stringify(lying), otherFile)).toMatchObject({
    code: 'SIGNATURE_INVALID',
  });
});

type Case = readonly [
  title: string,
  change: (document: BundleDocument) => void,
  code: VerificationErrorCode,
];

const digestsAndSignatures: readonly Case[] = [
  [
    'digest',
    (b) =>
      (b.messageSignature.messageDigest!.digest = flipped(
        b.messageSignature.messageDigest!.digest,
      )),
    'DIGEST_MISMATCH',
  ],
  [
    'digest of another length',
    (b) => (b.messageSignature.messageDigest!.digest = 'AAAA'),
    'BUNDLE_MALFORMED',
  ],
  [
    'digest algorithm',
    (b) => (b.messageSignature.messageDigest!.algorithm = 'SHA2_512'),
    'BUNDLE_MALFORMED',
  ],
  [
    'signature',
    (b) => (b.messageSignature.signature = flipped(b.messageSignature.signature)),
    'SIGNATURE_INVALID',
  ],
  [
    'signature with a byte after it',
    (b) =>
      (b.messageSignature.signature = Buffer.concat([
        Buffer.from(b.messageSignature.signature, 'base64'),
        Buffer.of(0),
      ]).toString('base64')),
    'SIGNATURE_MALFORMED',
  ],
  ['signature that is none', (b) => (b.messageSignature.signature = 'AAAA'), 'SIGNATURE_MALFORMED'],
  ['empty signature', (b) => (b.messageSignature.signature = ''), 'BUNDLE_MALFORMED'],
  [
    'other half of the same signature',
    (b) => (b.messageSignature.signature = malleated(b.messageSignature.signature)),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'signature of a sibling',
    (b) => (b.messageSignature.signature = sibling.signature),
    'SIGNATURE_INVALID',
  ],
  [
    'signature of the same file by another key',
    (b) => (b.messageSignature.signature = again.signature),
    'SIGNATURE_INVALID',
  ],
  [
    'digest and signature of a sibling',
    (b) => (b.messageSignature = documentOf(sibling.bundle).messageSignature),
    'DIGEST_MISMATCH',
  ],
];

test.for(digestsAndSignatures)('refuses a changed %s', async ([, change, code]) => {
  expect(await codeAfter(change)).toBe(code);
});

function malleated(signature: string): string {
  const { r, s } = p256.Signature.fromBytes(Buffer.from(signature, 'base64'), 'der');
  const other = new p256.Signature(r, p256.Point.Fn.ORDER - s);
  return Buffer.from(other.toBytes('der')).toString('base64');
}

function certificate(change: (rawBytes: string) => string): (document: BundleDocument) => void {
  return ({ verificationMaterial: { certificate: found } }) => {
    found!.rawBytes = change(found!.rawBytes);
  };
}

function patch(from: string, to: string): (document: BundleDocument) => void {
  return certificate((rawBytes) =>
    patched(rawBytes, Buffer.from(from, 'hex'), Buffer.from(to, 'hex')),
  );
}

const nameOid = '0603551d11';
const formerIssuerOid = '060a2b0601040183bf300101';

/** Replaces text at the first place it has after an object identifier. */
function afterIn(oid: string, from: string, to: string): (document: BundleDocument) => void {
  return certificate((rawBytes) => {
    const bytes = Buffer.from(rawBytes, 'base64');
    const at = bytes.indexOf(from, bytes.indexOf(oid, 0, 'hex'), 'latin1');
    expect(at).toBeGreaterThan(0);
    bytes.write(to, at, 'latin1');
    return bytes.toString('base64');
  });
}

const certificates: readonly Case[] = [
  ['bit of its last signature byte', certificate((raw) => flipped(raw)), 'CERTIFICATE_UNTRUSTED'],
  ['bit of its serial number', certificate((raw) => flipped(raw, 20)), 'CERTIFICATE_UNTRUSTED'],
  [
    'byte after its end',
    certificate((raw) =>
      Buffer.concat([Buffer.from(raw, 'base64'), Buffer.of(0)]).toString('base64'),
    ),
    'CERTIFICATE_MALFORMED',
  ],
  [
    'cut',
    certificate((raw) => Buffer.from(raw, 'base64').subarray(0, -1).toString('base64')),
    'CERTIFICATE_MALFORMED',
  ],
  [
    'PEM in place of DER',
    certificate((raw) =>
      Buffer.from(new X509Certificate(Buffer.from(raw, 'base64')).toString()).toString('base64'),
    ),
    'CERTIFICATE_MALFORMED',
  ],
  [
    'purpose: server authentication',
    patch('06082b06010505070303', '06082b06010505070301'),
    'CERTIFICATE_MALFORMED',
  ],
  ['purpose: any', patch('06082b06010505070303', '0608551d250001010101'), 'CERTIFICATE_MALFORMED'],
  ['use: only certificates', patch('03020780', '03020204'), 'CERTIFICATE_MALFORMED'],
  [
    'unknown critical extension',
    patch('0603551d0f0101ff', '0603551d1e0101ff'),
    'CERTIFICATE_MALFORMED',
  ],
  [
    'extension that is there twice',
    patch('060a2b0601040183bf30010a', '060a2b0601040183bf300109'),
    'CERTIFICATE_MALFORMED',
  ],
  ['name with a high bit', afterIn(nameOid, 'https://', '\u00e8ttps://'), 'CERTIFICATE_MALFORMED'],
  ['name with a zero byte', afterIn(nameOid, 'https://', 'http\u0000://'), 'CERTIFICATE_MALFORMED'],
  ['name of another kind', afterIn(nameOid, '\u0086', '\u0082'), 'CERTIFICATE_MALFORMED'],
  [
    'name that is valid and another',
    afterIn(nameOid, 'https://', 'httqs://'),
    'CERTIFICATE_UNTRUSTED',
  ],
  [
    'former issuer that is another',
    patch(formerIssuerOid, '060a2b0601040183bf300107'),
    'CERTIFICATE_UNTRUSTED',
  ],
  [
    'issuer that disagrees with the former one',
    afterIn(formerIssuerOid, 'http:', 'httq:'),
    'CERTIFICATE_MALFORMED',
  ],
  [
    'claim that is no text',
    afterIn('060a2b0601040183bf30010e', '\u000c', '\u0004'),
    'CERTIFICATE_MALFORMED',
  ],
  [
    'certificate of a sibling batch',
    (b) =>
      (b.verificationMaterial.certificate = documentOf(
        again.bundle,
      ).verificationMaterial.certificate!),
    'SIGNATURE_INVALID',
  ],
  [
    'certificate of another identity',
    (b) =>
      (b.verificationMaterial.certificate = documentOf(
        stranger.bundle,
      ).verificationMaterial.certificate!),
    'SIGNATURE_INVALID',
  ],
  ['no certificate', (b) => delete b.verificationMaterial.certificate, 'BUNDLE_MALFORMED'],
];

/** Makes two names of one, in the same bytes. */
function inTwoNames(rawBytes: string): string {
  const bytes = Buffer.from(rawBytes, 'base64');
  const at = bytes.indexOf(nameOid, 0, 'hex');
  const name = bytes.indexOf(0x86, at);
  const length = bytes[name + 1]!;
  bytes[name + 1] = 20;
  bytes.set([0x86, length - 22], name + 22);
  return bytes.toString('base64');
}

test.for<readonly [string, (document: BundleDocument) => void]>([
  ['unknown critical extension', patch('0603551d0f0101ff', '0603551d1e0101ff')],
  ['two extensions', patch('060a2b0601040183bf30010a', '060a2b0601040183bf300109')],
  ['exactly one holder', certificate(inTwoNames)],
  ['neither by address nor by URI', afterIn(nameOid, '\u0086', '\u0082')],
  ['characters that no name has', afterIn(nameOid, 'https://', '\u00e8ttps://')],
  ['not for signing code', patch('06082b06010505070303', '06082b06010505070301')],
  ['not for digital signatures', patch('03020780', '03020204')],
  ['two issuers', afterIn(formerIssuerOid, 'http:', 'httq:')],
])('says of a certificate: %s', async ([words, change]) => {
  const document = documentOf(signed.bundle);
  change(document);

  expect(await refusalOf(JSON.stringify(document))).toMatchObject({
    code: 'CERTIFICATE_MALFORMED',
    message: expect.stringContaining(words),
  });
});

test.for(certificates)('refuses a changed certificate: %s', async ([, change, code]) => {
  expect(await codeAfter(change)).toBe(code);
});

const entries: readonly Case[] = [
  [
    'logIndex',
    (b) => (entryOf(b).logIndex = String(Number(entryOf(b).logIndex) + 1)),
    'LOG_ENTRY_INVALID',
  ],
  ['logIndex, missing', (b) => Reflect.deleteProperty(entryOf(b), 'logIndex'), 'LOG_ENTRY_INVALID'],
  [
    'logIndex in another spelling',
    (b) => (entryOf(b).logIndex = `0${String(entryOf(b).logIndex)}`),
    'BUNDLE_MALFORMED',
  ],
  [
    'logIndex with a space',
    (b) => (entryOf(b).logIndex = ` ${String(entryOf(b).logIndex)}`),
    'BUNDLE_MALFORMED',
  ],
  [
    'logIndex beyond exact numbers',
    (b) => (entryOf(b).logIndex = '9007199254740993'),
    'BUNDLE_MALFORMED',
  ],
  ['logIndex below zero', (b) => (entryOf(b).logIndex = '-1'), 'BUNDLE_MALFORMED'],
  ['logId', (b) => (entryOf(b).logId.keyId = flipped(entryOf(b).logId.keyId)), 'LOG_ENTRY_INVALID'],
  [
    'logId at its start',
    (b) => (entryOf(b).logId.keyId = flipped(entryOf(b).logId.keyId, 0)),
    'LOG_ENTRY_INVALID',
  ],
  ['kind', (b) => (entryOf(b).kindVersion.kind = 'dsse'), 'LOG_ENTRY_MISMATCH'],
  ['version', (b) => (entryOf(b).kindVersion.version = '0.0.2'), 'LOG_ENTRY_MISMATCH'],
  [
    'integratedTime, one second later',
    (b) => (entryOf(b).integratedTime = String(Number(entryOf(b).integratedTime) + 1)),
    'LOG_ENTRY_INVALID',
  ],
  [
    'integratedTime, one hour later',
    (b) => (entryOf(b).integratedTime = String(Number(entryOf(b).integratedTime) + 3600)),
    'TIMESTAMP_INVALID',
  ],
  [
    'integratedTime, one hour earlier',
    (b) => (entryOf(b).integratedTime = String(Number(entryOf(b).integratedTime) - 3600)),
    'TIMESTAMP_INVALID',
  ],
  [
    'integratedTime, missing',
    (b) => Reflect.deleteProperty(entryOf(b), 'integratedTime'),
    'TIMESTAMP_INVALID',
  ],
  [
    'integratedTime as a fraction',
    (b) => (entryOf(b).integratedTime = Number(entryOf(b).integratedTime) + 0.5),
    'BUNDLE_MALFORMED',
  ],
  ['inclusionPromise, missing', (b) => delete entryOf(b).inclusionPromise, 'LOG_ENTRY_INVALID'],
  [
    'inclusionPromise',
    (b) =>
      (entryOf(b).inclusionPromise!.signedEntryTimestamp = flipped(
        entryOf(b).inclusionPromise!.signedEntryTimestamp,
      )),
    'LOG_ENTRY_INVALID',
  ],
  [
    'inclusionPromise of a sibling',
    (b) => (entryOf(b).inclusionPromise = entryOf(documentOf(sibling.bundle)).inclusionPromise!),
    'LOG_ENTRY_INVALID',
  ],
  ['inclusionProof, missing', (b) => delete entryOf(b).inclusionProof, 'LOG_ENTRY_INVALID'],
  [
    'inclusionProof of a sibling',
    (b) => (entryOf(b).inclusionProof = proofOf(documentOf(sibling.bundle))),
    'LOG_ENTRY_INVALID',
  ],
  [
    'index in the proof',
    (b) => (proofOf(b).logIndex = String(Number(proofOf(b).logIndex) ^ 1)),
    'LOG_ENTRY_INVALID',
  ],
  [
    'index in the proof beyond the tree',
    (b) => (proofOf(b).logIndex = '4096'),
    'LOG_ENTRY_INVALID',
  ],
  ['rootHash', (b) => (proofOf(b).rootHash = flipped(proofOf(b).rootHash)), 'LOG_ENTRY_INVALID'],
  [
    'treeSize',
    (b) => (proofOf(b).treeSize = String(Number(proofOf(b).treeSize) + 1)),
    'LOG_ENTRY_INVALID',
  ],
  [
    'proof hash',
    (b) => (proofOf(b).hashes[0] = flipped(proofOf(b).hashes[0]!)),
    'LOG_ENTRY_INVALID',
  ],
  ['proof hash of another length', (b) => (proofOf(b).hashes[0] = 'AAAA'), 'BUNDLE_MALFORMED'],
  ['proof hashes, one less', (b) => proofOf(b).hashes.pop(), 'LOG_ENTRY_INVALID'],
  [
    'proof hashes, one more',
    (b) => proofOf(b).hashes.push(proofOf(b).rootHash),
    'LOG_ENTRY_INVALID',
  ],
  ['checkpoint, missing', (b) => delete proofOf(b).checkpoint, 'LOG_ENTRY_INVALID'],
  ['checkpoint, empty', checkpoint(() => ''), 'LOG_ENTRY_INVALID'],
  [
    'origin of the checkpoint',
    checkpoint((text) => text.replace(/ - \d/, ' - 9')),
    'LOG_ENTRY_INVALID',
  ],
  [
    'tree size of the checkpoint',
    checkpoint((text) => text.replace(/\n\d+\n/, '\n77\n')),
    'LOG_ENTRY_INVALID',
  ],
  [
    'tree size, in the checkpoint as well',
    (b) => {
      checkpoint((text) => text.replace(/\n\d+\n/, '\n77\n'))(b);
      proofOf(b).treeSize = '77';
    },
    'LOG_ENTRY_INVALID',
  ],
  [
    'root hash, in the checkpoint as well',
    (b) => {
      const other = flipped(proofOf(b).rootHash);
      checkpoint((text) => text.replace(proofOf(b).rootHash, other))(b);
      proofOf(b).rootHash = other;
    },
    'LOG_ENTRY_INVALID',
  ],
  [
    'signature of the checkpoint',
    checkpoint((text) =>
      text.replace(/(\S+)\n$/, (_, signature: string) => `${flipped(signature)}\n`),
    ),
    'LOG_ENTRY_INVALID',
  ],
  [
    'key hint of the checkpoint',
    checkpoint((text) =>
      text.replace(/(\S+)\n$/, (_, signature: string) => `${flipped(signature, 0)}\n`),
    ),
    'LOG_ENTRY_INVALID',
  ],
  [
    'name below the checkpoint',
    checkpoint((text) => text.replace(/\u2014 127\.0\.0\.1:\d+/, '\u2014 127.0.0.1')),
    'LOG_ENTRY_INVALID',
  ],
  [
    'checkpoint without a signature',
    checkpoint((text) => text.replace(/\u2014.*\n$/, '')),
    'LOG_ENTRY_INVALID',
  ],
  [
    'checkpoint with the signature twice',
    checkpoint((text) => text + text.slice(text.indexOf('\u2014'))),
    'LOG_ENTRY_INVALID',
  ],
  [
    'checkpoint with words at the end',
    checkpoint((text) => `${text}and more\n`),
    'LOG_ENTRY_INVALID',
  ],
  [
    'checkpoint with words after a blank line',
    checkpoint((text) => `${text}\nand more\n`),
    'LOG_ENTRY_INVALID',
  ],
  [
    'checkpoint of a sibling',
    (b) => (proofOf(b).checkpoint = proofOf(documentOf(stranger.bundle)).checkpoint!),
    'LOG_ENTRY_INVALID',
  ],
  [
    'checkpoint, root and size of a sibling',
    (b) => {
      const { checkpoint: other, rootHash, treeSize } = proofOf(documentOf(stranger.bundle));
      Object.assign(proofOf(b), { checkpoint: other, rootHash, treeSize });
    },
    'LOG_ENTRY_INVALID',
  ],
  [
    'canonicalizedBody',
    (b) => (entryOf(b).canonicalizedBody = flipped(entryOf(b).canonicalizedBody, 3)),
    'LOG_ENTRY_INVALID',
  ],
  ['canonicalizedBody with a space', body((text) => text.replace(':', ': ')), 'LOG_ENTRY_INVALID'],
  [
    'canonicalizedBody with a name twice',
    body((text) =>
      text.replace('{"apiVersion":"0.0.1",', '{"apiVersion":"0.0.1","apiVersion":"0.0.1",'),
    ),
    'LOG_ENTRY_INVALID',
  ],
  ['canonicalizedBody that is null', body(() => 'null'), 'LOG_ENTRY_INVALID'],
  [
    'canonicalizedBody that is no UTF-8',
    (b) => (entryOf(b).canonicalizedBody = '//79'),
    'LOG_ENTRY_INVALID',
  ],
  [
    'digest in the body',
    body((text) => text.replace(file.sha256, otherFile.sha256)),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'case of the digest in the body',
    body((text) => text.replace(file.sha256, file.sha256.toUpperCase())),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'hash algorithm in the body',
    body((text) => text.replace('"sha256"', '"sha512"')),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'signature in the body',
    body((text) => text.replace(signed.signature, again.signature)),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'certificate in the body',
    body((text) => text.replace(signed.certificate, again.certificate)),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'certificate in the body, by a public key',
    body((text) => text.replace(signed.certificate, publicKeyOf(signed.certificate))),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'kind, in the body as well',
    (b) => {
      body((text) => text.replace('hashedrekord', 'intoto'))(b);
      entryOf(b).kindVersion.kind = 'intoto';
    },
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'version, in the body as well',
    (b) => {
      body((text) => text.replace('0.0.1', '0.0.2'))(b);
      entryOf(b).kindVersion.version = '0.0.2';
    },
    'LOG_ENTRY_INVALID',
  ],
  [
    'entry of a sibling',
    (b) =>
      (b.verificationMaterial.tlogEntries = documentOf(
        sibling.bundle,
      ).verificationMaterial.tlogEntries),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'entry of another signature of the same file',
    (b) =>
      (b.verificationMaterial.tlogEntries = documentOf(
        again.bundle,
      ).verificationMaterial.tlogEntries),
    'LOG_ENTRY_MISMATCH',
  ],
  [
    'entry of another identity',
    (b) =>
      (b.verificationMaterial.tlogEntries = documentOf(
        stranger.bundle,
      ).verificationMaterial.tlogEntries),
    'LOG_ENTRY_MISMATCH',
  ],
  ['entries: none', (b) => (b.verificationMaterial.tlogEntries = []), 'LOG_ENTRY_MISSING'],
  [
    'entries: the same twice',
    (b) => b.verificationMaterial.tlogEntries.push(entryOf(b)),
    'LOG_ENTRY_INVALID',
  ],
  [
    'entries: a good one and one of a sibling',
    (b) => b.verificationMaterial.tlogEntries.push(entryOf(documentOf(sibling.bundle))),
    'LOG_ENTRY_INVALID',
  ],
  [
    'entries: a good one and a copy under another log',
    (b) => {
      const copy = structuredClone(entryOf(b));
      copy.logId.keyId = flipped(copy.logId.keyId);
      b.verificationMaterial.tlogEntries.push(copy);
    },
    'LOG_ENTRY_INVALID',
  ],
];

function checkpoint(change: (text: string) => string): (document: BundleDocument) => void {
  return (document) => {
    const found = proofOf(document).checkpoint!;
    const changed = change(found.envelope);
    expect(changed).not.toBe(found.envelope);
    found.envelope = changed;
  };
}

function body(change: (text: string) => string): (document: BundleDocument) => void {
  return (document) => {
    const text = Buffer.from(entryOf(document).canonicalizedBody, 'base64').toString();
    const changed = change(text);
    expect(changed).not.toBe(text);
    entryOf(document).canonicalizedBody = Buffer.from(changed).toString('base64');
  };
}

function publicKeyOf(certificateText: string): string {
  const { publicKey } = new X509Certificate(Buffer.from(certificateText, 'base64'));
  return Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })).toString('base64');
}

test.for(entries)('refuses a changed log entry: %s', async ([, change, code]) => {
  expect(await codeAfter(change)).toBe(code);
});

test('lets strangers witness a checkpoint', async () => {
  const code = await codeAfter(
    checkpoint(
      (text) => `${text}\u2014 witness.example ${Buffer.alloc(70, 1).toString('base64')}\n`,
    ),
  );

  expect(code).toBeUndefined();
});

function toChain({ verificationMaterial: material }: BundleDocument): void {
  material.x509CertificateChain = { certificates: [material.certificate!] };
  delete material.certificate;
}

function former(version: string, more: readonly string[] = []): string {
  const document = documentOf(signed.bundle);
  document.mediaType = `application/vnd.dev.sigstore.bundle+json;version=${version}`;
  toChain(document);
  const { certificates } = document.verificationMaterial.x509CertificateChain!;
  certificates.push(...more.map((rawBytes) => ({ rawBytes })));
  return JSON.stringify(document);
}

test.for(['0.1', '0.2'])('accepts a bundle of version %s', async (version) => {
  expect(await refusalOf(former(version))).toBeUndefined();
});

test('accepts the former media type of version 0.3', async () => {
  expect(
    await codeAfter((b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.3')),
  ).toBeUndefined();
});

test('ignores intermediates in a chain and refuses everything else after the leaf', async () => {
  const chain = await readFile(scene.sandbox.trust.certificateAuthority, 'utf8');
  const [intermediate, root] = (chain.match(/-----BEGIN[^]+?END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem).raw.toString('base64'),
  );
  const leaf = documentOf(again.bundle).verificationMaterial.certificate!.rawBytes;

  expect(await refusalOf(former('0.2', [intermediate!]))).toBeUndefined();
  for (const other of [[root!], [intermediate!, root!], [leaf], ['AAAA']]) {
    expect(await refusalOf(former('0.2', other))).toMatchObject({ code: 'BUNDLE_MALFORMED' });
  }
});

const documents: readonly Case[] = [
  [
    'media type: unknown version',
    (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json'),
    'BUNDLE_MALFORMED',
  ],
  ['media type: another thing', (b) => (b.mediaType = 'application/json'), 'BUNDLE_MALFORMED'],
  [
    'media type: a known one and more',
    (b) => (b.mediaType = `${String(b.mediaType)};x=1`),
    'BUNDLE_MALFORMED',
  ],
  [
    'media type: version 0.2 for a version 0.3',
    (b) => (b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2'),
    'BUNDLE_MALFORMED',
  ],
  ['media type: none', (b) => Reflect.deleteProperty(b, 'mediaType'), 'BUNDLE_MALFORMED'],
  ['media type: a number', (b) => (b.mediaType = 3), 'BUNDLE_MALFORMED'],
  ['a chain in version 0.3', toChain, 'BUNDLE_MALFORMED'],
  [
    'a certificate and a chain',
    (b) =>
      (b.verificationMaterial.x509CertificateChain = {
        certificates: [b.verificationMaterial.certificate!],
      }),
    'BUNDLE_MALFORMED',
  ],
  [
    'a public key',
    (b) => {
      delete b.verificationMaterial.certificate;
      b.verificationMaterial['publicKey'] = { hint: 'x' };
    },
    'KEY_UNSUPPORTED',
  ],
  [
    'a public key beside the certificate',
    (b) => (b.verificationMaterial['publicKey'] = { hint: 'x' }),
    'BUNDLE_MALFORMED',
  ],
  [
    'an attestation',
    (b) => {
      Reflect.deleteProperty(b, 'messageSignature');
      b['dsseEnvelope'] = {
        payload: 'e30=',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ sig: 'AAAA' }],
      };
    },
    'SIGNATURE_MALFORMED',
  ],
  ['an attestation beside the signature', (b) => (b['dsseEnvelope'] = {}), 'BUNDLE_MALFORMED'],
  ['an unknown field', (b) => (b['extra'] = 1), 'BUNDLE_MALFORMED'],
  ['an unknown field inside', (b) => Object.assign(entryOf(b), { extra: 1 }), 'BUNDLE_MALFORMED'],
  ['no signature', (b) => Reflect.deleteProperty(b, 'messageSignature'), 'BUNDLE_MALFORMED'],
  ['no material', (b) => Reflect.deleteProperty(b, 'verificationMaterial'), 'BUNDLE_MALFORMED'],
  [
    'base64 without padding',
    (b) =>
      (b.verificationMaterial.tlogEntries[0]!.logId.keyId = entryOf(b).logId.keyId.replace(
        '=',
        '',
      )),
    'BUNDLE_MALFORMED',
  ],
  ['base64 with a line break', (b) => (b.messageSignature.signature += '\n'), 'BUNDLE_MALFORMED'],
  [
    'base64 with stray bits',
    (b) => (proofOf(b).rootHash = stray(proofOf(b).rootHash)),
    'BUNDLE_MALFORMED',
  ],
  [
    'too many entries',
    (b) => (b.verificationMaterial.tlogEntries = Array.from({ length: 33 }, () => entryOf(b))),
    'BUNDLE_MALFORMED',
  ],
];

/** The same 32 bytes for a lenient decoder: the last two bits of the last digit are unused. */
function stray(base64: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = base64.at(-2)!;
  return `${base64.slice(0, -2)}${digits[digits.indexOf(last) | 1]!}=`;
}

test.for(documents)('refuses a document with %s', async ([, change, code]) => {
  expect(await codeAfter(change)).toBe(code);
});

test.for([
  ['', 'nothing'],
  ['{', 'half a document'],
  ['null', 'null'],
  ['[]', 'a list'],
  ['42', 'a number'],
  ['{"mediaType":null}', 'a null media type'],
  ['[['.repeat(100_000), 'deep brackets'],
])('refuses %j, which is %s', async ([text]) => {
  expect(await refusalOf(text!)).toMatchObject({ code: 'BUNDLE_MALFORMED' });
});

test('refuses what is too long or no UTF-8', async () => {
  expect(await refusalOf(' '.repeat(5 * 1024 * 1024))).toMatchObject({ code: 'BUNDLE_MALFORMED' });
  expect(await refusalOf(Buffer.from([0xff, 0xfe, 0x7b]))).toMatchObject({
    code: 'BUNDLE_MALFORMED',
  });
});

test('refuses a bundle of another Sigstore', async () => {
  await using other = await openScene();
  const { trustedRoot } = other;

  await expect(
    createVerifier(trustedRoot).verify(file, { bundle: signed.bundle }, scene.policy),
  ).rejects.toMatchObject({ code: 'CERTIFICATE_UNTRUSTED' });
});

test('refuses an entry from the future', async () => {
  const early = createVerifier(scene.trustedRoot, { now: () => new Date(Date.now() - 3_600_000) });

  await expect(early.verify(file, { bundle: signed.bundle }, scene.policy)).rejects.toMatchObject({
    code: 'TIMESTAMP_INVALID',
    hint: expect.stringContaining('clock'),
  });
});

test('gives no verdict without a policy or a digest', async () => {
  const bundle = { bundle: signed.bundle };

  // @ts-expect-error -- the types demand a policy; who calls without types must not get a verdict.
  await expect(scene.verifier.verify(file, bundle)).rejects.toThrow('a policy is required');
  await expect(
    scene.verifier.verify({ ...file, sha256: file.sha256.toUpperCase() }, bundle, scene.policy),
  ).rejects.toThrow(TypeError);
  expect(() => createVerifier({ ...scene.trustedRoot })).toThrow(TypeError);
});

test('parses what it wrote', () => {
  expect(parseBundle(signed.bundle)).toMatchObject({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    key: { certificate: expect.any(Uint8Array) },
    content: { kind: 'message', sha256: file.sha256 },
    logEntries: [{ kind: 'hashedrekord', version: '0.0.1', logIndex: signed.logIndex }],
    timestamps: [],
  });
});
