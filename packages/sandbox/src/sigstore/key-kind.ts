/**
 * The kinds of keys that Rekor takes signatures of, and the one digest that each may sign.
 *
 * @module
 */

import type { KeyObject } from 'node:crypto';

/** The digests that entries know. */
export type DigestName = 'sha256' | 'sha384' | 'sha512';

/** A kind of key. */
export interface KeyKind {
  readonly digest: DigestName;
  /** Kind and digest as Rekor 2 calls them, and the number that means the same. */
  readonly details: readonly [name: string, number: number];
}

const kinds: Readonly<Record<string, KeyKind>> = {
  prime256v1: { digest: 'sha256', details: ['PKIX_ECDSA_P256_SHA_256', 5] },
  secp384r1: { digest: 'sha384', details: ['PKIX_ECDSA_P384_SHA_384', 12] },
  secp521r1: { digest: 'sha512', details: ['PKIX_ECDSA_P521_SHA_512', 13] },
  ed25519: { digest: 'sha512', details: ['PKIX_ED25519_PH', 8] },
  rsa2048: { digest: 'sha256', details: ['PKIX_RSA_PKCS1V15_2048_SHA256', 9] },
  rsa3072: { digest: 'sha256', details: ['PKIX_RSA_PKCS1V15_3072_SHA256', 10] },
  rsa4096: { digest: 'sha256', details: ['PKIX_RSA_PKCS1V15_4096_SHA256', 11] },
};

/** The kind of a key, or `undefined` when Rekor does not take it. */
export function keyKind({
  asymmetricKeyType,
  asymmetricKeyDetails,
}: KeyObject): KeyKind | undefined {
  const { namedCurve, modulusLength = '' } = asymmetricKeyDetails ?? {};
  const name = namedCurve ?? `${asymmetricKeyType}${modulusLength}`;
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}
