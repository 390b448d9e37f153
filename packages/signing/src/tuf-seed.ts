/**
 * The trust in public Sigstore that comes with this package, for a machine that never was online.
 *
 * @module
 */

import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import type { TufFiles } from './tuf-metadata.ts';

/** Where public Sigstore's TUF repository is. */
export const publicRepository: URL = new URL('https://tuf-repo-cdn.sigstore.dev');

/** When the version of `@sigstore/tuf` came out that the seed is from. A test notices another one. */
export const seededAt: Date = new Date('2026-11-05T00:00:00Z');

const seed = seeds['https://tuf-repo-cdn.sigstore.dev'];

/** `root.json` to begin with, and the target `trusted_root.json`. */
export const seedFiles: TufFiles = new Map([
  ['root.json', Buffer.from(seed['root.json'], 'base64')],
  ['trusted_root.json', Buffer.from(seed.targets['trusted_root.json'], 'base64')],
]);
