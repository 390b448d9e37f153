/**
 * A signature as a log is asked to record it, and as it then must have recorded it, in the words of
 * each version of Rekor.
 *
 * Rekor v1 records an envelope as such. Rekor v2 knows digests only: that of a file, or that of the
 * bytes which the signature of an envelope is over.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LogEntry } from './log-entry.ts';
import { encodePem } from './pem.ts';
import type { SignedContent } from './signed-content.ts';

/** A signature with everything that a log entry is about. */
export interface LoggedSignature {
  readonly content: SignedContent;
  /** What was signed: the digest of the file, or that of the envelope's encoding. */
  readonly digest: Uint8Array;
  /** Whose signature it is, in DER. */
  readonly verifier: { readonly certificate: Uint8Array } | { readonly publicKey: Uint8Array };
}

/** What is sent to a log, and what it must answer that it recorded. */
export interface Proposal {
  readonly request: object;
  readonly record: Readonly<Record<'apiVersion' | 'kind', string>> & { readonly spec: object };
}

/** The entry for a Rekor v1. */
export function firstProposal(signed: LoggedSignature): Proposal {
  const { content, digest, verifier } = signed;
  const pem =
    'certificate' in verifier
      ? encodePem(verifier.certificate, 'CERTIFICATE')
      : encodePem(verifier.publicKey, 'PUBLIC KEY');
  const key = base64(Buffer.from(pem));
  const signature = base64(content.signature);
  if (content.kind === 'message') {
    const data = { hash: { algorithm: 'sha256', value: Buffer.from(digest).toString('hex') } };
    const spec = { data, signature: { content: signature, publicKey: { content: key } } };
    const record = { apiVersion: '0.0.1', kind: 'hashedrekord', spec };
    return { request: record, record };
  }
  const { payload, payloadType } = content;
  const envelope = JSON.stringify({
    payload: base64(payload),
    payloadType,
    signatures: [{ sig: signature }],
  });
  const kind = { apiVersion: '0.0.1', kind: 'dsse' };
  return {
    request: { ...kind, spec: { proposedContent: { envelope, verifiers: [key] } } },
    record: {
      ...kind,
      spec: {
        envelopeHash: hashOf(Buffer.from(envelope)),
        payloadHash: hashOf(payload),
        signatures: [{ signature, verifier: key }],
      },
    },
  };
}

/** The entry for a Rekor v2, for which the key must be one on P-256. */
export function secondProposal(signed: LoggedSignature): Proposal {
  const { content, verifier } = signed;
  const key =
    'certificate' in verifier
      ? { x509Certificate: { rawBytes: base64(verifier.certificate) } }
      : { publicKey: { rawBytes: base64(verifier.publicKey) } };
  const signature = {
    content: base64(content.signature),
    verifier: { ...key, keyDetails: 'PKIX_ECDSA_P256_SHA_256' },
  };
  const digest = base64(signed.digest);
  return {
    request: { hashedRekordRequestV002: { digest, signature } },
    record: {
      apiVersion: '0.0.2',
      kind: 'hashedrekord',
      spec: { hashedRekordV002: { data: { algorithm: 'SHA2_256', digest }, signature } },
    },
  };
}

/** Whether an entry is the one that was proposed, and no other in any field. */
export function isRecordOf(entry: LogEntry, { record }: Proposal): boolean {
  if (entry.kind !== record.kind || entry.version !== record.apiVersion) return false;
  try {
    return isDeepStrictEqual(JSON.parse(Buffer.from(entry.canonicalizedBody).toString()), record);
  } catch {
    return false;
  }
}

function hashOf(bytes: Uint8Array): object {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
