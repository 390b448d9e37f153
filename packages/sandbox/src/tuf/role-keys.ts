/**
 * The keys of TUF roles, and signatures by them.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { canonicalJson } from '../canonical-json.ts';

/** The key of a role. */
export interface RoleKey {
  readonly privateKey: KeyObject;
  /** The public half as metadata shows it. */
  readonly shown: object;
  readonly id: string;
}

/** Makes a new key. */
export function generateRoleKey(): RoleKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const shown = {
    keytype: 'ed25519',
    scheme: 'ed25519',
    keyval: { public: Buffer.from(x, 'base64url').toString('hex') },
  };
  return { privateKey, shown, id: createHash('sha256').update(canonicalJson(shown)).digest('hex') };
}

/** Writes metadata with the signatures of keys. */
export function signMetadata(signed: object, keys: readonly RoleKey[]): Buffer {
  // Nothing in it needs escaping, in which the canonical form of TUF differs from that of RFC 8785.
  const data = Buffer.from(canonicalJson(signed));
  const signatures = keys.map(({ id, privateKey }) => ({
    keyid: id,
    sig: sign(null, data, privateKey).toString('hex'),
  }));
  return Buffer.from(JSON.stringify({ signed, signatures }));
}
