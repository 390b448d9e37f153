/**
 * Which Sigstore: the public one, or the one that was named.
 *
 * @module
 */

import type { TrustedRootSource, TrustFiles } from '@wheelseal/signing';
import { type ContinuousIntegration, variableOf } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { requireSetting } from './setting.ts';

/** Where public Sigstore is. */
export const publicSigstore = {
  fulcioUrl: 'https://fulcio.sigstore.dev',
  rekorUrl: 'https://rekor.sigstore.dev',
} as const;

/**
 * The services to sign with. One alone is never completed by a public one.
 *
 * @throws PipelineError with code `SETTING_MISSING`.
 */
export function sigstoreUrls(settings: ContinuousIntegration): {
  readonly fulcioUrl: URL;
  readonly rekorUrl: URL;
} {
  const { fulcioUrl, rekorUrl } = settings;
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
  return {
    fulcioUrl: new URL(publicSigstore.fulcioUrl),
    rekorUrl: new URL(publicSigstore.rekorUrl),
  };
}

/** Where trust comes from: a source of a trusted root, or the files that cosign takes. */
export type TrustSource = TrustedRootSource | { readonly files: TrustFiles };

/**
 * Whom to trust: what was named, or public Sigstore's root. A Sigstore of one's own is in no public
 * root.
 *
 * @throws PipelineError with code `SETTING_MISSING`.
 */
export function trustSource(settings: ContinuousIntegration): TrustSource {
  const { trustedRootPath, trustConfigPath, fulcioUrl, rekorUrl } = settings;
  if (trustedRootPath !== undefined) return { path: trustedRootPath };
  if (trustConfigPath !== undefined) return { trustConfigPath };
  const files = trustFiles(settings);
  if (files !== undefined) return { files };
  const own = [fulcioUrl, rekorUrl].find((url) => url !== undefined && !isPublic(url));
  if (own === undefined) {
    const { cacheDirectory, offline } = settings;
    return {
      offline: offline === 'true',
      ...(cacheDirectory !== undefined && { cacheDirectory }),
    };
  }
  throw new PipelineError(`no trusted root for the Sigstore at \`${own}\``, {
    code: 'SETTING_MISSING',
    hint: 'Set `WHEELSEAL_TRUSTED_ROOT` to its `trusted_root.json`.',
  });
}

// Some of the files are never completed by what is trusted in public.
function trustFiles(settings: ContinuousIntegration): TrustFiles | undefined {
  const { timestampCertificatesPath, rekorUrl = publicSigstore.rekorUrl } = settings;
  const fields = ['fulcioCertificatesPath', 'rekorKeyPath', 'certificateLogKeyPath'] as const;
  const isNamed = fields.some((field) => settings[field] !== undefined);
  if (!isNamed && timestampCertificatesPath === undefined) return undefined;
  const names = fields.map((field) => `\`${variableOf(field)}\``).join(', ');
  const hint = `Set all of ${names}, or \`WHEELSEAL_TRUSTED_ROOT\` instead of them.`;
  return {
    certificateAuthorities: requireSetting(settings, 'fulcioCertificatesPath', hint),
    transparencyLogs: requireSetting(settings, 'rekorKeyPath', hint),
    certificateLogs: requireSetting(settings, 'certificateLogKeyPath', hint),
    ...(timestampCertificatesPath !== undefined && {
      timestampAuthority: timestampCertificatesPath,
    }),
    rekorUrl: new URL(rekorUrl),
  };
}

function isPublic(url: string): boolean {
  return /(?:^|\.)sigstore\.dev$/.test(new URL(url).hostname);
}
