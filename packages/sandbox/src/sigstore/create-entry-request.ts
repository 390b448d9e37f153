/**
 * What Rekor 2 is asked to log: `hashedrekord` 0.0.2, and `dsse` 0.0.2 as it was before 2.3.0.
 *
 * @module
 */

import { createHash, verify } from 'node:crypto';

import { bytesField, field, listField, textField } from '../json-field.ts';
import { canonicalJson } from '../canonical-json.ts';
import { preAuthenticationEncoding } from './envelope.ts';
import { EntryError } from './logged-entry.ts';
import { readLogVerifier } from './log-verifier.ts';
import type { LogVerifier } from './log-verifier.ts';
import { digestLengths, isSignedDigest } from './prehashed-signature.ts';
import { ProtoJsonError, assertProtoJson } from './proto-json.ts';
import type { ProtoShape } from './proto-json.ts';
import type { TiledEntry } from './tiled-log.ts';

/** What the log takes beside `hashedrekord`. */
export interface AcceptedEntries {
  readonly dsse: boolean;
}

const version = '0.0.2';
const digestNames = { sha256: 'SHA2_256', sha384: 'SHA2_384', sha512: 'SHA2_512' } as const;
const verifierShape: ProtoShape = {
  publicKey: { rawBytes: 'bytes' },
  x509Certificate: { rawBytes: 'bytes' },
  keyDetails: 'value',
};
const requestShape: ProtoShape = {
  hashedRekordRequestV002: {
    digest: 'bytes',
    signature: { content: 'bytes', verifier: verifierShape },
  },
  dsseRequestV002: {
    envelope: {
      payload: 'bytes',
      payloadType: 'value',
      signatures: [{ sig: 'bytes', keyid: 'value' }],
    },
    verifiers: [verifierShape],
  },
};

/**
 * Checks a request, its signatures included, and brings its entry into the canonical form.
 *
 * @throws ProtoJsonError when it is no such request.
 * @throws EntryError when the log does not take it; the message is Rekor's, which keeps the reason.
 */
export function readCreateEntryRequest(request: unknown, { dsse }: AcceptedEntries): TiledEntry {
  assertProtoJson(request, requestShape);
  const hashedRekord = field(request, 'hashedRekordRequestV002');
  const envelope = field(request, 'dsseRequestV002');
  if (isPresent(hashedRekord) && isPresent(envelope)) {
    throw new ProtoJsonError('proto: error parsing "dsseRequestV002", oneof is already set');
  }
  if (isPresent(hashedRekord)) return reading('hashedrekord', () => readHashedRekord(hashedRekord));
  if (isPresent(envelope) && dsse) return reading('dsse', () => readEnvelope(envelope));
  const types = dsse ? 'either hashedrekord or dsse' : 'hashedrekord';
  throw new EntryError(`invalid type, must be ${types}`);
}

function readHashedRekord(request: unknown): object {
  const digest = bytesField(request, 'digest');
  const content = bytesField(request, 'signature', 'content');
  const verifier = readLogVerifier(field(request, 'signature', 'verifier'));
  const name = verifier.digest;
  if (digest.length !== digestLengths[name]) throw new EntryError('digest of another length');
  if (!isSignedDigest({ name, value: digest }, content, verifier.key)) {
    throw new EntryError('signature by another key or over another digest');
  }
  return {
    hashedRekordV002: {
      data: { algorithm: digestNames[name], digest: digest.toString('base64') },
      signature: { content: content.toString('base64'), verifier: verifier.json },
    },
  };
}

function readEnvelope(request: unknown): object {
  const payload = bytesField(request, 'envelope', 'payload');
  const signed = preAuthenticationEncoding(textField(request, 'envelope', 'payloadType'), payload);
  const verifiers = listField(request, 'verifiers').map(readLogVerifier);
  const signatures = listField(request, 'envelope', 'signatures').map((signature) => {
    const content = bytesField(signature, 'sig');
    const verifier = verifiers.find((candidate) => isSigned(signed, content, candidate));
    if (verifier === undefined) throw new EntryError('a signature that no verifier verifies');
    return { content, verifier: verifier.json };
  });
  if (signatures.length === 0) throw new EntryError('envelope missing signatures');
  return {
    dsseV002: {
      payloadHash: {
        algorithm: 'SHA2_256',
        digest: createHash('sha256').update(payload).digest('base64'),
      },
      signatures: signatures
        .toSorted((left, right) => Buffer.compare(left.content, right.content))
        .map(({ content, verifier }) => ({ content: content.toString('base64'), verifier })),
    },
  };
}

function isSigned(data: Buffer, signature: Buffer, { key, digest }: LogVerifier): boolean {
  return verify(key.asymmetricKeyType === 'ed25519' ? null : digest, data, key, signature);
}

function reading(kind: string, read: () => object): TiledEntry {
  try {
    const spec = read();
    return { kind, version, body: Buffer.from(canonicalJson({ apiVersion: version, kind, spec })) };
  } catch (cause) {
    if (cause instanceof EntryError) throw new EntryError(`invalid ${kind} request`, { cause });
    throw cause;
  }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
