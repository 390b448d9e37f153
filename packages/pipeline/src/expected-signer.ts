/**
 * Who must have signed: named outright, or the pipeline that runs.
 *
 * The variables of a pipeline say what this pipeline would sign as. Somebody who may start a pipeline
 * may change them, so a consumer names the signer outright.
 *
 * @module
 */

import type { GitLabPipeline, IdentityPattern } from '@wheelseal/signing';
import { type ContinuousIntegration, variableOf } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { requireSetting } from './setting.ts';

/** A signer by the name in its certificate or by what its name is like, or a pipeline. */
export type ExpectedSigner =
  | { readonly issuer: string; readonly subject: string }
  | { readonly pattern: IdentityPattern }
  | { readonly pipeline: GitLabPipeline };

const hint =
  'Set `CERTIFICATE_IDENTITY` and `CERTIFICATE_OIDC_ISSUER` to who must have signed, or run in the pipeline that signs.';

/** Settings that name a pipeline or more of it; beside the name of a signer they would go unseen. */
const pipelineFields = [
  'signerProject',
  'signerProjectId',
  'signerRef',
  'signerConfigPath',
  'signerSha',
  'signerPipelineSource',
  'signerRunner',
  'signerProtectedRef',
] as const satisfies readonly (keyof ContinuousIntegration)[];

/**
 * Finds out who must have signed.
 *
 * @throws PipelineError with code `SETTING_MISSING` or `SETTING_INVALID`.
 */
export function expectedSigner(settings: ContinuousIntegration): ExpectedSigner {
  assertOneSigner(settings);
  const { certificateIdentity: subject, certificateIdentityPattern, serverUrl } = settings;
  if (certificateIdentityPattern !== undefined) {
    // Whoever accepts more than one name says who vouches for them.
    const issuer = requireSetting(settings, 'certificateIssuer', hint);
    return { pattern: { issuer, subject: certificateIdentityPattern } };
  }
  const issuer =
    settings.certificateIssuer ?? serverUrl ?? requireSetting(settings, 'certificateIssuer', hint);
  if (subject !== undefined) return { issuer, subject };
  const { signerProject, signerProjectId, signerRef } = settings;
  const isNamed = [signerProject, signerProjectId, signerRef].some((part) => part !== undefined);
  const named = isNamed ? namedPipeline(settings) : runningPipeline(settings);
  return { pipeline: { issuer, ...named, ...more(settings) } };
}

type Named = Omit<GitLabPipeline, 'issuer'>;

function namedPipeline(settings: ContinuousIntegration): Named {
  const { signerProject: project, signerProjectId: projectId } = settings;
  const serverUrl = requireSetting(settings, 'serverUrl', hint);
  const ref = requireSetting(settings, 'signerRef', 'Name the branch or tag with `--ref`.');
  return {
    serverUrl,
    ...(project !== undefined && { project }),
    ...(projectId !== undefined && { projectId }),
    ref,
  };
}

function runningPipeline(settings: ContinuousIntegration): Named {
  const { configRefUri, serverFqdn, configPath, serverUrl } = settings;
  // Claims name a project with the path that GitLab itself has, where it has one.
  const base = serverUrl === undefined ? '' : new URL(serverUrl).pathname.replace(/\/$/, '');
  if (configRefUri !== undefined) {
    const { host, ...parts } = partsOf(configRefUri);
    return { serverUrl: `https://${host}${base}`, ...parts };
  }
  const host = serverFqdn ?? new URL(requireSetting(settings, 'serverUrl', hint)).host;
  return {
    serverUrl: `https://${host}${base}`,
    project: requireSetting(settings, 'projectPath', hint),
    ...(configPath !== undefined && { configPath }),
    ref: refOf(settings),
  };
}

function more(settings: ContinuousIntegration): Partial<GitLabPipeline> {
  const { signerConfigPath, signerSha, signerPipelineSource, signerRunner } = settings;
  return {
    ...(signerConfigPath !== undefined && { configPath: signerConfigPath }),
    ...(signerSha !== undefined && { sha: signerSha }),
    ...(signerPipelineSource !== undefined && { pipelineSource: signerPipelineSource }),
    ...(signerRunner !== undefined && { runnerEnvironment: signerRunner }),
    ...(settings.signerProtectedRef === 'true' && { protectedRef: true }),
  };
}

function assertOneSigner(settings: ContinuousIntegration): void {
  const ways = [
    ['certificateIdentity'],
    ['certificateIdentityPattern'],
    pipelineFields.filter((field) => settings[field] !== undefined && settings[field] !== 'false'),
  ] as const satisfies readonly (readonly (keyof ContinuousIntegration)[])[];
  const [one, other] = ways
    .flatMap(([field]) => field ?? [])
    .filter((field) => settings[field] !== undefined);
  if (one === undefined || other === undefined) return;
  throw new PipelineError(
    `\`${variableOf(one)}\` and \`${variableOf(other)}\` both say who must have signed`,
    { code: 'SETTING_INVALID', hint: 'Leave one of them out.' },
  );
}

function refOf(settings: ContinuousIntegration): string {
  if (settings.commitTag !== undefined) return `refs/tags/${settings.commitTag}`;
  return `refs/heads/${requireSetting(settings, 'refName', hint)}`;
}

/** The file may come from another project, and then has an `@` of its own. */
function partsOf(configRefUri: string): {
  readonly host: string;
  readonly project: string;
  readonly configPath: string;
  readonly ref: string;
} {
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
  return { host, project, configPath, ref };
}
