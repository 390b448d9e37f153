/**
 * The environment of a CI job: GitLab's variables, the tutorial's, and the trust for cosign and for us.
 *
 * @module
 */

import type { Job } from './job.ts';
import { configRefUri } from './oidc/job-claims.ts';
import type { ConfigFiles, TrustFiles } from './trust-files.ts';

/** Where and with what a job works. */
export interface JobSurroundings {
  readonly job: Job;
  readonly urls: {
    readonly gitlab: URL;
    readonly fulcio: URL;
    readonly rekor: URL;
    readonly tuf: URL;
  };
  readonly trust: TrustFiles;
  readonly config: ConfigFiles;
  readonly jobToken: string;
  readonly identityToken: string;
}

const gitlabVersion = ['18', '11', '0'] as const;

/** Writes the environment of a job. */
export function jobEnvironment(surroundings: JobSurroundings): Readonly<Record<string, string>> {
  const { job, urls, jobToken } = surroundings;
  const serverUrl = urls.gitlab;
  const server = serverUrl.origin;
  const projectUrl = `${server}/${job.projectPath}`;
  const [major, minor, patch] = gitlabVersion;
  return {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_API_V4_URL: `${server}/api/v4`,
    CI_SERVER: 'yes',
    CI_SERVER_URL: server,
    CI_SERVER_HOST: serverUrl.hostname,
    CI_SERVER_PORT: serverUrl.port,
    CI_SERVER_PROTOCOL: serverUrl.protocol.replace(':', ''),
    CI_SERVER_FQDN: serverUrl.host,
    CI_SERVER_NAME: 'GitLab',
    CI_SERVER_VERSION: `${major}.${minor}.${patch}-ee`,
    CI_SERVER_VERSION_MAJOR: major,
    CI_SERVER_VERSION_MINOR: minor,
    CI_SERVER_VERSION_PATCH: patch,
    ...projectVariables(job, projectUrl),
    ...commitVariables(job),
    CI_CONFIG_PATH: job.configPath,
    CI_CONFIG_REF_URI: configRefUri(job, server),
    CI_PIPELINE_ID: job.pipelineId,
    CI_PIPELINE_IID: '1',
    CI_PIPELINE_SOURCE: 'push',
    CI_PIPELINE_URL: `${projectUrl}/-/pipelines/${job.pipelineId}`,
    CI_JOB_ID: job.jobId,
    CI_JOB_NAME: 'release',
    CI_JOB_URL: `${projectUrl}/-/jobs/${job.jobId}`,
    CI_JOB_TIMEOUT: '3600',
    CI_JOB_TOKEN: jobToken,
    CI_REGISTRY_USER: 'gitlab-ci-token',
    GITLAB_USER_ID: '1',
    GITLAB_USER_LOGIN: 'sandbox-user',
    ...tutorialVariables(surroundings),
    ...trustVariables(surroundings),
  };
}

function projectVariables(job: Job, projectUrl: string) {
  return {
    CI_PROJECT_ID: job.projectId,
    CI_PROJECT_NAME: job.projectName,
    CI_PROJECT_TITLE: job.projectName,
    CI_PROJECT_PATH: job.projectPath,
    CI_PROJECT_NAMESPACE: job.namespacePath,
    CI_PROJECT_NAMESPACE_ID: job.namespaceId,
    CI_PROJECT_ROOT_NAMESPACE: job.namespacePath.replace(/\/.*$/, ''),
    CI_PROJECT_URL: projectUrl,
    CI_PROJECT_VISIBILITY: job.visibility,
    CI_DEFAULT_BRANCH: job.defaultBranch,
  };
}

function commitVariables(job: Job) {
  return {
    CI_COMMIT_SHA: job.commitSha,
    CI_COMMIT_SHORT_SHA: job.commitSha.slice(0, 8),
    CI_COMMIT_REF_NAME: job.refName,
    CI_COMMIT_REF_PROTECTED: 'true',
    CI_COMMIT_TIMESTAMP: job.commitTime.toISOString().replace(/\.\d+Z$/, '+00:00'),
    ...(job.refType === 'tag' ? { CI_COMMIT_TAG: job.refName } : { CI_COMMIT_BRANCH: job.refName }),
  };
}

function tutorialVariables({ job, urls }: JobSurroundings) {
  const server = urls.gitlab.origin;
  const registry = `${server}/api/v4/projects/${job.projectId}/packages/generic`;
  return {
    PACKAGE_NAME: job.projectName,
    PACKAGE_VERSION: job.packageVersion,
    GENERIC_PACKAGE_BASE_URL: `${registry}/${job.projectName}/${job.packageVersion}`,
    FULCIO_URL: urls.fulcio.origin,
    REKOR_URL: urls.rekor.origin,
    CERTIFICATE_IDENTITY: `https://${configRefUri(job, server)}`,
    CERTIFICATE_OIDC_ISSUER: server,
    COSIGN_YES: 'true',
  };
}

function trustVariables({ trust, config, urls, identityToken }: JobSurroundings) {
  return {
    SIGSTORE_ID_TOKEN: identityToken,
    WHEELSEAL_TRUSTED_ROOT: trust.trustedRoot,
    WHEELSEAL_SIGNING_CONFIG: config.signingConfig,
    WHEELSEAL_TRUST_CONFIG: config.trustConfig,
    COSIGN_REKOR_URL: urls.rekor.origin,
    SIGSTORE_ROOT_FILE: trust.certificateAuthority,
    SIGSTORE_REKOR_PUBLIC_KEY: trust.rekorPublicKey,
    SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: trust.ctLogPublicKey,
    TUF_MIRROR: urls.tuf.origin,
    TUF_ROOT_JSON: trust.tufFirstRoot,
    // Empty: whoever looks here instead of at the files above finds nothing.
    TUF_ROOT: trust.tufRoot,
  };
}
