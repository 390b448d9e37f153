/**
 * Verifies that a file was signed with a key that one knows, for places without identities.
 *
 * A key says nothing about time: whoever has it can sign for ever. What a log and timestamp
 * authorities say can be asked for, and has to hold where it is there.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { decodeBase64 } from './base64.ts';
import { digestOf, type FileDigest } from './digested-file.ts';
import { VerificationError, type VerificationErrorCode } from './errors.ts';
import {
  assertNotInFuture,
  assertSignedBy,
  hear,
  type Evidence,
  type Testimony,
} from './evidence.ts';
import { earliestEntry, type SearchedLog } from './log-search.ts';
import { readPublicKey, type PublicKey } from './public-key.ts';
import { assertAbout, readMaterial } from './signature-material.ts';
import { isInTerm, trustOf, type Trust } from './trust.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { factsOf, type KeyVerification } from './verification.ts';

/** A signature by key: a bundle, or the content of a `.sig` file. */
export type KeyMaterial =
  { readonly bundle: string | Uint8Array } | { readonly signature: string | Uint8Array };

/** Settings of {@link createKeyVerifier}. */
export interface KeyVerifierOptions {
  /** Whose logs and timestamp authorities count; needed wherever there are entries or timestamps. */
  readonly trustedRoot?: TrustedRoot;
  /** The log to ask for the entries of `.sig` files. */
  readonly rekorUrl?: URL;
  /** Accepts a signature that no log has seen. */
  readonly allowUnlogged?: boolean;
  readonly dispatcher?: Dispatcher;
  readonly now?: () => Date;
}

/** Verifies files against one public key. */
export interface KeyVerifier {
  /**
   * Returns only if the signature was made with the key and its witnesses hold.
   *
   * @throws VerificationError with the code of what does not hold.
   */
  verify(
    file: FileDigest,
    material: KeyMaterial,
    options?: { readonly signal?: AbortSignal },
  ): Promise<KeyVerification>;
}

const longest = 4096;
const nobody: Testimony = { entries: [], timestamps: [], times: [] };

/**
 * Prepares verification by a public key in PEM: ECDSA on P-256, P-384 or P-521, RSA, and for
 * attestations Ed25519. Does no I/O.
 *
 * @throws VerificationError with code `KEY_UNSUPPORTED`.
 */
export function createKeyVerifier(
  publicKey: string,
  options: KeyVerifierOptions = {},
): KeyVerifier {
  const key = readPublicKey(publicKey);
  if (key === undefined) {
    throw refusal('KEY_UNSUPPORTED', 'the public key is none in PEM of a supported kind', {
      hint: 'Give an ECDSA, RSA or Ed25519 public key in PEM, as `cosign generate-key-pair` writes it.',
    });
  }
  const { trustedRoot, now = () => new Date() } = options;
  const trust = trustedRoot && trustOf(trustedRoot);
  return {
    async verify(file, material, { signal } = {}) {
      signal?.throwIfAborted();
      const surroundings = { ...options, signal, trust, now: now() };
      if ('signature' in material) return verifyDetached(material, file, key, surroundings);
      return verifyBundle(material, file, key, surroundings);
    },
  };
}

interface Surroundings extends SearchedLog {
  readonly trust: Trust | undefined;
  readonly allowUnlogged?: boolean;
  readonly now: Date;
}

function verifyBundle(
  material: { readonly bundle: string | Uint8Array },
  file: FileDigest,
  key: PublicKey,
  surroundings: Surroundings,
): KeyVerification {
  const { key: named, evidence } = readMaterial(material, file);
  if ('certificate' in named) {
    throw refusal('KEY_UNSUPPORTED', 'the bundle has a certificate, expected a public key', {
      hint: 'Verify with the identity of the signer instead of a public key.',
    });
  }
  assertSignedBy({ key }, evidence);
  const testimony = hearAll(evidence, key, surroundings);
  const predicateType = assertAbout(material, evidence.content, file);
  return verificationOf(testimony, 'bundle', predicateType);
}

async function verifyDetached(
  material: { readonly signature: string | Uint8Array },
  file: FileDigest,
  key: PublicKey,
  surroundings: Surroundings,
): Promise<KeyVerification> {
  const signature = readAnySignature(material.signature);
  const digest = digestOf(file);
  const evidence = { content: { kind: 'message', signature } as const, digest, timestamps: [] };
  assertSignedBy({ key }, evidence);
  if (surroundings.allowUnlogged === true) {
    return verificationOf(nobody, 'detached', undefined);
  }
  const signed = { key: { publicKey: key.spki }, signature, digest };
  const testimony = await earliestEntry(surroundings, signed, (entry) =>
    hearAll({ ...evidence, logEntries: [entry] }, key, surroundings),
  );
  return verificationOf(testimony, 'detached', undefined);
}

function hearAll(
  evidence: Evidence,
  { spki, details }: PublicKey,
  { trust, allowUnlogged = false, now }: Surroundings,
): Testimony {
  const { logEntries, timestamps } = evidence;
  if (logEntries.length === 0 && !allowUnlogged) {
    throw refusal('LOG_ENTRY_MISSING', 'there is no log entry for the signature', {
      hint: 'Accept signatures that no log has seen only if the key alone is enough.',
    });
  }
  if (logEntries.length === 0 && timestamps.length === 0) return nobody;
  if (trust === undefined) {
    throw refusal('TRUSTED_ROOT_UNAVAILABLE', 'the bundle has witnesses that nobody trusts', {
      hint: 'Name the trusted root of the Sigstore that made the signature with `--trusted-root`.',
    });
  }
  const testimony = hear(evidence, { key: { publicKey: spki }, details }, trust, (time) =>
    assertNotInFuture(time, now),
  );
  // Where nobody states a time, only a log that is still in use can be trusted.
  if (
    testimony.times.length > 0 ||
    testimony.entries.every(({ log }) => isInTerm(log.service, now))
  ) {
    return testimony;
  }
  throw refusal('LOG_ENTRY_INVALID', 'the log is not trusted now, and nobody states another time', {
    hint: 'Take the trusted root of the Sigstore that made the signature.',
  });
}

function verificationOf(
  testimony: Testimony,
  material: 'bundle' | 'detached',
  predicateType: string | undefined,
): KeyVerification {
  const [signedAt] = testimony.times;
  return { ...factsOf(testimony, material, predicateType), ...(signedAt && { signedAt }) };
}

/** Reads a `.sig` file of whatever kind of key: base64, or the bytes themselves. */
function readAnySignature(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const decoded = decodeBase64(bytes.toString('latin1').replace(/\s+$/, ''));
  const signature = decoded ?? bytes;
  if (signature.length > 0 && signature.length <= longest) return signature;
  throw refusal('SIGNATURE_MALFORMED', 'the signature is empty or too long to be one', {
    hint: 'Take the `.sig` file that was published with the file.',
  });
}

function refusal(
  code: VerificationErrorCode,
  message: string,
  { hint }: { readonly hint: string },
): VerificationError {
  return new VerificationError(message, { code, hint });
}
