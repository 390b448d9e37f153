/**
 * The claims of a GitLab token that end up in the certificate.
 *
 * Fulcio refuses a token that lacks one of them without naming it, and takes a `null` for text.
 *
 * @module
 */

import { SigningError } from './errors.ts';

type Claims = Readonly<Record<string, unknown>>;

/** Whether a GitLab instance issued the token. */
export function looksLikeGitLab(claims: Claims): boolean {
  return ['ci_config_ref_uri', 'project_path', 'namespace_path', 'pipeline_source'].some(
    (name) => name in claims,
  );
}

const repository =
  'Put the job into the `.gitlab-ci.yml` of the project itself, not into a child pipeline or a file of another project or server; there, use `include`. On GitLab 18.9 or newer it may be anywhere.';
const newer = 'Upgrade GitLab to 16.3 or newer; no change of `.gitlab-ci.yml` helps before.';

const mandatory: ReadonlyMap<string, string> = new Map([
  ['ci_config_ref_uri', repository],
  ['ci_config_sha', repository],
  ['project_visibility', newer],
  ['runner_environment', newer],
  ['sha', newer],
  ['project_path', newer],
  ['project_id', newer],
  ['namespace_path', newer],
  ['namespace_id', newer],
  ['ref', newer],
  ['ref_type', newer],
  ['pipeline_source', newer],
  ['job_id', newer],
]);

/**
 * Throws unless the token has every claim that a certificate for GitLab needs.
 *
 * @throws SigningError with code `TOKEN_CLAIM_MISSING`.
 */
export function assertGitLabClaims(claims: Claims): void {
  for (const [name, hint] of mandatory) {
    const value = claims[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') continue;
    const found = value === undefined ? 'has no claim' : `has an unusable claim (${kindOf(value)})`;
    throw new SigningError(`the identity token ${found} \`${name}\``, {
      code: 'TOKEN_CLAIM_MISSING',
      hint,
    });
  }
}

function kindOf(value: unknown): string {
  if (value === '') return 'empty';
  return value === null ? 'null' : typeof value;
}
