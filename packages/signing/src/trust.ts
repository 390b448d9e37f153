/**
 * What verification works with, kept beside the public value it belongs to.
 *
 * A trusted root holds no keys that could be replaced, and nobody else can make one.
 *
 * @module
 */

import type { X509Certificate } from 'node:crypto';
import type { TrustMaterial } from '@sigstore/verify';
import type { TrustedRoot } from './trusted-root.ts';

/** The keys and certificates of a trusted root. */
export interface Trust {
  /** For `@sigstore/verify`. */
  readonly material: TrustMaterial;
  /** The certificates of the certificate authorities, for OpenSSL. */
  readonly authorities: readonly X509Certificate[];
}

const trusts = new WeakMap<TrustedRoot, Trust>();

/** Binds trust to a trusted root. */
export function bindTrust(trustedRoot: TrustedRoot, trust: Trust): void {
  trusts.set(trustedRoot, trust);
}

/** The trust that is bound to a trusted root. */
export function trustOf(trustedRoot: TrustedRoot): Trust {
  const trust = trusts.get(trustedRoot);
  if (trust !== undefined) return trust;
  throw new TypeError('the trusted root was not made by parseTrustedRoot or loadTrustedRoot');
}
