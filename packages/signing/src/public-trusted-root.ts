/**
 * The trusted root of public Sigstore, or of another that has a TUF repository. Imported only when it
 * is asked for.
 *
 * Online, the repository says what is current; where it cannot be reached, what was kept counts until
 * the end its signers gave it. Offline, what was kept counts longer, and the seed of this package
 * where nothing was: until the root metadata ends.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { VerificationError, type VerificationErrorCode } from './errors.ts';
import type { Connection } from './transport.ts';
import type { TrustOrigin } from './trust-origin.ts';
import { keepKnown, readKnown, type KnownRepository } from './tuf-cache.ts';
import { rootOf, signedTarget, type SignedTarget, type TufFiles } from './tuf-metadata.ts';
import { refresh } from './tuf-repository.ts';
import { publicRepository, seededAt, seedFiles } from './tuf-seed.ts';

/** Which repository, and whether it may be asked. */
export interface RepositorySource extends Connection {
  /** Where to keep what was fetched; a folder of the user when absent. */
  readonly cacheDirectory?: string;
  /** Another TUF repository, and the file with its first `root.json`. */
  readonly mirror?: { readonly url: URL; readonly rootPath: string };
  /** Asks nobody. */
  readonly offline?: boolean;
  readonly now?: () => Date;
}

/** The text of a trusted root, and where it came from. */
export interface FoundRoot {
  readonly text: string;
  readonly origin: TrustOrigin;
}

const target = 'trusted_root.json';

/**
 * Gets the trusted root and checks its signatures.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_UNAVAILABLE`, `TRUSTED_ROOT_OUTDATED` or
 * `TRUSTED_ROOT_REFUSED`.
 */
export async function findTrustedRoot(source: RepositorySource): Promise<FoundRoot> {
  const { cacheDirectory, mirror, offline = false, now = () => new Date() } = source;
  source.signal?.throwIfAborted();
  const url = mirror?.url ?? publicRepository;
  const known = await readKnown(cacheDirectory, url);
  const kept = known && keptRoot(known);
  if (offline) return offlineRoot(kept, mirror === undefined, now());
  const start = known?.files ?? new Map([['root.json', await firstRoot(mirror?.rootPath)]]);
  let outcome = await refresh(url, target, start, source);
  if ('refused' in outcome && known !== undefined && kept === undefined) {
    // What was kept was damaged; it must not be in the way for ever.
    const anew = new Map([['root.json', await firstRoot(mirror?.rootPath)]]);
    outcome = await refresh(url, target, anew, source);
  }
  if ('files' in outcome) {
    const fetched = { checkedAt: now(), files: outcome.files };
    await keepKnown(cacheDirectory, url, fetched);
    return { text: textOf(fetched.files), origin: originOf('tuf', fetched) };
  }
  if ('refused' in outcome) {
    throw failure(
      'TRUSTED_ROOT_REFUSED',
      `the TUF repository at \`${url.origin}\` has no trusted root that is signed as it must be`,
      {
        hint: 'Check that no proxy answers in its place, or name a `trusted_root.json` file with `--trusted-root`.',
        cause: outcome.refused,
      },
    );
  }
  const { unreachable } = outcome;
  if (kept !== undefined && now() < kept.currentUntil && now() < kept.rootExpires) {
    const origin = { ...originOf('cache', kept), unreachable: unreachable.message };
    return { text: kept.bytes.toString('utf8'), origin };
  }
  throw failure('TRUSTED_ROOT_UNAVAILABLE', `cannot get the trusted root from \`${url.origin}\``, {
    hint: 'Connect this machine to the network, take with `--offline` what this machine knows, or name a `trusted_root.json` file with `--trusted-root`.',
    cause: unreachable,
  });
}

type KeptRoot = KnownRepository & SignedTarget;

function keptRoot(known: KnownRepository): KeptRoot | undefined {
  try {
    return { ...known, ...signedTarget(known.files, target) };
  } catch {
    return undefined;
  }
}

/** The newer one of what was kept and, for public Sigstore, what came with this package. */
function offlineRoot(kept: KeptRoot | undefined, isPublic: boolean, now: Date): FoundRoot {
  const seed = { checkedAt: seededAt, files: seedFiles };
  const candidates = [
    ...(kept === undefined ? [] : [{ kind: 'cache' as const, known: kept }]),
    ...(isPublic ? [{ kind: 'seed' as const, known: seed }] : []),
  ].toSorted((left, right) => right.known.checkedAt.getTime() - left.known.checkedAt.getTime());
  const good = candidates.find(({ known }) => now < rootOf(rootBytes(known.files)).expires);
  if (good !== undefined) {
    return { text: textOf(good.known.files), origin: originOf(good.kind, good.known) };
  }
  const [newest] = candidates;
  if (newest === undefined) {
    throw failure(
      'TRUSTED_ROOT_UNAVAILABLE',
      'this machine knows no trusted root of this Sigstore',
      {
        hint: 'Verify once while this machine is online, or name a `trusted_root.json` file with `--trusted-root`.',
      },
    );
  }
  const { expires } = rootOf(rootBytes(newest.known.files));
  throw failure(
    'TRUSTED_ROOT_OUTDATED',
    `the trusted root that this machine knows ended at \`${expires.toISOString()}\``,
    {
      hint: 'Verify once while this machine is online, install a newer version, or name a `trusted_root.json` file with `--trusted-root`.',
    },
  );
}

function originOf(kind: 'tuf' | 'cache' | 'seed', known: KnownRepository): TrustOrigin {
  const { checkedAt, files } = known;
  const expiresAt = rootOf(rootBytes(files)).expires;
  const currentUntil = keptRoot(known)?.currentUntil;
  return { kind, checkedAt, expiresAt, ...(currentUntil && { currentUntil }) };
}

async function firstRoot(path: string | undefined): Promise<Buffer> {
  if (path === undefined) return rootBytes(seedFiles);
  try {
    return await readFile(path);
  } catch (cause) {
    throw failure('TRUSTED_ROOT_UNAVAILABLE', `cannot read the TUF root \`${path}\``, {
      hint: 'Name the first `root.json` of the TUF repository.',
      cause,
    });
  }
}

function rootBytes(files: TufFiles): Buffer {
  return files.get('root.json') ?? Buffer.alloc(0);
}

function textOf(files: TufFiles): string {
  return files.get(target)?.toString('utf8') ?? '';
}

function failure(
  code: VerificationErrorCode,
  message: string,
  options: { readonly hint: string; readonly cause?: unknown },
): VerificationError {
  return new VerificationError(message, { code, ...options });
}
