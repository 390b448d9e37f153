/**
 * What Rekor 2 is asked to log: `hashedrekord` 0.0.2, and `dsse` 0.0.2 as it was before 2.3.0.
 *
 * @module
 */

import { createHash, verify } from 'node:crypto';

import { bytesField, field, textField } from '../json-field.ts';
import { canonicalJson } from './canonical-json.ts';
import { preAuthenticationEncoding } from './envelope.ts';
import { EntryError } from './hashed-rekord.ts';
import { readLogVerifier } from './log-verifier.ts';
import type { LogVerifier } from './log-verifier.ts';
import { isSignedDigest } from './prehashed-signature.ts';
import { ProtoJsonError, assertProtoJson } from './proto-json.ts';
import type { ProtoShape } from './proto-json.ts';
import type { TiledEntry } from './tiled-log.ts';

/** What the log takes beside `hashedrekord`. */
export interface AcceptedEntries {
  readonly dsse: boolean;
}

const version = '0.0.2';
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
  const { key, algorithm, json } = readLogVerifier(field(request, 'signature', 'verifier'));
  if (digest.length !== algorithm.digestLength) throw new EntryError('digest of another length');
  if (!isSignedDigest(digest, content, key)) throw new EntryError('another signature');
  return {
    hashedRekordV002: {
      data: { algorithm: algorithm.digestName, digest: digest.toString('base64') },
      signature: { content: content.toString('base64'), verifier: json },
    },
  };
}

function readEnvelope(request: unknown): object {
  const payload = bytesField(request, 'envelope', 'payload');
  const signed = preAuthenticationEncoding(textField(request, 'envelope', 'payloadType'), payload);
  const verifiers = list(field(request, 'verifiers')).map(readLogVerifier);
  const signatures = list(field(request, 'envelope', 'signatures')).map((signature) => {
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

function isSigned(data: Buffer, signature: Buffer, { key, algorithm }: LogVerifier): boolean {
  const digest = algorithm.keyType === 'ed25519' ? null : algorithm.digest;
  return verify(digest, data, key, signature);
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

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
