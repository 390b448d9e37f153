/**
 * With what and where to sign: by addresses, by a configuration, or with public Sigstore.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import type {
  IdentityToken,
  LogService,
  SigningKey,
  SigstoreServices,
  TrustedRoot,
} from '@wheelseal/signing';
import { type ContinuousIntegration, variableOf } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { findIdentityToken } from './identity-token-source.ts';
import type { ServiceSettings } from './services.ts';
import { sigstoreUrls } from './sigstore-settings.ts';

// Whose signatures they become: an identity's, or those of a key.
type SigningCredential = IdentityToken | SigningKey;

/** Where a signature is made and witnessed. */
export type SigningAddresses = Pick<SigstoreServices, 'fulcioUrl' | 'logs' | 'timestampUrls'>;

/**
 * Reads the private key that was named, otherwise the identity token.
 *
 * @throws PipelineError with code `SETTING_MISSING` or `SETTING_INVALID`.
 * @throws SigningError when the key or the token is no good.
 */
export async function signingCredential(settings: ServiceSettings): Promise<SigningCredential> {
  const { signingKeyPath, signingKeyPassword: password } = settings;
  if (signingKeyPath === undefined) return findIdentityToken(settings);
  const { parsePrivateKey } = await import('@wheelseal/signing');
  const text = await readNamed('signingKeyPath', signingKeyPath);
  return parsePrivateKey(text, { ...(password !== undefined && { password }) });
}

/**
 * Finds the services. Addresses win over a configuration; a key needs none at all.
 *
 * @throws PipelineError with code `SETTING_MISSING` or `SETTING_INVALID`.
 * @throws SigningError when the configuration names no service that is in use.
 */
export async function signingAddresses(
  settings: ContinuousIntegration & { readonly now?: () => Date },
): Promise<SigningAddresses> {
  const { fulcioUrl, rekorUrl, signingKeyPath, now } = settings;
  const rekorVersion = rekorVersionOf(settings);
  const isNamed = fulcioUrl !== undefined || rekorUrl !== undefined;
  const config = isNamed ? undefined : await readConfig(settings);
  if (config !== undefined) {
    const { parseSigningConfig } = await import('@wheelseal/signing');
    const chosen = parseSigningConfig(config, {
      ...(rekorVersion && { rekorVersion }),
      ...(now && { now }),
    });
    return { ...chosen, ...timestampsOf(settings) };
  }
  const version = rekorVersion ?? 1;
  if (signingKeyPath !== undefined) {
    const logs: readonly LogService[] = rekorUrl ? [{ url: new URL(rekorUrl), version }] : [];
    return { logs, ...timestampsOf(settings) };
  }
  const urls = sigstoreUrls(settings);
  return {
    fulcioUrl: urls.fulcioUrl,
    logs: [{ url: urls.rekorUrl, version }],
    ...timestampsOf(settings),
  };
}

/**
 * The trusted root for looking at one's own signatures, where a file is named. None is downloaded for
 * that.
 *
 * @throws VerificationError when it cannot be read.
 */
export async function ownTrustedRoot(
  settings: ContinuousIntegration,
): Promise<TrustedRoot | undefined> {
  const { trustedRootPath, trustConfigPath } = settings;
  const { loadTrustedRoot, parseTrustConfig, parseTrustedRoot } =
    await import('@wheelseal/signing');
  if (trustedRootPath !== undefined) return loadTrustedRoot({ path: trustedRootPath });
  if (trustConfigPath === undefined) return undefined;
  const text = await readNamed('trustConfigPath', trustConfigPath);
  return parseTrustedRoot(parseTrustConfig(text).trustedRoot);
}

async function readConfig(settings: ContinuousIntegration): Promise<string | undefined> {
  const { signingConfigPath, trustConfigPath } = settings;
  if (signingConfigPath !== undefined) return readNamed('signingConfigPath', signingConfigPath);
  if (trustConfigPath === undefined) return undefined;
  const { parseTrustConfig } = await import('@wheelseal/signing');
  return parseTrustConfig(await readNamed('trustConfigPath', trustConfigPath)).signingConfig;
}

function rekorVersionOf({ rekorVersion }: ContinuousIntegration): 1 | 2 | undefined {
  if (rekorVersion === undefined) return undefined;
  return rekorVersion === '2' ? 2 : 1;
}

function timestampsOf({ timestampUrl }: ContinuousIntegration): SigningAddresses {
  return timestampUrl === undefined ? {} : { timestampUrls: [new URL(timestampUrl)] };
}

async function readNamed(field: keyof ContinuousIntegration, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const name = variableOf(field);
    throw new PipelineError(`cannot read \`${path}\`, which \`${name}\` names`, {
      code: 'SETTING_INVALID',
      hint: `Set \`${name}\` to a file that can be read.`,
      cause,
    });
  }
}
