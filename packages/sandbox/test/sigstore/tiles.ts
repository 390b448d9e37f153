/**
 * The smallest client of Rekor 2: requests as protocol buffers in JSON, and the tiles of C2SP.
 *
 * @module
 */

import { createHash, sign } from 'node:crypto';

import type { KeyPair } from './signer.ts';

export interface TiledEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly inclusionProof: {
    readonly logIndex: string;
    readonly rootHash: string;
    readonly treeSize: string;
    readonly hashes: readonly string[];
    readonly checkpoint: { readonly envelope: string };
  };
  readonly canonicalizedBody: string;
}

const digests: Readonly<Record<string, string>> = {
  PKIX_ECDSA_P256_SHA_256: 'sha256',
  PKIX_ECDSA_P384_SHA_384: 'sha384',
  PKIX_ECDSA_P521_SHA_512: 'sha512',
  PKIX_ED25519_PH: 'sha512',
  PKIX_RSA_PKCS1V15_2048_SHA256: 'sha256',
};

/** A request for an entry about a file; `verifier` and `signature` replace those of the key. */
export function hashedRekordRequest(
  file: Uint8Array,
  key: KeyPair,
  {
    keyDetails = 'PKIX_ECDSA_P256_SHA_256',
    verifier = publicKeyVerifier(key),
    signature,
  }: { keyDetails?: string; verifier?: object; signature?: Uint8Array } = {},
) {
  const digest = digests[keyDetails] ?? 'sha256';
  const content = Buffer.from(signature ?? sign(digest, file, key.privateKey)).toString('base64');
  return {
    hashedRekordRequestV002: {
      digest: createHash(digest).update(file).digest('base64'),
      signature: { content, verifier: { ...verifier, keyDetails } },
    },
  };
}

export function publicKeyVerifier({ publicKey }: KeyPair) {
  const rawBytes = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return { publicKey: { rawBytes } };
}

/** The origin, size, root and signature of a checkpoint, which has one signature. */
export function readCheckpoint(text: string) {
  const [note = '', signature = ''] = text.split('\n\n');
  const [origin, size, rootHash, ...rest] = note.split('\n');
  const [dash, name, base64 = ''] = signature.trimEnd().split(' ');
  const bytes = Buffer.from(base64, 'base64');
  return {
    origin,
    size,
    rootHash,
    rest,
    dash,
    name,
    signed: Buffer.from(`${note}\n`),
    keyHint: bytes.subarray(0, 4),
    signature: bytes.subarray(4),
  };
}

/** The entries of a bundle, each behind its length. */
export function splitBundle(bundle: Buffer): readonly Buffer[] {
  if (bundle.length === 0) return [];
  const end = 2 + bundle.readUInt16BE(0);
  return [bundle.subarray(2, end), ...splitBundle(bundle.subarray(end))];
}
