/**
 * A signature as a log is asked to record it, in the words of each version of Rekor.
 *
 * Rekor v1 records an envelope as such. Rekor v2 knows digests only: that of a file, or that of the
 * bytes which the signature of an envelope is over.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { Recorded } from './entry-kinds.ts';
import { hashedRecord, loggedPem } from './hashed-record.ts';
import { preAuthenticationEncoding } from './signed-content.ts';

/** What a Rekor v1 is asked to record. */
export function entryRequest({ content, digest, key }: Recorded): object {
  const { signature } = content;
  if (content.kind === 'message') return hashedRecord({ key, signature, digest });
  const { payload, payloadType } = content;
  const envelope = JSON.stringify({
    payload: base64(payload),
    payloadType,
    signatures: [{ sig: base64(signature) }],
  });
  return {
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      proposedContent: { envelope, verifiers: [base64(Buffer.from(loggedPem(key)))] },
    },
  };
}

/** What a Rekor v2 is asked to record. */
export function tiledEntryRequest({ content, digest, key, details }: Recorded): object {
  const named =
    'certificate' in key
      ? { x509Certificate: { rawBytes: base64(key.certificate) } }
      : { publicKey: { rawBytes: base64(key.publicKey) } };
  const signed =
    content.kind === 'message'
      ? digest
      : sha256(preAuthenticationEncoding(content.payloadType, content.payload));
  return {
    hashedRekordRequestV002: {
      digest: base64(signed),
      signature: {
        content: base64(content.signature),
        verifier: { ...named, keyDetails: details[0] },
      },
    },
  };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
