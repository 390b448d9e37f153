/**
 * Timestamps: signed statements of an authority that a signature existed at a time (RFC 3161, in a
 * CMS envelope, RFC 5652).
 *
 * They are taken apart by the letter. What in them is not signed may not be changed either, so it has
 * to be what it must be or must not be there at all.
 *
 * @module
 */

import { createHash, timingSafeEqual, verify } from 'node:crypto';
import { chainsTo, isChainValidAt, type AuthorityCertificate } from './certificate-chain.ts';
import {
  childrenOf,
  DerError,
  expectTag,
  objectIdentifier,
  readElement,
  readElements,
  tags,
  writeElement,
  type DerElement,
} from './der.ts';
import { VerificationError } from './errors.ts';
import { isInTerm, type TrustedAuthority } from './trust.ts';
import type { TrustedService } from './trusted-root.ts';

/** A timestamp that an authority was found to have made. */
export interface ProvenTimestamp {
  readonly time: Date;
  readonly authority: TrustedService;
}

/** A timestamp as it says itself. */
export interface StatedTimestamp {
  readonly time: Date;
  /** The hash of what was stamped, and which hash it is. */
  readonly imprint: Buffer;
  readonly hash: string;
  readonly issuer: Buffer;
  readonly serialNumber: Buffer;
  /** Certificates that came along, in DER. */
  readonly certificates: readonly Buffer[];
  /** What the authority signed, and how. */
  readonly signed: Buffer;
  readonly algorithm: string;
  readonly digestAlgorithm: string;
  readonly signature: Buffer;
}

type Chains = ReturnType<typeof chainsTo>;

const chains = new WeakMap<AuthorityCertificate, Chains>();

const timeStamping = '1.3.6.1.5.5.7.3.8';
const signedData = '1.2.840.113549.1.7.2';
const timestampInfo = '1.2.840.113549.1.9.16.1.4';
const contentType = '1.2.840.113549.1.9.3';
const messageDigest = '1.2.840.113549.1.9.4';

const hashNames: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

