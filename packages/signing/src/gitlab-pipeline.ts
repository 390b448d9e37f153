/**
 * The identity of a GitLab pipeline: which file of which project, on which ref.
 *
 * The subject is composed and compared whole. It is not taken from the token's `sub`, which every
 * project can change.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import { assertGiven, exactIdentity, type IdentityPolicy } from './identity-policy.ts';
import { escapedPath } from './url-path.ts';

/** A pipeline that may sign. */
export interface GitLabPipeline {
  /** Where the project lives; `https://gitlab.com` when absent. */
  readonly serverUrl?: URL | string;
  /** Issuer of the identity tokens; the server's address when absent. */
  readonly issuer?: string;
  /** Path of the project with its namespace, such as `group/app`. */
  readonly project: string;
  /** The pipeline's file; `.gitlab-ci.yml` when absent. */
  readonly configPath?: string;
  /** Full name of the branch or tag, such as `refs/heads/main` or `refs/tags/v1`. */
  readonly ref: string;
}

/**
 * Accepts the pipeline of one file of one GitLab project on one ref.
 *
 * @throws VerificationError with code `POLICY_INVALID` if the parts name no pipeline.
 */
export function gitlabPipeline(expected: GitLabPipeline): IdentityPolicy {
  const {
    serverUrl = 'https://gitlab.com',
    project,
    configPath = '.gitlab-ci.yml',
    ref,
  } = expected;
  const server = readServer(serverUrl);
  const { issuer = server.href.replace(/\/$/, '') } = expected;
  if (!/^[\w.-]+(?:\/[\w.-]+)+$/.test(project)) {
    throw invalid(`\`${project}\` is no path of a GitLab project`, 'Write it as `group/project`.');
  }
  if (!/^refs\/(?:heads|tags)\/[^/]/.test(ref)) {
    throw invalid(
      `\`${ref}\` is no full name of a branch or tag`,
      'Write it as `refs/heads/NAME` or `refs/tags/NAME`.',
    );
  }
  assertGiven('configuration path', configPath, 'configPath');
  const path = escapedPath(`/${project}//${configPath}@${ref}`);
  return exactIdentity({ issuer, subject: `https://${server.host}${path}` });
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
