/**
 * Gets a trusted root from where it is: a file, or the TUF repository of a Sigstore.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import { VerificationError } from './errors.ts';
import type { Patience } from './patience.ts';
import { parseTrustConfig } from './trust-config.ts';
import { parseTrustedRoot, withOrigin, type TrustedRoot } from './trusted-root.ts';

/** A file, or public Sigstore's TUF repository with a folder to keep what it says. */
export type TrustedRootSource =
  /** A `trusted_root.json`. */
  | { readonly path: string }
  /** A `trust_config.json`. */
  | { readonly trustConfigPath: string }
  | {
      /** Where to keep what TUF says; a folder of the user when absent. */
      readonly cacheDirectory?: string;
      /** Another TUF repository, and the file with its first `root.json`. */
      readonly mirror?: { readonly url: URL; readonly rootPath: string };
      /** Asks nobody: takes what was kept, or what came with this package. */
      readonly offline?: boolean;
      /** Sends the requests; undici's global dispatcher when absent. */
      readonly dispatcher?: Dispatcher;
      readonly patience?: Patience;
      readonly signal?: AbortSignal;
      readonly now?: () => Date;
    };

/**
 * Reads a trusted root from a file, or gets the one of public Sigstore through TUF.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_UNAVAILABLE`, `TRUSTED_ROOT_OUTDATED`,
 * `TRUSTED_ROOT_REFUSED`, `TRUSTED_ROOT_MALFORMED` or `TRUST_CONFIG_MALFORMED`.
 */
export async function loadTrustedRoot(source: TrustedRootSource = {}): Promise<TrustedRoot> {
  if ('path' in source) return ownRoot(await readText(source.path, 'trusted root'));
  if ('trustConfigPath' in source) {
    const text = await readText(source.trustConfigPath, 'trust configuration');
    return ownRoot(parseTrustConfig(text).trustedRoot);
  }
  // TUF takes longer to load than a verification to run.
  const { findTrustedRoot } = await import('./public-trusted-root.ts');
  const { text, origin } = await findTrustedRoot(source);
  return withOrigin(parseTrustedRoot(text), origin);
}

function ownRoot(text: string): TrustedRoot {
  return withOrigin(parseTrustedRoot(text), { kind: 'file' });
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new VerificationError(`cannot read the ${what} \`${path}\``, {
      code: 'TRUSTED_ROOT_UNAVAILABLE',
      hint: 'Name a `trusted_root.json` file with `--trusted-root` or `WHEELSEAL_TRUSTED_ROOT`, or a `trust_config.json` with `--trust-config`.',
      cause,
    });
  }
}
