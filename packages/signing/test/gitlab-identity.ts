/**
 * What Fulcio writes into a certificate for a job of GitLab.
 *
 * @module
 */

import type { CertificateClaims, SignerIdentity } from '@wheelseal/signing';

export interface Job {
  readonly host?: string;
  readonly project?: string;
  readonly projectId?: string;
  readonly configPath?: string;
  readonly ref?: string;
}

export function gitlabClaims(job: Job = {}): CertificateClaims {
  const { host = 'gitlab.com', project = 'group/app', projectId = '20' } = job;
  const { configPath = '.gitlab-ci.yml', ref = 'refs/heads/main' } = job;
  const config = `https://${host}/${project}//${configPath}@${ref}`;
  const commit = '714a629c0b401fdce83e847fc9589983fc6f46bc';
  return {
    buildSignerUri: config,
    buildSignerDigest: commit,
    runnerEnvironment: 'gitlab-hosted',
    sourceRepositoryUri: `https://${host}/${project}`,
    sourceRepositoryDigest: commit,
    sourceRepositoryRef: ref,
    sourceRepositoryIdentifier: projectId,
    sourceRepositoryOwnerUri: `https://${host}/${project.replace(/\/[^/]+$/, '')}`,
    sourceRepositoryOwnerIdentifier: '72',
    buildConfigUri: config,
    buildConfigDigest: commit,
    buildTrigger: 'push',
    runInvocationUri: `https://${host}/${project}/-/jobs/302`,
    sourceRepositoryVisibility: 'public',
    tokenSubject: `project_path:${project}:ref_type:branch:ref:main`,
  };
}

/** A whole identity, as it stands in a certificate; its name in ASCII only. */
export function gitlabIdentity(job: Job = {}): SignerIdentity {
  const claims = gitlabClaims(job);
  return {
    issuer: `https://${job.host ?? 'gitlab.com'}`,
    subject: claims.buildConfigUri ?? '',
    claims,
  };
}
