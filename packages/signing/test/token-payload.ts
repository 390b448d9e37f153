/**
 * Identity tokens of GitLab, made by hand; their signature is a canary that must show up nowhere.
 *
 * @module
 */

export const now = (): Date => new Date('2026-11-22T12:00:00Z');
export const seconds: number = now().getTime() / 1000;
export const canary = 'canary-4f1d';

/** Everything GitLab says in a token. */
export const gitlab = {
  iss: 'https://gitlab.com',
  sub: 'project_path:group/app:ref_type:branch:ref:main',
  aud: 'sigstore',
  exp: seconds + 3600,
  nbf: seconds - 5,
  iat: seconds,
  namespace_id: '72',
  namespace_path: 'group',
  project_id: '20',
  project_path: 'group/app',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'main',
  ref_type: 'branch',
  runner_environment: 'gitlab-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  project_visibility: 'public',
  ci_config_ref_uri: 'gitlab.com/group/app//.gitlab-ci.yml@refs/heads/main',
  ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
};

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  );
}

export function tokenOf(payload: unknown, header: unknown = { alg: 'RS256', kid: '1' }): string {
  return `${encode(header)}.${encode(payload)}.${encode(canary)}`;
}
