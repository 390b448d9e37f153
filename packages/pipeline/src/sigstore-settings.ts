/**
 * Which Sigstore: the public one, or the one that was named.
 *
 * @module
 */

import type { TrustedRootSource } from '@wheelseal/signing';
import { type ContinuousIntegration, variableOf } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';

/** Where public Sigstore is. */
export const publicSigstore = {
  fulcioUrl: 'https://fulcio.sigstore.dev',
  rekorUrl: 'https://rekor.sigstore.dev',
} as const;

/**
 * The services to sign with. One alone is never completed by a public one, and a project that is not
 * public goes into the public log only when somebody says so: what is written there stays there.
 *
 * @throws PipelineError with code `SETTING_MISSING`.
 */
export function sigstoreUrls(settings: ContinuousIntegration): {
  readonly fulcioUrl: URL;
  readonly rekorUrl: URL;
} {
  const { fulcioUrl, rekorUrl, visibility = 'public' } = settings;
  if (fulcioUrl !== undefined && rekorUrl !== undefined) {
    return { fulcioUrl: new URL(fulcioUrl), rekorUrl: new URL(rekorUrl) };
  }
  if (fulcioUrl !== undefined || rekorUrl !== undefined) {
    const missing = variableOf(fulcioUrl === undefined ? 'fulcioUrl' : 'rekorUrl');
    throw new PipelineError(`\`${missing}\` is not set`, {
      code: 'SETTING_MISSING',
      hint: 'Set both `FULCIO_URL` and `REKOR_URL`, or none of them for public Sigstore.',
    });
  }
  if (visibility !== 'public') {
    throw new PipelineError(
      `the project is ${visibility}, and public Sigstore would show its path to everybody`,
      {
        code: 'SETTING_MISSING',
        hint: 'Set `FULCIO_URL` and `REKOR_URL`, also to those of public Sigstore if you want that.',
      },
    );
  }
  return {
    fulcioUrl: new URL(publicSigstore.fulcioUrl),
    rekorUrl: new URL(publicSigstore.rekorUrl),
  };
}

/**
 * Whom to trust: the file that was named, or public Sigstore's root. A Sigstore of one's own is in
 * no public root.
 *
 * @throws PipelineError with code `SETTING_MISSING`.
 */
export function trustedRootSource(settings: ContinuousIntegration): TrustedRootSource {
  const { trustedRootPath, fulcioUrl, rekorUrl } = settings;
  if (trustedRootPath !== undefined) return { path: trustedRootPath };
  const own = [fulcioUrl, rekorUrl].find((url) => url !== undefined && !isPublic(url));
  if (own === undefined) return {};
  throw new PipelineError(`no trusted root for the Sigstore at \`${own}\``, {
    code: 'SETTING_MISSING',
    hint: 'Set `WHEELSEAL_TRUSTED_ROOT` to its `trusted_root.json`.',
  });
}

function isPublic(url: string): boolean {
  return /(?:^|\.)sigstore\.dev$/.test(new URL(url).hostname);
}
