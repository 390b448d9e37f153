/**
 * The way out of each refusal: the scope to grant, the setting to change, the thing to check.
 *
 * @module
 */

import type { RegistryErrorCode } from './errors.ts';
import type { RefusedCall } from './refused-call.ts';

/** What GitLab said. */
export interface Refused {
  readonly status: number;
  readonly message: string;
  /** GitLab has no route for the request. */
  readonly noRoute: boolean;
  readonly retryAfter: number | undefined;
}

type Hint = (call: RefusedCall, refused: Refused) => string;

/** One imperative sentence for the reader of a refusal. */
export function refusalHint(code: RegistryErrorCode, call: RefusedCall, refused: Refused): string {
  const hint: Hint = hints[code] ?? refusedAsItIs;
  return hint(call, refused);
}

const hints: Partial<Record<RegistryErrorCode, Hint>> = {
  REGISTRY_UNAUTHORIZED: unauthorized,
  REGISTRY_FORBIDDEN: forbidden,
  REGISTRY_NOT_FOUND: notFound,
  REGISTRY_CONFLICT: conflict,
  REGISTRY_PROTECTED: () =>
    'Run as a user whose role the package protection rule allows, never with a deploy token, or change the rule under Settings > Packages and registries.',
  REGISTRY_TOO_LARGE: tooLarge,
  REGISTRY_RATE_LIMITED: rateLimited,
  REGISTRY_UNAVAILABLE: unavailable,
  REGISTRY_UNEXPECTED_RESPONSE: unexpected,
};

function unauthorized({ auth, route, from }: RefusedCall, { message }: Refused): string {
  if (from === 'index') return externalUrl;
  if (auth === undefined) return 'Pass a token that may read this project.';
  if (/expired|revoked/i.test(message)) {
    return 'Create a new token: this one has expired or was revoked.';
  }
  if (auth.kind === 'job') {
    return 'Use the token of the job that is running: a job token ends with its job.';
  }
  if (auth.kind === 'deploy' && route === 'packages') return noDeployTokens;
  return `Check ${auth.describe}: GitLab does not know it, or it has expired.`;
}

function forbidden({ auth, access, route, from }: RefusedCall, { message }: Refused): string {
  if (from === 'index') return externalUrl;
  // GitLab's API always says something; a filter before it does not.
  if (message === '') return 'Check whether this machine is blocked, then what the token may do.';
  if (auth === undefined) return 'Pass a token that may use the package registry of this project.';
  if (auth.kind === 'deploy') {
    return route === 'packages'
      ? noDeployTokens
      : `Give the deploy token the ${deployScope(access)}.`;
  }
  if (auth.kind === 'job') {
    return `Let a ${roles[access]} or higher run the pipeline, in another project allow this one under Settings > CI/CD > Job token permissions, or use a deploy token with the ${deployScope(access)}.`;
  }
  const scope = `Give the token the \`${access === 'read' ? 'read_api' : 'api'}\` scope`;
  if (/insufficient_scope|privileges/i.test(message)) {
    return `${scope}, or use a deploy token with the ${deployScope(access)}.`;
  }
  return `${scope} and its user the ${roles[access]} role, and turn the package registry on (a deploy token needs the ${deployScope(access)}).`;
}

const roles = { read: 'Reporter', write: 'Developer', delete: 'Maintainer' } as const;

function deployScope(access: RefusedCall['access']): string {
  return `\`${access === 'read' ? 'read' : 'write'}_package_registry\` scope`;
}

/** GitLab spells a 404 in four ways, and each says at which step it stopped looking. */
function notFound({ auth, route, from }: RefusedCall, { message, noRoute }: Refused): string {
  if (from === 'index') return externalUrl;
  if (noRoute) return 'Check the API URL, and that this GitLab is new enough to have this route.';
  if (/package not found/i.test(message)) {
    return 'Check the name and the version: the project is there, and has no such package.';
  }
  if (/404 Not found/.test(message)) {
    return 'Check the names of package, version and file, which GitLab compares as they are.';
  }
  if (auth === undefined) {
    return 'Check the project and the names; a private project is not found without a token.';
  }
  if (auth.kind === 'deploy' && route === 'packages') return noDeployTokens;
  return 'Check the project and the names, and that its package registry is on; GitLab also hides a private project this way from a token that may not see it.';
}

function conflict(_call: RefusedCall, { message }: Refused): string {
  return /duplicate package/i.test(message)
    ? 'Compare the file that is there with this one; the group refuses duplicate generic packages.'
    : 'Compare the file that is there with this one, or release under a new version.';
}

function tooLarge({ route }: RefusedCall): string {
  const limit = route === 'pypi' ? 'pypi_max_file_size' : 'generic_packages_max_file_size';
  return `Raise the plan limit \`${limit}\`, or the body size a proxy before GitLab allows.`;
}

function rateLimited(_call: RefusedCall, { retryAfter }: Refused): string {
  const when = retryAfter === undefined ? 'later' : `in ${retryAfter} s`;
  return `Try again ${when}, or have the package registry rate limits raised.`;
}

function unavailable({ access, route }: RefusedCall, { status, message }: Refused): string {
  if (/maintenance/i.test(message)) {
    return 'Publish again when the maintenance is over; reading works meanwhile.';
  }
  if (route === 'generic' && access === 'write' && status === 500) {
    return 'Try again, and upload the files of one generic version one after another.';
  }
  return access === 'read' ? 'Try again later.' : 'List what is stored, then try again.';
}

function unexpected({ from }: RefusedCall): string {
  return from === 'store'
    ? 'Try again; if it stays, have the object storage settings of the GitLab instance checked.'
    : 'Check the API URL: it ends in `/api/v4` and needs no redirect to get there.';
}

function refusedAsItIs(_call: RefusedCall, { status, message }: Refused): string {
  if (status === 405 && /moved/i.test(message)) {
    return 'Use the present path of the project, or its id: what writes follows no move.';
  }
  return 'Change what GitLab names, and compare it with what its package registry allows.';
}

const externalUrl =
  'Use the host that the simple index names as API URL: credentials go only to the host they were given for.';

const noDeployTokens =
  'Use a job token or an access token: the packages API takes no deploy tokens.';
