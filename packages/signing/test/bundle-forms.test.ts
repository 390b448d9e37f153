/**
 * Every form a bundle can have, written and read again.
 *
 * @module
 */

import { bundleText, parseBundle, preAuthenticationEncoding } from '@wheelseal/signing';
import { expect, test } from 'vitest';
import type { SignatureBundle } from '@wheelseal/signing';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const signature = Buffer.from('3006020101020101', 'hex');
const entry = {
  logIndex: '0',
  logId: Buffer.alloc(32, 1),
  kind: 'dsse',
  version: '0.0.2',
  inclusionProof: {
    logIndex: '0',
    rootHash: Buffer.alloc(32, 2),
    treeSize: '1',
    hashes: [],
    checkpoint: 'log\n1\n',
  },
  canonicalizedBody: Buffer.from('{}'),
};

const forms: Readonly<Record<string, SignatureBundle>> = {
  'a file, by certificate': {
    mediaType,
    key: { certificate: Buffer.from('certificate') },
    content: { kind: 'message', signature, sha256: '00'.repeat(32) },
    logEntries: [{ ...entry, integratedTime: '7', signedEntryTimestamp: Buffer.of(1) }],
    timestamps: [],
  },
  'a file, by public key, unlogged': {
    mediaType,
    key: { publicKeyHint: 'the key' },
    content: { kind: 'message', signature: Buffer.alloc(64, 3) },
    logEntries: [],
    timestamps: [Buffer.from('timestamp')],
  },
  'an envelope, by certificate': {
    mediaType,
    key: { certificate: Buffer.from('certificate') },
    content: {
      kind: 'envelope',
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from('{}'),
      signature,
    },
    logEntries: [entry],
    timestamps: [Buffer.from('timestamp')],
  },
};

test.for(Object.entries(forms))('reads what it wrote: %s', ([, bundle]) => {
  expect(parseBundle(bundleText(bundle))).toEqual(bundle);
});

interface Document {
  mediaType: string;
  verificationMaterial: Record<string, unknown>;
  messageSignature?: unknown;
  dsseEnvelope?: Record<string, unknown>;
}

function changed(form: string, change: (document: Document) => unknown): string {
  const document: Document = JSON.parse(bundleText(forms[form]!));
  change(document);
  return JSON.stringify(document);
}

const envelope = 'an envelope, by certificate';
const key = 'a file, by public key, unlogged';
const sig = 'AAAA';

test.for<readonly [string, string, (document: Document) => unknown]>([
  ['nothing that is signed', envelope, (d) => Reflect.deleteProperty(d, 'dsseEnvelope')],
  ['a file and an envelope', envelope, (d) => (d.messageSignature = { signature: sig })],
  ['no signature in its envelope', envelope, (d) => (d.dsseEnvelope!['signatures'] = [])],
  [
    'two signatures in its envelope',
    envelope,
    (d) => (d.dsseEnvelope!['signatures'] = [{ sig }, { sig }]),
  ],
  ['an empty payload', envelope, (d) => (d.dsseEnvelope!['payload'] = '')],
  ['no payload type', envelope, (d) => (d.dsseEnvelope!['payloadType'] = '')],
  ['an unknown field in its envelope', envelope, (d) => (d.dsseEnvelope!['extra'] = 1)],
  ['no key', key, (d) => Reflect.deleteProperty(d.verificationMaterial, 'publicKey')],
  ['two keys', key, (d) => (d.verificationMaterial['certificate'] = { rawBytes: 'AAAA' })],
  ['a key with a value', key, (d) => (d.verificationMaterial['publicKey'] = { rawBytes: 'AAAA' })],
  ['an unknown version', key, (d) => (d.mediaType = mediaType.replace('0.3', '0.4'))],
])('refuses a bundle with %s', ([, form, change]) => {
  expect(() => parseBundle(changed(form, change))).toThrowError(
    expect.objectContaining({ code: 'BUNDLE_MALFORMED' }),
  );
});

test('takes a zero for no time', () => {
  const text = bundleText(forms[envelope]!).replace(
    '"kindVersion"',
    '"integratedTime":"0","kindVersion"',
  );

  expect(text).toContain('integratedTime');
  expect(parseBundle(text).logEntries[0]).not.toHaveProperty('integratedTime');
});

test('encodes what the signature of an envelope is over', () => {
  expect(
    preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world')),
  ).toEqual(Buffer.from('DSSEv1 29 http://example.com/HelloWorld 11 hello world'));
  expect(preAuthenticationEncoding('ä', Buffer.of(0xff))).toEqual(
    Buffer.concat([Buffer.from('DSSEv1 2 ä 1 '), Buffer.of(0xff)]),
  );
});
