/**
 * The provenance of what a job built: by its identity token where there is one, so that it says the
 * same as the certificate, otherwise by the variables of the job.
 *
 * @module
 */

import type { GitLabBuild, IdentityToken } from '@wheelseal/signing';
import type { ContinuousIntegration } from './continuous-integration.ts';

/** What is known of the job that builds; what is not known is empty. */
export function jobBuild(settings: ContinuousIntegration, token?: IdentityToken): GitLabBuild {
  const build = token === undefined ? buildOfJob(settings) : buildOfToken(token, settings);
  const { jobName, jobStartedAt, runnerId } = settings;
  return {
    ...(runnerId !== undefined && { runnerId }),
    ...build,
    ...(jobName !== undefined && { jobName }),
    ...(jobStartedAt !== undefined && { startedOn: jobStartedAt }),
  };
}

function buildOfToken(
  { issuer, claims }: IdentityToken,
  { serverUrl = issuer }: ContinuousIntegration,
): GitLabBuild {
  const claim = (name: string): string => {
    const value = claims[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const kind = claim('ref_type') === 'branch' ? 'heads' : 'tags';
  return {
    serverUrl,
    project: claim('project_path'),
    projectId: claim('project_id'),
    configRefUri: claim('ci_config_ref_uri'),
    ref: claim('ref') === '' ? '' : `refs/${kind}/${claim('ref')}`,
    commit: claim('sha'),
    trigger: claim('pipeline_source'),
    pipelineId: claim('pipeline_id'),
    jobId: claim('job_id'),
    ...(claim('runner_id') !== '' && { runnerId: claim('runner_id') }),
    runnerEnvironment: claim('runner_environment'),
  };
}

function buildOfJob(settings: ContinuousIntegration): GitLabBuild {
  const { serverUrl = '', serverFqdn, projectPath = '', projectId, configPath } = settings;
  const { commitTag, refName, commitSha = '', pipelineSource, pipelineId, jobId = '' } = settings;
  const branch = refName === undefined ? '' : `refs/heads/${refName}`;
  const ref = commitTag === undefined ? branch : `refs/tags/${commitTag}`;
  const host = serverFqdn ?? (serverUrl === '' ? '' : new URL(serverUrl).host);
  const composed = `${host}/${projectPath}//${configPath ?? '.gitlab-ci.yml'}@${ref}`;
  return {
    serverUrl,
    project: projectPath,
    ...(projectId !== undefined && { projectId }),
    configRefUri: settings.configRefUri ?? composed,
    ref,
    commit: commitSha,
    ...(pipelineSource !== undefined && { trigger: pipelineSource }),
    ...(pipelineId !== undefined && { pipelineId }),
    jobId,
  };
}
