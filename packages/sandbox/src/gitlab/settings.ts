/**
 * What an administrator of the stand-in can change, at any moment, without a restart.
 *
 * The object is read anew for every request, so a test switches one behaviour and switches it back.
 *
 * @module
 */

import type { Credential, Role } from './credentials.ts';

/** Keeps everyone below a role from pushing to, or deleting, the packages whose name fits. */
export interface ProtectionRule {
  readonly type: 'pypi' | 'generic';
  /** Package name with `*` as wildcard, compared without regard to case and without normalisation. */
  readonly pattern: string;
  /** The lowest role that may push; without it everyone who may push otherwise. */
  readonly push?: Extract<Role, 'maintainer' | 'owner' | 'admin'>;
  /** The lowest role that may delete; without it everyone who may delete otherwise. */
  readonly delete?: Extract<Role, 'owner' | 'admin'>;
}

/** At most so many requests in a window of so many seconds; further ones are answered 429. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** Every behaviour of the stand-in that can be switched. */
export interface GitLabSettings {
  /** A name this project does not have is redirected to the forwarding index. */
  forwarding: boolean;
  /** A second generic file of one name is stored beside the first; otherwise it is refused. */
  genericDuplicates: boolean;
  /** Files of one generic version may arrive side by side; otherwise the second is answered 500. */
  genericParallel: boolean;
  /** Downloads are redirected to the object storage, an origin of its own. */
  objectStorage: boolean;
  /** The simple index speaks JSON to those who ask for it; otherwise HTML to everyone. */
  pep691: boolean;
  /** The anchors of the simple index are followed by `<br>`. */
  htmlBreaks: boolean;
  /** A taken file name, and whatever else does not validate, is refused as by GitLab 16 and older. */
  oldDuplicateWording: boolean;
  protectedPackages: readonly ProtectionRule[];
  /** Everything that writes is answered 503. */
  maintenance: boolean;
  /** Absent by default, as on a self-managed GitLab. */
  rateLimit: RateLimit | undefined;
  /** So many of the next writes are carried out, and their connection cut instead of answered. */
  answersToLose: number;
  /** A distribution without `sha256_digest` is refused, and MD5 digests are dropped. */
  fips: boolean;
  /** Where the package registry is switched off. */
  packageRegistry: 'enabled' | 'disabled on the project' | 'disabled on the instance';
  /** Bytes of the largest distribution. */
  pypiMaxFileSize: number;
  /** Bytes of the largest generic file. */
  genericMaxFileSize: number;
  /** Lists of more records than this come without totals. */
  totalsLimit: number;
  /** Earlier paths of the project; reading there answers 301. */
  formerPaths: readonly string[];
  /** Who is let in, and how far. */
  credentials: readonly Credential[];
}

/** GitLab as it comes out of the box, with these credentials. */
export function defaultSettings(credentials: readonly Credential[]): GitLabSettings {
  return {
    forwarding: true,
    genericDuplicates: true,
    genericParallel: true,
    objectStorage: false,
    pep691: true,
    htmlBreaks: false,
    oldDuplicateWording: false,
    protectedPackages: [],
    maintenance: false,
    rateLimit: undefined,
    answersToLose: 0,
    fips: false,
    packageRegistry: 'enabled',
    pypiMaxFileSize: 3 * 1024 ** 3,
    genericMaxFileSize: 5 * 1024 ** 3,
    totalsLimit: 10_000,
    formerPaths: [],
    credentials,
  };
}
