/**
 * The JSON text of a bundle, version 0.3.
 *
 * Zeros are written out although proto3 leaves them away: without `logIndex`, sigstore-python
 * refuses the first entry of a log.
 *
 * @module
 */

import { bundleMediaType } from './bundle-json.ts';
import type { SignatureBundle } from './bundle.ts';
import type { LogEntry } from './log-entry.ts';

/** Writes a bundle as one line of JSON. */
export function bundleText(bundle: Omit<SignatureBundle, 'mediaType'>): string {
  const { certificate, signature, sha256, logEntries, timestamps } = bundle;
  return JSON.stringify({
    mediaType: bundleMediaType,
    verificationMaterial: {
      certificate: { rawBytes: base64(certificate) },
      tlogEntries: logEntries.map(logEntryJson),
      timestampVerificationData: {
        rfc3161Timestamps: timestamps.map((bytes) => ({ signedTimestamp: base64(bytes) })),
      },
    },
    messageSignature: {
      ...(sha256 !== undefined && {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: Buffer.from(sha256, 'hex').toString('base64'),
        },
      }),
      signature: base64(signature),
    },
  });
}

function logEntryJson(entry: LogEntry): object {
  const { logIndex, kind, version, integratedTime, inclusionProof, signedEntryTimestamp } = entry;
  return {
    logIndex,
    logId: { keyId: base64(entry.logId) },
    kindVersion: { kind, version },
    integratedTime,
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
