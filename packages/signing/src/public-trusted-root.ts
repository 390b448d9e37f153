/**
 * The trusted root of public Sigstore, through TUF. Imported only when it is asked for.
 *
 * @module
 */

import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { getTrustedRoot } from '@sigstore/tuf';
import { VerificationError } from './errors.ts';

/**
 * Gets the trusted root and checks its signatures.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_UNAVAILABLE`.
 */
export async function downloadTrustedRoot(source: {
  readonly cacheDirectory?: string;
  readonly mirror?: { readonly url: URL; readonly rootPath: string };
}): Promise<string> {
  const { cacheDirectory, mirror } = source;
  try {
    const message = await getTrustedRoot({
      ...(cacheDirectory !== undefined && { cachePath: cacheDirectory }),
      ...(mirror !== undefined && {
        mirrorURL: mirror.url.href.replace(/\/$/, ''),
        rootPath: mirror.rootPath,
      }),
    });
    return JSON.stringify(TrustedRootMessage.toJSON(message));
  } catch (cause) {
    throw new VerificationError('cannot get the trusted root of public Sigstore', {
      code: 'TRUSTED_ROOT_UNAVAILABLE',
      hint: 'Connect this machine to the network, or name a `trusted_root.json` file with `--trusted-root`.',
      cause,
    });
  }
}
