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

/** What is unusual about a certificate. */
export interface IssueOptions {
  /** Whether it has the promise of the log. */
  readonly isLogged?: boolean;
  /** When it begins, and for how many seconds; from a minute ago for eleven when absent. */
  readonly from?: Date;
  readonly seconds?: number;
  /** When the log promised; now when absent. */
  readonly promisedAt?: Date;
  /** What the log says beside its promise. */
  readonly promiseExtensions?: Buffer;
}

export interface OwnAuthority {
  /** As a trusted root lists them. */
  readonly certificateAuthorities: readonly unknown[];
  readonly ctlogs: readonly unknown[];
  /** The root certificate in DER. */
  readonly root: Buffer;
  /** Issues a certificate in PEM, with a promise of its log unless told otherwise. */
  issue(publicKey: KeyObject, extensions: readonly Extension[], options?: IssueOptions): string;
}

/** What is unusual about an authority. */
export interface AuthorityOptions {
  /** Name of every certificate of it; `own` when absent. */
  readonly name?: string;
  /** When it begins, and for how many seconds; as `issue` has it when absent. */
  readonly from?: Date;
  readonly seconds?: number;
  /** Whether there is an intermediate between root and leaves. */
  readonly hasIntermediate?: boolean;
  /** Extensions in the place of the usual ones. */
  readonly rootExtensions?: readonly Extension[];
  readonly intermediateExtensions?: readonly Extension[];
  /** When the intermediate begins and for how many seconds; as the root when absent. */
  readonly intermediateTerm?: { readonly from: Date; readonly seconds: number };
  readonly log?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
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

export function commonName(name: string): Buffer {
  return der(0x30, der(0x31, der(0x30, hex('0603 550403'), der(0x0c, Buffer.from(name)))));
}

export const ecdsaWithSha256 = der(0x30, hex('0608 2a8648ce3d040302'));
const keyUsage = hex('0603 551d0f');
const basicConstraints = hex('0603 551d13');
const timestampList = hex('060a 2b06010401d679020402');
const validFor = { start: '2020-01-01T00:00:00Z' };

/** Extensions of a certificate that issues others. */
export const authorityExtensions: readonly Extension[] = [
  [keyUsage, true, hex('03 02 01 06')],
  [basicConstraints, true, der(0x30, hex('01 01 ff'))],
];

export function createOwnAuthority(options: AuthorityOptions = {}): OwnAuthority {
  const { name: text = 'own', hasIntermediate = false } = options;
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuing = hasIntermediate ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : authority;
  const { log = generateKeyPairSync('ec', { namedCurve: 'P-256' }) } = options;
  const name = commonName(text);
  const issuer = hasIntermediate ? commonName(`${text} intermediate`) : name;
  const term = validity(options);
  const { rootExtensions = authorityExtensions, intermediateTerm = options } = options;
  const { intermediateExtensions = authorityExtensions } = options;
  const root = certify(
    {
      issuer: name,
      subject: name,
      key: authority.publicKey,
      extensions: rootExtensions,
      term,
    },
    authority.privateKey,
  );
  const intermediate = certify(
    {
      issuer: name,
      subject: issuer,
      key: issuing.publicKey,
      extensions: intermediateExtensions,
      term: validity(intermediateTerm),
    },
    authority.privateKey,
  );
  const chain = hasIntermediate ? [intermediate, root] : [root];
  const issuerKeyHash = createHash('sha256').update(spkiOf(issuing.publicKey)).digest();
  return {
    root,
    certificateAuthorities: [{ certChain: { certificates: chain.map(rawBytes) }, validFor }],
    ctlogs: [logDocument(log.publicKey)],
    issue(key, list, one = {}) {
      const { isLogged = true } = one;
      const contents = { issuer, subject: der(0x30), key, extensions: list, term: validity(one) };
      const proof = promise(tbs(contents), issuerKeyHash, log, one);
      const more: readonly Extension[] = isLogged ? [[timestampList, false, proof]] : [];
      return pemOf(certify({ ...contents, extensions: [...list, ...more] }, issuing.privateKey));
    },
  };
}

export interface Contents {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly extensions: readonly Extension[];
  readonly term: Buffer;
}

/** A certificate in DER. */
export function certify(contents: Contents, key: KeyObject): Buffer {
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', tbs(contents), key)]);
  return der(0x30, tbs(contents), ecdsaWithSha256, der(0x03, signature));
}

function pemOf(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

export function rawBytes(bytes: Buffer): { readonly rawBytes: string } {
  return { rawBytes: bytes.toString('base64') };
}

export function validity({
  from = new Date(Date.now() - 60_000),
  seconds = 660,
}: Pick<IssueOptions, 'from' | 'seconds'>): Buffer {
  return der(0x30, timeOf(from), timeOf(new Date(from.getTime() + seconds * 1000)));
}

/** A GeneralizedTime. */
export function timeOf(time: Date): Buffer {
  return der(0x18, Buffer.from(time.toISOString().replaceAll(/[-:T]|\.\d+/g, '')));
}

function tbs({ issuer, subject, key, extensions, term }: Contents): Buffer {
  const list = extensions.map(([oid, critical, value]) =>
    der(0x30, oid, ...(critical ? [hex('01 01 ff')] : []), der(0x04, value)),
  );
  return der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(1)),
    ecdsaWithSha256,
    issuer,
    term,
    subject,
    spkiOf(key),
    der(0xa3, der(0x30, ...list)),
  );
}

/** A list of one signed certificate timestamp (RFC 6962 section 3.2). */
function promise(
  contents: Buffer,
  issuerKeyHash: Buffer,
  log: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  { promisedAt = new Date(), promiseExtensions = Buffer.alloc(0) }: IssueOptions,
): Buffer {
  const when = Buffer.alloc(8);
  when.writeBigUInt64BE(BigInt(promisedAt.getTime()));
  const length = Buffer.of(0, contents.length >> 8, contents.length & 0xff);
  const more = Buffer.concat([Buffer.of(0, promiseExtensions.length), promiseExtensions]);
  const input = [hex('00 00'), when, hex('00 01'), issuerKeyHash, length, contents, more];
  const signature = sign('sha256', Buffer.concat(input), log.privateKey);
  const proof = Buffer.concat([
    Buffer.of(0),
    createHash('sha256').update(spkiOf(log.publicKey)).digest(),
    when,
    more,
    hex('04 03'),
    Buffer.of(0, signature.length),
    signature,
  ]);
  return der(0x04, Buffer.of(0, proof.length + 2, 0, proof.length), proof);
}

function logDocument(publicKey: KeyObject): unknown {
  const spki = spkiOf(publicKey);
  return {
    baseUrl: 'https://ct.example',
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spki.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: createHash('sha256').update(spki).digest('base64') },
  };
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}
