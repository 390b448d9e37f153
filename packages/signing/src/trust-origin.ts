/**
 * Where a trusted root came from, and how far it can be relied on.
 *
 * @module
 */

/** Where a trusted root came from. */
export interface TrustOrigin {
  /**
   * `file` and `keys` are somebody's own; `tuf` was fetched now, `cache` was kept from the last time,
   * `seed` came with this package.
   */
  readonly kind: 'file' | 'keys' | 'tuf' | 'cache' | 'seed';
  /** When it was last known to be the current one. */
  readonly checkedAt?: Date;
  /** Until when those who run the Sigstore have said that it would be the current one. */
  readonly currentUntil?: Date;
  /** When it ends for good. */
  readonly expiresAt?: Date;
  /** Why what was kept had to do, when there was to be something newer. */
  readonly unreachable?: string;
}
