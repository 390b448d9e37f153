/**
 * The JSON text of a bundle, version 0.3.
 *
 * Zeros are written out although proto3 leaves them away: without `logIndex`, sigstore-python
 * refuses the first entry of a log.
 *
 * @module
 */

import { bundleMediaType } from './bundle-json.ts';
import type { BundleKey, SignatureBundle } from './bundle.ts';
import type { LogEntry } from './log-entry.ts';
import type { SignedContent } from './signed-content.ts';

/** Writes a bundle as one line of JSON. */
export function bundleText(bundle: Omit<SignatureBundle, 'mediaType'>): string {
  const { key, content, logEntries, timestamps } = bundle;
  return JSON.stringify({
    mediaType: bundleMediaType,
    verificationMaterial: {
      ...keyJson(key),
      tlogEntries: logEntries.map(logEntryJson),
      timestampVerificationData: {
        rfc3161Timestamps: timestamps.map((bytes) => ({ signedTimestamp: base64(bytes) })),
      },
    },
    ...contentJson(content),
  });
}

function keyJson(key: BundleKey): object {
  if ('publicKeyHint' in key) return { publicKey: { hint: key.publicKeyHint } };
  return { certificate: { rawBytes: base64(key.certificate) } };
}

function contentJson(content: SignedContent): object {
  const signature = base64(content.signature);
  if (content.kind === 'envelope') {
    const { payload, payloadType } = content;
    return {
      dsseEnvelope: { payload: base64(payload), payloadType, signatures: [{ sig: signature }] },
    };
  }
  const { sha256 } = content;
  const digest = sha256 === undefined ? undefined : Buffer.from(sha256, 'hex').toString('base64');
  return {
    messageSignature: {
      ...(digest !== undefined && { messageDigest: { algorithm: 'SHA2_256', digest } }),
      signature,
    },
  };
}

/** An entry as bundles and attestations hold it. */
export function logEntryJson(entry: LogEntry): object {
  const { logIndex, kind, version, integratedTime, inclusionProof, signedEntryTimestamp } = entry;
  return {
    logIndex,
    logId: { keyId: base64(entry.logId) },
    kindVersion: { kind, version },
    ...(integratedTime !== undefined && { integratedTime }),
    ...(signedEntryTimestamp && {
      inclusionPromise: { signedEntryTimestamp: base64(signedEntryTimestamp) },
    }),
    ...(inclusionProof && {
      inclusionProof: {
        logIndex: inclusionProof.logIndex,
        rootHash: base64(inclusionProof.rootHash),
        treeSize: inclusionProof.treeSize,
        hashes: inclusionProof.hashes.map(base64),
        ...(inclusionProof.checkpoint !== undefined && {
          checkpoint: { envelope: inclusionProof.checkpoint },
        }),
      },
    }),
    canonicalizedBody: base64(entry.canonicalizedBody),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
