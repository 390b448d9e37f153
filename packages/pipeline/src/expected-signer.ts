/**
 * Who must have signed: named outright, or the pipeline that runs.
 *
 * The variables say what this pipeline would sign as. Somebody who may start a pipeline may change
 * them, so a consumer names the signer outright.
 *
 * @module
 */

import type { GitLabPipeline } from '@wheelseal/signing';
import type { ContinuousIntegration } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { requireSetting } from './setting.ts';

/** A signer by the name in its certificate, or a pipeline whose name is yet to be composed. */
export type ExpectedSigner =
  { readonly issuer: string; readonly subject: string } | { readonly pipeline: GitLabPipeline };

const hint =
  'Set `CERTIFICATE_IDENTITY` and `CERTIFICATE_OIDC_ISSUER` to who must have signed, or run in the pipeline that signs.';

/**
 * Finds out who must have signed.
 *
 * @throws PipelineError with code `SETTING_MISSING` or `SETTING_INVALID`.
 */
export function expectedSigner(settings: ContinuousIntegration): ExpectedSigner {
  const { certificateIdentity: subject, certificateIssuer, serverUrl } = settings;
  const issuer =
    certificateIssuer ?? serverUrl ?? requireSetting(settings, 'certificateIssuer', hint);
  if (subject !== undefined) return { issuer, subject };
  const { configRefUri } = settings;
  if (configRefUri !== undefined) return { pipeline: { issuer, ...partsOf(configRefUri) } };
  const { serverFqdn, configPath } = settings;
  return {
    pipeline: {
      issuer,
      serverUrl: `https://${serverFqdn ?? hostOf(requireSetting(settings, 'serverUrl', hint))}`,
      project: requireSetting(settings, 'projectPath', hint),
      ...(configPath !== undefined && { configPath }),
      ref: refOf(settings),
    },
  };
}

function refOf(settings: ContinuousIntegration): string {
  if (settings.commitTag !== undefined) return `refs/tags/${settings.commitTag}`;
  return `refs/heads/${requireSetting(settings, 'refName', hint)}`;
}

/** The file may come from another project, and then has an `@` of its own. */
function partsOf(configRefUri: string): Omit<GitLabPipeline, 'issuer'> {
  const { host, project, configPath, ref } =
    /^(?<host>[^/]+)\/(?<project>.+?)\/\/(?<configPath>.+)@(?<ref>refs\/.+)$/.exec(configRefUri)
      ?.groups ?? {};
  if (
    host === undefined ||
    project === undefined ||
    configPath === undefined ||
    ref === undefined
  ) {
    throw new PipelineError('`CI_CONFIG_REF_URI` must be HOST/PROJECT//FILE@refs/…', {
      code: 'SETTING_INVALID',
      hint: 'Leave this variable to GitLab.',
    });
  }
  return { serverUrl: `https://${host}`, project, configPath, ref };
}

function hostOf(serverUrl: string): string {
  return new URL(serverUrl).host;
}
