/**
 * The log entry of a file's signature: `hashedrekord` 0.0.1, asked for and compared.
 *
 * A valid entry proves something about its own certificate, signature and digest only. So all three
 * are compared, whoever hands us the entry.
 *
 * @module
 */

import { z } from 'zod';
import { decodeBase64 } from './base64.ts';
import { readPem } from './detached-signature.ts';
import { encodePem } from './ecdsa.ts';
import { VerificationError } from './errors.ts';
import type { LogEntry } from './log-entry.ts';

/** What a log entry must be about. */
export interface Signed {
  /** The leaf certificate in DER. */
  readonly certificate: Uint8Array;
  /** The signature in DER. */
  readonly signature: Uint8Array;
  /** SHA-256 of the file. */
  readonly digest: Uint8Array;
}

/** What the log records of a signed file. */
export interface HashedRecord {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly data: { readonly hash: { readonly algorithm: string; readonly value: string } };
    readonly signature: {
      readonly content: string;
      readonly publicKey: { readonly content: string };
    };
  };
}

const Body: z.ZodType<HashedRecord> = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  spec: z.strictObject({
    data: z.strictObject({
      hash: z.strictObject({ algorithm: z.string(), value: z.string() }),
    }),
    signature: z.strictObject({
      content: z.string(),
      publicKey: z.strictObject({ content: z.string() }),
    }),
  }),
});

/** The entry as it is sent to the log. */
export function hashedRecord({ certificate, signature, digest }: Signed): HashedRecord {
  const pem = encodePem(certificate, 'CERTIFICATE');
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: Buffer.from(digest).toString('hex') } },
      signature: {
        content: Buffer.from(signature).toString('base64'),
        publicKey: { content: Buffer.from(pem).toString('base64') },
      },
    },
  };
}

/**
 * Throws unless an entry is about exactly this certificate, this signature and this digest.
 *
 * @throws VerificationError with code `LOG_ENTRY_MISMATCH` or, for an unreadable entry,
 * `LOG_ENTRY_INVALID`.
 */
export function assertRecordOf(entry: LogEntry, signed: Signed): void {
  const { apiVersion, kind, spec } = readBody(entry.canonicalizedBody);
  assertSame('kind', entry.kind, 'hashedrekord');
  assertSame('version', entry.version, '0.0.1');
  assertSame('kind', kind, entry.kind);
  assertSame('version', apiVersion, entry.version);
  assertSame('hash algorithm', spec.data.hash.algorithm, 'sha256');
  if (spec.data.hash.value !== Buffer.from(signed.digest).toString('hex')) throw mismatch('digest');
  if (!isSame(decodeBase64(spec.signature.content), signed.signature)) throw mismatch('signature');
  const pem = decodeBase64(spec.signature.publicKey.content);
  const certificate = pem && readPem(pem.toString('latin1'));
  if (!isSame(certificate, signed.certificate)) throw mismatch('certificate');
}

/**
 * Kind and version of what a log recorded.
 *
 * @throws VerificationError with code `LOG_ENTRY_INVALID`.
 */
export function kindOf(body: Uint8Array): { readonly kind: string; readonly version: string } {
  const { kind, apiVersion } = readBody(body);
  return { kind, version: apiVersion };
}

function readBody(bytes: Uint8Array): HashedRecord {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const body = Body.parse(JSON.parse(text));
    // The log writes canonical JSON: no spaces, names in order, each once.
    if (canonical(body) === text) return body;
  } catch {
    // Falls through: how it is malformed helps nobody.
  }
  throw new VerificationError('the log entry does not record a signed file', {
    code: 'LOG_ENTRY_INVALID',
    hint: 'Take the bundle that was published with the file.',
  });
}

function canonical({ apiVersion, kind, spec: { data, signature } }: HashedRecord): string {
  const { algorithm, value } = data.hash;
  const { content, publicKey } = signature;
  const ordered = { content, publicKey: { content: publicKey.content } };
  return JSON.stringify({
    apiVersion,
    kind,
    spec: { data: { hash: { algorithm, value } }, signature: ordered },
  });
}

function isSame(found: Uint8Array | undefined, expected: Uint8Array): boolean {
  return found !== undefined && Buffer.from(expected).equals(found);
}

// Only words are shown: what a stranger wrote may hold anything.
function assertSame(what: string, found: string, expected: string): void {
  if (found === expected) return;
  if (!/^[\w.-]{1,40}$/.test(found)) throw mismatch(what);
  throw new VerificationError(`the log entry has ${what} \`${found}\`, expected \`${expected}\``, {
    code: 'LOG_ENTRY_MISMATCH',
    hint: 'Take the signature that was published with the file.',
  });
}

function mismatch(what: string): VerificationError {
  return new VerificationError(`the log entry is about another ${what}`, {
    code: 'LOG_ENTRY_MISMATCH',
    hint: 'Take the signature that was published with the file.',
  });
}
