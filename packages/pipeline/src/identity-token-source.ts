/**
 * The identity token of a job, from wherever this job has it.
 *
 * @module
 */

import type { IdentityToken } from '@wheelseal/signing';
import type { ContinuousIntegration } from './continuous-integration.ts';
import type { ServiceSettings } from './services.ts';
import { requireSetting } from './setting.ts';

/** Whether there is something to sign with: a key, an identity token, or somewhere to get one. */
export function hasSigningCredential(settings: ContinuousIntegration): boolean {
  const { signingKeyPath, identityToken, identityTokenPath } = settings;
  const isGitHub = settings.githubTokenUrl !== undefined && settings.githubTokenRight !== undefined;
  const named = [signingKeyPath, identityToken, identityTokenPath];
  return isGitHub || named.some((one) => one !== undefined);
}

/**
 * Gets the identity token: the one that was given, the one in a file, or one of GitHub.
 *
 * @throws PipelineError with code `SETTING_MISSING`.
 * @throws SigningError when there is no token, or one that is no good.
 */
export async function findIdentityToken(settings: ServiceSettings): Promise<IdentityToken> {
  const { identityToken, identityTokenPath, githubTokenUrl, githubTokenRight } = settings;
  const { now, dispatcher } = settings;
  const { parseIdentityToken, tokenFile, githubToken } = await import('@wheelseal/signing');
  const clock = now === undefined ? {} : { now };
  if (identityToken !== undefined) return parseIdentityToken(identityToken, clock);
  if (identityTokenPath !== undefined) return tokenFile(identityTokenPath, clock)();
  if (githubTokenUrl !== undefined && githubTokenRight !== undefined) {
    const request = { url: githubTokenUrl, token: githubTokenRight };
    return githubToken(request, { ...clock, ...(dispatcher && { dispatcher }) })();
  }
  return parseIdentityToken(
    requireSetting(
      settings,
      'identityToken',
      'Add `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }` to the job.',
    ),
  );
}
