/**
 * A public key, whatever its kind, and what it signed.
 *
 * A file is there as its SHA-256 only, so a key counts for files if a signature of it can be verified
 * from that: ECDSA on the curves of NIST, and RSA. Ed25519 hashes twice and needs the bytes; it counts
 * for attestations and for logs.
 *
 * @module
 */

import { constants, createPublicKey, publicDecrypt, verify, type KeyObject } from 'node:crypto';
import {
  curveKeyOf,
  isCurveSignature,
  verifyDigestOnCurve,
  type CurveKey,
} from './elliptic-curve.ts';
import { readPem } from './pem.ts';

/** A public key of a kind that is supported. */
export interface PublicKey {
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Buffer;
  /** Present if it is on a curve of NIST. */
  readonly onCurve?: CurveKey;
  /** What it is called in the algorithm registry of Sigstore, with each hash that goes with it. */
  readonly details: readonly string[];
  /** Hashes that a message may have been signed with; none for Ed25519, which brings its own. */
  readonly hashes: readonly ('sha256' | 'sha384' | 'sha512')[];
}

// DigestInfo of a SHA-256 (RFC 8017 section 9.2).
const sha256Prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');

const smallestRsa = 2048;

/** Looks at what kind of key it is; `undefined` if it is not supported. */
export function toPublicKey(key: KeyObject): PublicKey | undefined {
  const onCurve = curveKeyOf(key);
  const spki = key.export({ type: 'spki', format: 'der' });
  if (onCurve !== undefined) {
    const { bits } = onCurve.curve;
    const own = bits === 256 ? 'sha256' : bits === 384 ? 'sha384' : 'sha512';
    const hashes = [...new Set([own, 'sha256'] as const)];
    const details = hashes.map((hash) => `PKIX_ECDSA_P${bits}_SHA_${hash.slice(3)}`);
    return { key, spki, onCurve, details, hashes };
  }
  if (key.asymmetricKeyType === 'ed25519') {
    return { key, spki, details: ['PKIX_ED25519', 'PKIX_ED25519_PH'], hashes: [] };
  }
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= smallestRsa) {
    return {
      key,
      spki,
      details: [`PKIX_RSA_PKCS1V15_${modulusLength}_SHA256`],
      hashes: ['sha256'],
    };
  }
  return undefined;
}

/** Reads a public key in PEM; `undefined` if it is none that is supported. */
export function readPublicKey(text: string): PublicKey | undefined {
  const der = readPem(text, 'PUBLIC KEY');
  if (der === undefined) return undefined;
  try {
    const key = toPublicKey(createPublicKey({ key: der, format: 'der', type: 'spki' }));
    // OpenSSL stops reading where the key ends.
    return key?.spki.equals(der) === true ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a signature fits the SHA-256 of what was signed. */
export function verifiesDigest(
  { key, onCurve }: PublicKey,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (onCurve !== undefined) return verifyDigestOnCurve(digest, signature, onCurve);
  if (key.asymmetricKeyType !== 'rsa') return false;
  try {
    const padding = constants.RSA_PKCS1_PADDING;
    return publicDecrypt({ key, padding }, signature).equals(Buffer.concat([sha256Prefix, digest]));
  } catch {
    return false;
  }
}

/** Whether a signature fits what was signed. */
export function verifiesMessage(
  { key, onCurve, hashes }: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  // OpenSSL would take another spelling of the same numbers.
  if (onCurve !== undefined && !isCurveSignature(signature, onCurve)) return false;
  const algorithms = hashes.length === 0 ? [undefined] : hashes;
  return algorithms.some((hash) => {
    try {
      return verify(hash, message, key, signature);
    } catch {
      return false;
    }
  });
}