// Kind of key and hash; none where the signer's digest algorithm says it, or the key itself.
const signatureAlgorithms: Readonly<Record<string, readonly [kind: string, hash?: string]>> = {
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
  '1.2.840.113549.1.1.1': ['rsa'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.3.101.112': ['ed25519'],
};

/**
 * Finds the authority that made a timestamp over a signature, as it was trusted at that time.
 *
 * @throws VerificationError with code `TIMESTAMP_INVALID`.
 */
export function proveTimestamp(
  response: Uint8Array,
  signature: Uint8Array,
  authorities: readonly TrustedAuthority[],
): ProvenTimestamp {
  const stated = readTimestamp(response);
  if (stated === undefined) throw invalid('a timestamp of the signature is malformed');
  const { time, imprint, hash } = stated;
  const stamped = createHash(hash).update(signature).digest();
  if (stamped.length !== imprint.length || !timingSafeEqual(stamped, imprint)) {
    throw invalid('a timestamp is over another signature');
  }
  const maker = authorities.find((one) => isMadeBy(stated, one));
  if (maker === undefined) throw invalid('no trusted authority made a timestamp of the signature');
  return { time, authority: maker.service };
}

/** Reads a granted timestamp; `undefined` if it is not in the form of one. */
export function readTimestamp(response: Uint8Array): StatedTimestamp | undefined {
  try {
    return parse(response);
  } catch {
    return undefined;
  }
}

function isMadeBy(stated: StatedTimestamp, { service, certificates }: TrustedAuthority): boolean {
  const [signer, ...issuers] = certificates;
  if (signer === undefined || !isInTerm(service, stated.time)) return false;
  if (signer.purposes?.includes(timeStamping) !== true || signer.isAuthority) return false;
  if (!signer.issuerName.equals(stated.issuer)) return false;
  if (!signer.serialNumber.equals(stated.serialNumber)) return false;
  if (!stated.certificates.every((der) => certificates.some((one) => one.der.equals(der)))) {
    return false;
  }
  const isVouchedFor = chainsOf(signer, issuers).some((chain) =>
    isChainValidAt([signer, ...chain], stated.time),
  );
  return isVouchedFor && isSigned(stated, signer);
}

// A release has many timestamps of one authority; its chain does not depend on the time.
function chainsOf(signer: AuthorityCertificate, issuers: readonly AuthorityCertificate[]): Chains {
  const known = chains.get(signer) ?? chainsTo(signer.x509, issuers, timeStamping);
  chains.set(signer, known);
  return known;
}

function isSigned(stated: StatedTimestamp, { x509 }: AuthorityCertificate): boolean {
  const [kind, hash = kind === 'ed25519' ? undefined : stated.digestAlgorithm] =
    signatureAlgorithms[stated.algorithm] ?? [];
  if (x509.publicKey.asymmetricKeyType !== kind) return false;
  try {
    return verify(hash, stated.signed, x509.publicKey, stated.signature);
  } catch {
    return false;
  }
}

/** TimeStampResp (RFC 3161 section 2.4.2). */
function parse(response: Uint8Array): StatedTimestamp {
  const [status, token] = sequence(readElement(response), 2, 2);
  if (integer(sequence(status, 1, 2)[0]) !== 0) throw new DerError('not granted');
  const [type, content] = sequence(token, 2, 2);
  assertIdentifier(type, signedData);
  // SignedData (RFC 5652 section 5.1).
  const fields = sequence(inside(content, 0xa0), 4, 5);
  const [version, algorithms, encapsulated] = fields;
  const certificates = fields.length === 5 ? readElements(expectTag(fields[3], 0xa0).value) : [];
  const [signer] = only(childrenOf(expectTag(fields.at(-1), tags.set), tags.set));
  const [digestAlgorithm] = only(childrenOf(expectTag(algorithms, tags.set), tags.set));
  if (integer(version) !== 3) throw new DerError('another version');
  const info = encapsulatedInfo(encapsulated);
  return {
    ...readInfo(info),
    ...readSigner(signer, info, algorithmOf(digestAlgorithm)),
    certificates: certificates.map(({ bytes }) => bytes),
  };
}

function encapsulatedInfo(encapsulated: DerElement | undefined): Buffer {
  const [type, content] = sequence(encapsulated, 2, 2);
  assertIdentifier(type, timestampInfo);
  const octets = inside(content, 0xa0);
  // BER may cut a string in pieces, and older clients of one made use of it for one piece.
  const [whole] = octets.tag === 0x24 ? only(readElements(octets.value)) : [octets];
  return expectTag(whole, tags.octetString).value;
}

/** TSTInfo (RFC 3161 section 2.4.2). */
function readInfo(info: Buffer): Pick<StatedTimestamp, 'time' | 'imprint' | 'hash'> {
  const [version, , imprint, , time] = sequence(readElement(info), 5, 10);
  if (integer(version) !== 1) throw new DerError('another version');
  const [algorithm, hashed] = sequence(imprint, 2, 2);
  const hash = hashNames[algorithmOf(algorithm)];
  if (hash === undefined) throw new DerError('another hash');
  return { time: generalizedTime(time), imprint: expectTag(hashed, tags.octetString).value, hash };
}

/** SignerInfo (RFC 5652 section 5.3), without attributes that nobody signed. */
function readSigner(
  signer: DerElement | undefined,
  info: Buffer,
  announced: string,
): Omit<StatedTimestamp, 'time' | 'imprint' | 'hash' | 'certificates'> {
  const [version, name, digest, attributes, algorithm, signature] = sequence(signer, 6, 6);
  const [issuer, serialNumber] = sequence(name, 2, 2);
  const digestOid = algorithmOf(digest);
  const digestAlgorithm = hashNames[digestOid];
  if (integer(version) !== 1 || digestAlgorithm === undefined || digestOid !== announced) {
    throw new DerError('another signer');
  }
  const { value } = expectTag(attributes, 0xa0);
  const signed = new Map(readElements(value).map(readAttribute));
  if (signed.size !== readElements(value).length) throw new DerError('an attribute twice');
  assertIdentifier(signed.get(contentType), timestampInfo);
  const hashed = expectTag(signed.get(messageDigest), tags.octetString).value;
  if (!createHash(digestAlgorithm).update(info).digest().equals(hashed)) {
    throw new DerError('another content');
  }
  return {
    issuer: expectTag(issuer, tags.sequence).bytes,
    serialNumber: expectTag(serialNumber, tags.integer).value,
    signed: writeElement(tags.set, value),
    algorithm: algorithmOf(algorithm),
    digestAlgorithm,
    signature: expectTag(signature, tags.octetString).value,
  };
}

function readAttribute(element: DerElement): readonly [string, DerElement] {
  const [oid, values] = sequence(element, 2, 2);
  const [value] = only(childrenOf(expectTag(values, tags.set), tags.set));
  return [objectIdentifier(oid), value];
}

function algorithmOf(element: DerElement | undefined): string {
  const [oid, parameters] = sequence(element, 1, 2);
  if (parameters !== undefined && parameters.bytes.toString('hex') !== '0500') {
    throw new DerError('unknown parameters');
  }
  return objectIdentifier(oid);
}

function sequence(
  element: DerElement | undefined,
  fewest: number,
  most: number,
): readonly DerElement[] {
  const parts = childrenOf(expectTag(element, tags.sequence), tags.sequence);
  if (parts.length >= fewest && parts.length <= most) return parts;
  throw new DerError('another number of fields');
}

function inside(element: DerElement | undefined, tag: number): DerElement {
  return readElement(expectTag(element, tag).value);
}

function only(elements: readonly DerElement[]): readonly [DerElement] {
  const [first, ...others] = elements;
  if (first === undefined || others.length > 0) throw new DerError('expected one element');
  return [first];
}

function assertIdentifier(element: DerElement | undefined, expected: string): void {
  if (objectIdentifier(element) !== expected) throw new DerError('another type');
}

function integer(element: DerElement | undefined): number {
  const { value } = expectTag(element, tags.integer);
  if (value.length !== 1) throw new DerError('a long number');
  return value.readInt8();
}

function generalizedTime(element: DerElement | undefined): Date {
  const text = expectTag(element, tags.generalizedTime).value.toString('latin1');
  const [, year, month, day, hour, minute, second, fraction = ''] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text) ?? [];
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}Z`);
  if (!Number.isFinite(time.getTime())) throw new DerError('no time');
  return time;
}

function invalid(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'TIMESTAMP_INVALID',
    hint: 'Take the bundle that was published with the file, and the trusted root of the Sigstore that made it.',
  });
}
