/**
 * The documents by which signers find the services: `signing_config.json` and `trust_config.json`.
 *
 * @module
 */

import { timestampAddress, trustedRoot } from './trusted-root.ts';
import type { SigstoreInstance } from './trusted-root.ts';

/** Which logs a signer is to find. */
export type RekorVersions = 'every' | 1 | 2;

/** Describes where to sign. */
export function signingConfig(
  { issuerUrl, certificateAuthority, timestampAuthorities, logs, term }: SigstoreInstance,
  versions: RekorVersions,
): object {
  const service = (url: string, majorApiVersion: number) => ({
    url,
    majorApiVersion,
    validFor: { start: term.notBefore.toISOString() },
    operator: 'wheelseal-sandbox',
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(certificateAuthority.url.origin, 1)],
    oidcUrls: [service(issuerUrl.origin, 1)],
    rekorTlogUrls: logs
      .filter(({ version }) => versions === 'every' || versions === version)
      .map(({ url, version }) => service(url.origin, version)),
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: timestampAuthorities.map(({ url }) => service(timestampAddress(url), 1)),
    tsaConfig: { selector: 'ANY' },
  };
}

/** Describes whom to trust and where to sign. */
export function trustConfig(instance: SigstoreInstance, versions: RekorVersions): object {
  return {
    mediaType: 'application/vnd.dev.sigstore.clienttrustconfig.v0.1+json',
    trustedRoot: trustedRoot(instance),
    signingConfig: signingConfig(instance, versions),
  };
}
