/**
 * How a file was built in a GitLab job: SLSA provenance, version 1.
 *
 * It is written from values that are given; who gives those of the identity token states what the
 * certificate says too, and nothing else.
 *
 * @see https://slsa.dev/spec/v1.1/provenance
 *
 * @module
 */

import { SigningError } from './errors.ts';
import type { Predicate } from './predicate.ts';

/** A GitLab job by its own account. */
export interface GitLabBuild {
  /** Such as `https://gitlab.com`. */
  readonly serverUrl: string;
  /** Such as `group/project`. */
  readonly project: string;
  readonly projectId?: string;
  /** Host, project, file and ref of the configuration: `CI_CONFIG_REF_URI`, `ci_config_ref_uri`. */
  readonly configRefUri: string;
  /** Such as `refs/tags/1.0.0`. */
  readonly ref: string;
  /** The commit that was checked out. */
  readonly commit: string;
  /** What started the pipeline, such as `push`. */
  readonly trigger?: string;
  readonly pipelineId?: string;
  readonly jobId: string;
  readonly jobName?: string;
  readonly runnerId?: string;
  /** `gitlab-hosted` or `self-hosted`. */
  readonly runnerEnvironment?: string;
  /** When the job started, in ISO 8601. */
  readonly startedOn?: string;
}

/** The type of the predicate that {@link gitlabProvenance} makes. */
const provenanceType = 'https://slsa.dev/provenance/v1';
const buildType = 'https://docs.gitlab.com/ci/yaml/';

/**
 * States that a job built a file.
 *
 * @throws SigningError with code `PROVENANCE_INCOMPLETE`.
 */
export function gitlabProvenance(build: GitLabBuild): Predicate {
  assertComplete(build);
  const { serverUrl, project, configRefUri, ref, commit, trigger, jobId, startedOn } = build;
  const { projectId, pipelineId, jobName, runnerId, runnerEnvironment } = build;
  const source = `${serverUrl.replace(/\/+$/, '')}/${project}`;
  return {
    type: provenanceType,
    content: {
      buildDefinition: {
        buildType,
        externalParameters: { configuration: configRefUri, source, ref, ...given({ trigger }) },
        internalParameters: given({ projectId, pipelineId, jobName, runnerId, runnerEnvironment }),
        resolvedDependencies: [{ uri: `git+${source}@${ref}`, digest: { gitCommit: commit } }],
      },
      runDetails: {
        builder: { id: runnerId === undefined ? source : `${source}/-/runners/${runnerId}` },
        metadata: { invocationId: `${source}/-/jobs/${jobId}`, ...given({ startedOn }) },
      },
    },
  };
}

function assertComplete(build: GitLabBuild): void {
  for (const name of ['serverUrl', 'project', 'configRefUri', 'ref', 'commit', 'jobId'] as const) {
    const value: string | undefined = build[name];
    if (typeof value === 'string' && value !== '') continue;
    throw new SigningError(`the provenance needs \`${name}\` of the job`, {
      code: 'PROVENANCE_INCOMPLETE',
      hint: 'Sign in a GitLab job, which knows all of it, or leave the provenance out.',
    });
  }
}

function given(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}
