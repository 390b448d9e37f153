/**
 * The JSON of a bundle and of a log's answer, open to be changed.
 *
 * @module
 */

export interface ProofDocument {
  logIndex?: unknown;
  rootHash: string;
  treeSize: unknown;
  hashes: string[];
  checkpoint?: { envelope: string };
}

export interface EntryDocument {
  logIndex: unknown;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime: unknown;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: ProofDocument;
  canonicalizedBody: string;
}

export interface BundleDocument {
  [name: string]: unknown;
  mediaType: unknown;
  verificationMaterial: {
    [name: string]: unknown;
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    tlogEntries: EntryDocument[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature: { messageDigest?: { algorithm: string; digest: string }; signature: string };
}

export interface AnswerDocument {
  body: string;
  integratedTime: unknown;
  logID: string;
  logIndex: unknown;
  verification: {
    inclusionProof: {
      checkpoint: string;
      hashes: string[];
      logIndex: unknown;
      rootHash: string;
      treeSize: unknown;
    };
    signedEntryTimestamp: string;
  };
}

export function documentOf(bundle: string): BundleDocument {
  const document: BundleDocument = JSON.parse(bundle);
  return document;
}

export function entryOf(document: BundleDocument): EntryDocument {
  return document.verificationMaterial.tlogEntries[0]!;
}

export function proofOf(document: BundleDocument): ProofDocument {
  return entryOf(document).inclusionProof!;
}

/** Flips one bit of bytes in base64. */
export function flipped(base64: string, index = -1, bit = 0): string {
  const bytes = Buffer.from(base64, 'base64');
  const at = index < 0 ? bytes.length + index : index;
  bytes[at]! ^= 1 << bit;
  return bytes.toString('base64');
}

/** Replaces bytes by as many others, at the first place they occur. */
export function patched(base64: string, from: Buffer, to: Buffer): string {
  const bytes = Buffer.from(base64, 'base64');
  const at = bytes.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('there is nothing to patch');
  to.copy(bytes, at);
  return bytes.toString('base64');
}
