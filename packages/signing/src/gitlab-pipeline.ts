/**
 * The identity of a GitLab pipeline: which file of which project, on which ref.
 *
 * The subject is composed of the claims in the certificate and compared whole. It is not taken from
 * the token's `sub`, which every project can change.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import {
  assertGiven,
  differing,
  policyOf,
  type IdentityPolicy,
  type PolicyContext,
  type PolicyDifference,
} from './identity-policy.ts';
import { pipelineOf } from './pipeline-claims.ts';
import { protectionDifference } from './ref-protection.ts';
import { assertRef, refDifference } from './ref-template.ts';
import type { SignerIdentity } from './signer-identity.ts';
import { escapedPath } from './url-path.ts';

/** A pipeline that may sign: of a project by its path, by its number, or by both. */
export interface GitLabPipeline {
  /** Where the project lives; `https://gitlab.com` when absent. */
  readonly serverUrl?: URL | string;
  /** Issuer of the identity tokens; the server's address when absent. */
  readonly issuer?: string;
  /** Path of the project with its namespace, such as `group/app`. */
  readonly project?: string;
  /** Number of the project, which it keeps when it moves, and which no other project gets. */
  readonly projectId?: string;
  /** The pipeline's file; `.gitlab-ci.yml` when absent. */
  readonly configPath?: string;
  /**
   * Full name of the branch or tag, such as `refs/heads/main` or `refs/tags/v{version}`, where
   * `{version}` is the version of the file that is verified.
   */
  readonly ref: string;
  /** The commit, in hex. */
  readonly sha?: string;
  /** What started the pipeline, such as `push` or `web`. */
  readonly pipelineSource?: string;
  readonly runnerEnvironment?: 'gitlab-hosted' | 'self-hosted';
  /**
   * Whether the ref must be protected. Only a project whose `ci_id_token_sub_claim_components` has
   * `ref_protected` gets that into its certificates; those of others are refused.
   */
  readonly protectedRef?: true;
}

interface Expected extends GitLabPipeline {
  readonly server: URL;
  readonly issuer: string;
  readonly configPath: string;
}

/**
 * Accepts the pipeline of one file of one GitLab project on one ref.
 *
 * @throws VerificationError with code `POLICY_INVALID` if the parts name no pipeline.
 */
export function gitlabPipeline(pipeline: GitLabPipeline): IdentityPolicy {
  const { serverUrl = 'https://gitlab.com', configPath = '.gitlab-ci.yml' } = pipeline;
  const server = readServer(serverUrl);
  const { issuer = server.href.replace(/\/$/, '') } = pipeline;
  const expected: Expected = { ...pipeline, server, issuer, configPath };
  assertParts(expected);
  return policyOf(describe(expected), (identity, context) => compare(expected, identity, context));
}

function assertParts({ issuer, project, projectId, configPath, ref, sha }: Expected): void {
  if (project === undefined && projectId === undefined) {
    throw invalid(
      'the policy names no project',
      'Give `--gitlab-project` or `--gitlab-project-id`.',
    );
  }
  if (project !== undefined && !/^[\w.-]+(?:\/[\w.-]+)+$/.test(project)) {
    throw invalid(
      `${JSON.stringify(project)} is no path of a GitLab project`,
      'Write it as `group/project`.',
    );
  }
  if (projectId !== undefined && !/^[1-9]\d*$/.test(projectId)) {
    throw invalid(
      `${JSON.stringify(projectId)} is no number of a GitLab project`,
      'Take the number that GitLab shows as project ID.',
    );
  }
  assertRef(ref, ['heads', 'tags']);
  if (sha !== undefined && !/^[\da-f]{40,64}$/.test(sha)) {
    throw invalid(`${JSON.stringify(sha)} is no commit`, 'Write all digits of the commit.');
  }
  assertGiven('issuer', issuer, '--certificate-oidc-issuer');
  assertGiven('configuration path', configPath, '--config-path');
  // A name that no certificate can have is found here rather than by every verification.
  escapedPath(`/${project ?? ''}//${configPath}@${ref.replaceAll(/[{}]/g, '')}`);
}

function describe(expected: Expected): string {
  const { server, issuer, project, projectId, configPath, ref } = expected;
  const path = `/${project ?? 'PROJECT'}//${configPath}@${ref}`;
  const subject = `https://${server.host}${path.split('{version}').map(escapedPath).join('{version}')}`;
  const id = projectId === undefined ? '' : ` with the project ID \`${projectId}\``;
  return `\`${subject}\` of \`${issuer}\`${id}`;
}

function compare(
  expected: Expected,
  identity: SignerIdentity,
  context: PolicyContext,
): readonly PolicyDifference[] {
  const { server, issuer } = expected;
  const vouched = differing('issuer', identity.issuer, issuer, '--certificate-oidc-issuer');
  const pipeline = pipelineOf(identity, server.pathname.replace(/\/+$/, ''));
  if ('part' in pipeline) return [...vouched, pipeline];
  const { claims } = identity;
  const { project, projectId, configPath, ref, sha, pipelineSource, runnerEnvironment } = expected;
  const wanted: readonly (readonly [string, string | undefined, string | undefined, string])[] = [
    ['server', pipeline.host, server.host, '--server-url'],
    ['project', pipeline.project, project, '--gitlab-project'],
    ['project ID', claims.sourceRepositoryIdentifier, projectId, '--gitlab-project-id'],
    ['configuration', pipeline.configPath, configPath, '--config-path'],
    ['commit', claims.sourceRepositoryDigest, sha, '--sha'],
    ['pipeline source', claims.buildTrigger, pipelineSource, '--pipeline-source'],
    ['runner', claims.runnerEnvironment, runnerEnvironment, '--runner'],
  ];
  return [
    ...vouched,
    ...wanted.flatMap(([part, found, want, option]) =>
      want === undefined ? [] : differing(part, found, want, option),
    ),
    ...refDifference(pipeline.ref, ref, context),
    ...(expected.protectedRef === undefined ? [] : protectionDifference(claims)),
  ];
}

function readServer(serverUrl: URL | string): URL {
  const url = URL.parse(String(serverUrl));
  if (url !== null && /^https?:$/.test(url.protocol) && url.host !== '') return url;
  throw invalid(
    `\`${String(serverUrl)}\` is no address of a GitLab server`,
    'Write it as `https://HOST`.',
  );
}

function invalid(message: string, hint: string): VerificationError {
  return new VerificationError(message, { code: 'POLICY_INVALID', hint });
}
