/**
 * The identity token of a job, from wherever this job has it.
 *
 * @module
 */

import type { IdentityToken, IdentityTokenSource } from '@wheelseal/signing';
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
  const { identityToken, now } = settings;
  const { parseIdentityToken } = await import('@wheelseal/signing');
  const source = identityToken === undefined ? await identityTokenSource(settings) : undefined;
  if (source !== undefined) return source();
  const text = requireSetting(
    settings,
    'identityToken',
    'Add `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }` to the job.',
  );
  return parseIdentityToken(text, now === undefined ? {} : { now });
}

/**
 * Where a further identity token comes from: the file, or GitHub; `undefined` where the only token is
 * the one that was given.
 */
export async function identityTokenSource(
  settings: ServiceSettings,
): Promise<IdentityTokenSource | undefined> {
  const { identityTokenPath, githubTokenUrl, githubTokenRight, now, dispatcher } = settings;
  const { tokenFile, githubToken } = await import('@wheelseal/signing');
  const clock = now === undefined ? {} : { now };
  if (identityTokenPath !== undefined) return tokenFile(identityTokenPath, clock);
  if (githubTokenUrl === undefined || githubTokenRight === undefined) return undefined;
  const request = { url: githubTokenUrl, token: githubTokenRight };
  return githubToken(request, { ...clock, ...(dispatcher && { dispatcher }) });
}
