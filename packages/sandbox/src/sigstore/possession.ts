/**
 * Proof that whoever asks for a certificate holds the private key it is for.
 *
 * @module
 */

import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { AsnConvert } from '@peculiar/asn1-schema';
import { CertificationRequest } from '@peculiar/asn1-csr';

/** The key is no good or not proven to be held; the message is Fulcio's. */
export class PossessionError extends Error {}

/** A public key with a signature over the subject of the token, or a request that signs itself. */
export type KeyClaim =
  { readonly publicKey: string; readonly proof: Uint8Array } | { readonly request: string };

// What a digest is called where: by the curve of a key, and in a certificate request. Ed25519 has none.
const curveDigests: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};
const requestDigests: Readonly<Record<string, string | null>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
};
const smallestModulus = 2048;

/**
 * Returns the public key that was proven to be held, as SubjectPublicKeyInfo.
 *
 * @throws PossessionError when the key is unreadable or weak, or the proof is wrong.
 */
export function provenKey(claim: KeyClaim, subject: string): Buffer {
  const key =
    'request' in claim
      ? requestedKey(claim.request)
      : challengedKey(claim.publicKey, claim.proof, subject);
  return key.export({ type: 'spki', format: 'der' });
}

function challengedKey(publicKey: string, proof: Uint8Array, subject: string): KeyObject {
  const key = reading('public key', () => {
    if (!publicKey.includes('PUBLIC KEY-----')) throw new TypeError('not a public key');
    return onKnownCurve(createPublicKey(publicKey));
  });
  assertStrong(key);
  const digest = curveDigests[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256';
  assertSigned(
    verify(key.asymmetricKeyType === 'ed25519' ? null : digest, Buffer.from(subject), key, proof),
  );
  return key;
}

function requestedKey(pem: string): KeyObject {
  const { request, key } = reading('certificate signing request', () => readRequest(pem));
  assertStrong(key);
  const digest = requestDigests[request.signatureAlgorithm.algorithm];
  const signed = new Uint8Array(request.certificationRequestInfoRaw ?? []);
  assertSigned(
    digest !== undefined && verify(digest, signed, key, new Uint8Array(request.signature)),
  );
  return key;
}

function readRequest(pem: string) {
  const [, base64 = ''] =
    /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)-----END/.exec(pem) ?? [];
  const request = AsnConvert.parse(Buffer.from(base64, 'base64'), CertificationRequest);
  const spki = AsnConvert.serialize(request.certificationRequestInfo.subjectPKInfo);
  return {
    request,
    key: onKnownCurve(createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })),
  };
}

function onKnownCurve(key: KeyObject): KeyObject {
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve === undefined || Object.hasOwn(curveDigests, namedCurve)) return key;
  throw new TypeError(`unknown curve ${namedCurve}`);
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const supplied = what === 'public key' ? `${what} supplied in the request` : what;
    throw new PossessionError(`The ${supplied} could not be parsed`, { cause });
  }
}

function assertStrong(key: KeyObject): void {
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec' || key.asymmetricKeyType === 'ed25519') return;
  if (key.asymmetricKeyType === 'rsa' && modulusLength >= smallestModulus) return;
  throw new PossessionError('The public key supplied in the request is insecure');
}

function assertSigned(signed: boolean): void {
  if (signed) return;
  throw new PossessionError('The signature supplied in the request could not be verified');
}
