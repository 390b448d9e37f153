/**
 * A private key of one's own, for signing where there is no Fulcio.
 *
 * Whoever verifies must have its public half from somewhere else: such a signature names no signer.
 *
 * @module
 */

import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { SigningError } from './errors.ts';
import { hintOf, type KeyKind, type KeyPair } from './key-pair.ts';

/** A private key that was read; made by {@link parsePrivateKey} only. */
export interface SigningKey {
  readonly kind: KeyKind;
  /** The public half as SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string;
  /** How a bundle names the key: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
  readonly publicKeyHint: string;
}

/** Settings of {@link parsePrivateKey}. */
export interface PrivateKeyOptions {
  /** Opens an encrypted key. */
  readonly password?: string;
}

const longest = 64 * 1024;
const secrets = new WeakMap<SigningKey, KeyObject>();
const make =
  'Make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -out key.pem`.';

/**
 * Reads a private key in PEM: PKCS#8, encrypted or not, or SEC 1.
 *
 * @throws SigningError with code `KEY_UNUSABLE`.
 */
export function parsePrivateKey(
  text: string | Uint8Array,
  { password }: PrivateKeyOptions = {},
): SigningKey {
  const secret = open(Buffer.from(text).toString('latin1'), password);
  const kind = kindOf(secret);
  const half = createPublicKey(secret);
  const publicKey = half.export({ type: 'spki', format: 'der' });
  const key: SigningKey = {
    kind,
    publicKey: half.export({ type: 'spki', format: 'pem' }).toString(),
    publicKeyHint: hintOf({ publicKey }),
  };
  secrets.set(key, secret);
  return key;
}

/** Both halves of a key. */
export async function keyPairOf(key: SigningKey): Promise<KeyPair> {
  const secret = secrets.get(key);
  if (secret === undefined) throw new TypeError('the key was not made by parsePrivateKey');
  const { kind, publicKey: publicKeyPem } = key;
  const pair = {
    kind,
    publicKeyPem,
    publicKey: createPublicKey(secret).export({ type: 'spki', format: 'der' }),
    signBytes: (bytes: Uint8Array) => sign(kind === 'Ed25519' ? null : 'sha256', bytes, secret),
  };
  if (kind === 'Ed25519') return pair;
  // Loaded late: a key is read in places that do not sign.
  const { digestSigner } = await import('./ecdsa.ts');
  return { ...pair, signDigest: digestSigner(secret) };
}

// No lower error is kept in here: it knows the key.
function open(pem: string, password: string | undefined): KeyObject {
  if (pem.length > longest) throw unusable('the private key is longer than 64 KiB', make);
  if (/-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----/.test(pem)) {
    throw unusable(
      "the private key is in cosign's own format, which is not read here",
      'Sign with the PEM key that was given to `cosign import-key-pair`; a key that cosign made cannot be taken out of it.',
    );
  }
  const isEncrypted = /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem);
  if (isEncrypted && (password === undefined || password === '')) {
    throw unusable('the private key is encrypted, and there is no password', 'Give its password.');
  }
  try {
    return createPrivateKey({
      key: pem,
      format: 'pem',
      ...(isEncrypted && { passphrase: password }),
    });
  } catch {
    if (isEncrypted) {
      throw unusable('the password does not open the private key', 'Give its password.');
    }
    throw unusable('the private key is none in PEM', make);
  }
}

function kindOf(key: KeyObject): KeyKind {
  const { asymmetricKeyType, asymmetricKeyDetails } = key;
  const found = asymmetricKeyDetails?.namedCurve ?? asymmetricKeyType ?? 'unknown';
  if (found === 'prime256v1') return 'P-256';
  if (found === 'secp384r1') return 'P-384';
  if (found === 'ed25519') return 'Ed25519';
  throw unusable(
    `the private key is of the kind \`${found}\`, expected P-256, P-384 or Ed25519`,
    make,
  );
}

function unusable(message: string, hint: string): SigningError {
  return new SigningError(message, { code: 'KEY_UNUSABLE', hint });
}
