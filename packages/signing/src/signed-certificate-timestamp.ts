/**
 * The promises inside a certificate that a log will show it to everybody (RFC 6962 section 3).
 *
 * What a log signed is the certificate without the list of promises itself, bound to the key of the
 * issuer: of the one that the chain went through, as two authorities can have one name.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { signedPartWithout } from './certificate-extensions.ts';
import type { AuthorityCertificate } from './certificate-chain.ts';
import type { SigningCertificate } from './certificate.ts';
import { readElement, tags } from './der.ts';
import { VerificationError } from './errors.ts';
import { verifiesMessage } from './public-key.ts';
import { isInTerm, type TrustedLog } from './trust.ts';

/** One promise. */
interface Promised {
  readonly logId: Buffer;
  readonly time: Buffer;
  readonly extensions: Buffer;
  readonly signature: Buffer;
}

const listOid = '1.3.6.1.4.1.11129.2.4.2';
const version = 0;
// Hash and signature algorithms of TLS: SHA-256 with RSA or with ECDSA.
const algorithms = new Set([0x0401, 0x0403]);

/**
 * Throws unless a trusted log promised to show the certificate, and every promise in it holds.
 *
 * @throws VerificationError with code `SCT_INVALID`.
 */
export function assertPromised(
  { der, extensions }: SigningCertificate,
  issuer: AuthorityCertificate,
  logs: readonly TrustedLog[],
): void {
  const list = extensions.get(listOid);
  if (list === undefined) throw invalid();
  const promises = readPromises(list.value);
  const ids = new Set(promises?.map(({ logId }) => logId.toString('hex')));
  if (promises === undefined || promises.length === 0 || ids.size < promises.length) {
    throw invalid();
  }
  const entry = entryOf(signedPartWithout(der, listOid), issuer);
  for (const promise of promises) {
    if (!logs.some((log) => isKept(promise, entry, log))) throw invalid();
  }
}

function isKept(
  { logId, time, extensions, signature }: Promised,
  entry: Buffer,
  { ids, key, service }: TrustedLog,
): boolean {
  if (!ids.some((id) => id.equals(logId))) return false;
  if (!isInTerm(service, new Date(Number(time.readBigUInt64BE())))) return false;
  const signed = Buffer.concat([Buffer.of(version, 0), time, entry, withLength(extensions, 2)]);
  return verifiesMessage(key, signed, signature);
}

/** The entry of a certificate that was not issued yet: its issuer's key and what is signed. */
function entryOf(signedPart: Buffer, { x509 }: AuthorityCertificate): Buffer {
  const key = x509.publicKey.export({ type: 'spki', format: 'der' });
  return Buffer.concat([
    Buffer.of(0, 1),
    createHash('sha256').update(key).digest(),
    withLength(signedPart, 3),
  ]);
}

function readPromises(extension: Buffer): readonly Promised[] | undefined {
  try {
    const reader = new Reader(readElement(extension, tags.octetString).value);
    const list = new Reader(reader.block(2));
    reader.assertEnd();
    const promises: Promised[] = [];
    while (!list.isAtEnd) promises.push(readPromise(new Reader(list.block(2))));
    return promises;
  } catch {
    return undefined;
  }
}

function readPromise(reader: Reader): Promised {
  const known = reader.number(1);
  const logId = reader.bytes(32);
  const time = reader.bytes(8);
  const extensions = reader.block(2);
  const algorithm = reader.number(2);
  const signature = reader.block(2);
  reader.assertEnd();
  if (known !== version || !algorithms.has(algorithm)) throw new RangeError('unknown');
  return { logId, time, extensions, signature };
}

/** Reads what TLS writes: numbers, and blocks with their length before them. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  bytes(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new RangeError('cut off');
    this.#at += length;
    return bytes;
  }

  number(length: number): number {
    return this.bytes(length).readUIntBE(0, length);
  }

  block(width: number): Buffer {
    return this.bytes(this.number(width));
  }

  assertEnd(): void {
    if (!this.isAtEnd) throw new RangeError('bytes are left');
  }
}

function withLength(bytes: Buffer, width: number): Buffer {
  const length = Buffer.alloc(width);
  length.writeUIntBE(bytes.length, 0, width);
  return Buffer.concat([length, bytes]);
}

function invalid(): VerificationError {
  return new VerificationError('no trusted log has seen the certificate', {
    code: 'SCT_INVALID',
    hint: 'Name the trusted root of the Sigstore that made the signature with `--trusted-root`.',
  });
}
