/**
 * What verification works with, kept beside the public value it belongs to.
 *
 * A trusted root holds no keys that could be replaced, and nobody else can make one.
 *
 * @module
 */

import type { AuthorityCertificate } from './certificate-chain.ts';
import type { PublicKey } from './public-key.ts';
import type { TrustedRoot, TrustedService } from './trusted-root.ts';

/** An authority for certificates or for timestamps. */
export interface TrustedAuthority {
  readonly service: TrustedService;
  /** For certificates from the issuer of leaves up, for timestamps from the signer up. */
  readonly certificates: readonly AuthorityCertificate[];
}

/** A log of signatures or of certificates. */
export interface TrustedLog {
  readonly service: TrustedService;
  readonly key: PublicKey;
  /** By what entries and checkpoints name the log: its ID, and that of its checkpoints. */
  readonly ids: readonly Buffer[];
}

/** The keys and certificates of a trusted root. */
export interface Trust {
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly timestampAuthorities: readonly TrustedAuthority[];
  readonly transparencyLogs: readonly TrustedLog[];
  readonly certificateLogs: readonly TrustedLog[];
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

/** Whether a service is trusted for what it did at a time; its term includes both ends. */
export function isInTerm({ validFrom, validUntil }: TrustedService, time: Date): boolean {
  return validFrom <= time && (validUntil === undefined || time <= validUntil);
}
