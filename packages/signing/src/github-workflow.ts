/**
 * The identity of a GitHub workflow: which file of which repository, on which ref.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import { exactIdentity, type IdentityPolicy } from './identity-policy.ts';
import { escapedPath } from './url-path.ts';

/** A workflow that may sign. */
export interface GitHubWorkflow {
  /** Owner and name, such as `octo/app`. */
  readonly repository: string;
  /** File below `.github/workflows`, such as `release.yml`. */
  readonly workflow: string;
  /** Full name of the ref, such as `refs/tags/v1`. */
  readonly ref: string;
}

const folder = '.github/workflows/';

/**
 * Accepts one workflow of one repository on github.com on one ref.
 *
 * @throws VerificationError with code `POLICY_INVALID` if the parts name no workflow.
 */
export function githubWorkflow(expected: GitHubWorkflow): IdentityPolicy {
  const { repository, workflow, ref } = expected;
  const file = workflow.startsWith(folder) ? workflow.slice(folder.length) : workflow;
  assertForm(repository, /^[\w.-]+\/[\w.-]+$/, 'repository', 'Write it as `owner/name`.');
  assertForm(file, /^[\w.-]+\.ya?ml$/, 'workflow', 'Write it as `release.yml`.');
  assertForm(
    ref,
    /^refs\/(?:heads|tags|pull)\/[^/]/,
    'full name of a ref',
    'Write it as `refs/heads/NAME` or `refs/tags/NAME`.',
  );
  return exactIdentity({
    issuer: 'https://token.actions.githubusercontent.com',
    subject: `https://github.com${escapedPath(`/${repository}/${folder}${file}@${ref}`)}`,
  });
}

function assertForm(value: string, form: RegExp, name: string, hint: string): void {
  if (form.test(value)) return;
  throw new VerificationError(`\`${value}\` is no ${name}`, { code: 'POLICY_INVALID', hint });
}
