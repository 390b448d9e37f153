/**
 * A certificate authority with its certificate log, which issue whatever a test asks for.
 *
 * Certificates are laid out byte by byte (RFC 5280, RFC 6962): a library would refuse to make most
 * of them.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** One extension: object identifier in DER, whether it is critical, and the DER inside. */
export type Extension = readonly [oid: Buffer, critical: boolean, value: Buffer];

export interface OwnAuthority {
  /** As a trusted root lists them. */
  readonly certificateAuthorities: readonly unknown[];
  readonly ctlogs: readonly unknown[];
  /** Issues a certificate, with a proof of its log unless told otherwise. */
  issue(
    publicKey: KeyObject,
    extensions: readonly Extension[],
    options?: { readonly isLogged?: boolean },
  ): string;
}

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), value]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...bytes), value]);
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

const ecdsaWithSha256 = der(0x30, hex('0608 2a8648ce3d040302'));
const keyUsage = hex('0603 551d0f');
const basicConstraints = hex('0603 551d13');
const timestampList = hex('060a 2b06010401d679020402');
const validFor = { start: '2020-01-01T00:00:00Z' };

export function createOwnAuthority(): OwnAuthority {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const log = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = der(0x30, der(0x31, der(0x30, hex('0603 550403'), der(0x0c, Buffer.from('own')))));
  const certify = (subject: Buffer, key: KeyObject, extensions: readonly Extension[]) =>
    signed(tbs({ issuer: name, subject, key, extensions }), authority.privateKey);
  const root = certify(name, authority.publicKey, [
    [keyUsage, true, hex('03 02 01 06')],
    [basicConstraints, true, der(0x30, hex('01 01 ff'))],
  ]);
  const issuerKeyHash = createHash('sha256').update(spkiOf(authority.publicKey)).digest();
  return {
    certificateAuthorities: [
      { certChain: { certificates: [{ rawBytes: root.toString('base64') }] }, validFor },
    ],
    ctlogs: [logDocument(log.publicKey)],
    issue(key, extensions, { isLogged = true } = {}) {
      const subject = der(0x30);
      const proof = timestamp(tbs({ issuer: name, subject, key, extensions }), issuerKeyHash, log);
      const more: readonly Extension[] = isLogged ? [[timestampList, false, proof]] : [];
      const body = certify(subject, key, [...extensions, ...more]).toString('base64');
      const lines = body.match(/.{1,64}/g) ?? [];
      return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
    },
  };
}

interface Contents {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly extensions: readonly Extension[];
}

function tbs({ issuer, subject, key, extensions }: Contents): Buffer {
  const list = extensions.map(([oid, critical, value]) =>
    der(0x30, oid, ...(critical ? [hex('01 01 ff')] : []), der(0x04, value)),
  );
  return der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    issuer,
    der(0x30, time(-60), time(600)),
    subject,
    spkiOf(key),
    der(0xa3, der(0x30, ...list)),
  );
}

function time(seconds: number): Buffer {
  const text = new Date(Date.now() + seconds * 1000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(text));
}

function signed(contents: Buffer, key: KeyObject): Buffer {
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', contents, key)]);
  return der(0x30, contents, ecdsaWithSha256, der(0x03, signature));
}

/** A list of one signed certificate timestamp (RFC 6962 section 3.2). */
function timestamp(
  contents: Buffer,
  issuerKeyHash: Buffer,
  log: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Buffer {
  const when = Buffer.alloc(8);
  when.writeBigUInt64BE(BigInt(Date.now()));
  const length = Buffer.of(0, contents.length >> 8, contents.length & 0xff);
  const input = [hex('00 00'), when, hex('00 01'), issuerKeyHash, length, contents, hex('00 00')];
  const signature = sign('sha256', Buffer.concat(input), log.privateKey);
  const proof = Buffer.concat([
    Buffer.of(0),
    createHash('sha256').update(spkiOf(log.publicKey)).digest(),
    when,
    hex('00 00 04 03'),
    Buffer.of(0, signature.length),
    signature,
  ]);
  return der(0x04, Buffer.of(0, proof.length + 2, 0, proof.length), proof);
}

function logDocument(publicKey: KeyObject): unknown {
  const rawBytes = spkiOf(publicKey);
  return {
    baseUrl: 'https://ct.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: rawBytes.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: createHash('sha256').update(rawBytes).digest('base64') },
  };
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
