/**
 * The identity of a GitHub workflow: which file of which repository, on which ref.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import { differing, policyOf, type IdentityPolicy } from './identity-policy.ts';
import { assertRef, refDifference } from './ref-template.ts';
import { escapedPath } from './url-path.ts';

/** A workflow that may sign. */
export interface GitHubWorkflow {
  /** Owner and name, such as `octo/app`. */
  readonly repository: string;
  /** Number of the repository, which it keeps when it moves, and which no other one gets. */
  readonly repositoryId?: string;
  /** File below `.github/workflows`, such as `release.yml`. */
  readonly workflow: string;
  /** Full name of the ref, such as `refs/tags/v1` or `refs/tags/v{version}`. */
  readonly ref: string;
}

const folder = '.github/workflows/';
const issuer = 'https://token.actions.githubusercontent.com';

/**
 * Accepts one workflow of one repository on github.com on one ref.
 *
 * @throws VerificationError with code `POLICY_INVALID` if the parts name no workflow.
 */
export function githubWorkflow(expected: GitHubWorkflow): IdentityPolicy {
  const { repository, repositoryId, workflow, ref } = expected;
  const file = workflow.startsWith(folder) ? workflow.slice(folder.length) : workflow;
  assertForm(repository, /^[\w.-]+\/[\w.-]+$/, 'repository', 'Write it as `owner/name`.');
  assertForm(file, /^[\w.-]+\.ya?ml$/, 'workflow', 'Write it as `release.yml`.');
  assertForm(repositoryId ?? '1', /^[1-9]\d*$/, 'number of a repository', 'Take its `id`.');
  assertRef(ref, ['heads', 'tags', 'pull']);
  const start = `https://github.com/${repository}/${folder}${file}@`;
  const template = ref.split('{version}').map(escapedPath).join('{version}');
  const id = repositoryId === undefined ? '' : ` with the repository ID \`${repositoryId}\``;
  return policyOf(
    `\`${start}${template}\` of \`${issuer}\`${id}`,
    ({ subject, issuer: found, claims }, context) => [
      ...differing('issuer', found, issuer),
      ...(repositoryId === undefined
        ? []
        : differing('repository ID', claims.sourceRepositoryIdentifier, repositoryId)),
      ...(subject.startsWith(start)
        ? refDifference(subject.slice(start.length), template, context)
        : [{ part: 'workflow', expected: start.slice(0, -1), found: subject }]),
    ],
  );
}

function assertForm(value: string, form: RegExp, name: string, hint: string): void {
  if (form.test(value)) return;
  throw new VerificationError(`\`${value}\` is no ${name}`, { code: 'POLICY_INVALID', hint });
}
