/**
 * The claims of a GitLab job's ID token.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';

import type { Job } from '../job.ts';

const lifetimeSeconds = 60 * 60;

/** Everything GitLab says in an ID token for Sigstore about a job. */
export function jobClaims(
  job: Job,
  { issuer, now }: { readonly issuer: string; readonly now: Date },
): Readonly<Record<string, unknown>> {
  const seconds = Math.floor(now.getTime() / 1000);
  return {
    ...projectClaims(job),
    user_id: '1',
    user_login: 'sandbox-user',
    user_email: 'sandbox-user@example.com',
    user_access_level: 'maintainer',
    pipeline_id: job.pipelineId,
    pipeline_source: 'push',
    job_id: job.jobId,
    ref: job.refName,
    ref_type: job.refType,
    ref_path: job.ref,
    ref_protected: 'true',
    groups_direct: [],
    runner_id: 1,
    runner_environment: 'self-hosted',
    sha: job.commitSha,
    ci_config_ref_uri: configRefUri(job, issuer),
    ci_config_sha: job.commitSha,
    jti: randomUUID(),
    iat: seconds,
    nbf: seconds - 5,
    exp: seconds + lifetimeSeconds,
    iss: issuer,
    sub: `project_path:${job.projectPath}:ref_type:${job.refType}:ref:${job.refName}`,
    aud: 'sigstore',
  };
}

/** Where the pipeline of a job is defined: without a scheme, and with two slashes before the file. */
export function configRefUri(job: Job, serverUrl: string): string {
  return `${new URL(serverUrl).host}/${job.projectPath}//${job.configPath}@${job.ref}`;
}

function projectClaims(job: Job) {
  return {
    namespace_id: job.namespaceId,
    namespace_path: job.namespacePath,
    project_id: job.projectId,
    project_path: job.projectPath,
    job_namespace_id: job.namespaceId,
    job_namespace_path: job.namespacePath,
    job_project_id: job.projectId,
    job_project_path: job.projectPath,
    project_visibility: job.visibility,
  };
}
