/**
 * Flags as variables: what a command line changes in the environment.
 *
 * A flag that names another project, signer or token also puts the variables out of force that would
 * win over it further down. An empty variable counts as not set.
 *
 * @module
 */

import type { Environment } from './environment.ts';
import { CommandError } from './errors.ts';

/** Values of flags by the names commander gives them. */
export type FlagValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

const publicServer = 'https://gitlab.com';

/** Variables for the flags that stand for more than one of them. */
export function impliedVariables(values: FlagValues, environment: Environment): Environment {
  return {
    ...(values['serverUrl'] !== undefined && { CI_API_V4_URL: '', CI_SERVER_FQDN: '' }),
    ...(values['token'] !== undefined && { CI_JOB_TOKEN: '' }),
    ...configVariables(values),
    ...signerVariables(values, environment),
    ...projectVariables(values, environment),
  };
}

// Addresses win over a configuration, those of flags alone over the configuration of a flag.
function configVariables({ signingConfig, trustConfig }: FlagValues): Environment {
  if (signingConfig === undefined && trustConfig === undefined) return {};
  return {
    FULCIO_URL: '',
    REKOR_URL: '',
    TIMESTAMP_URL: '',
    ...(signingConfig === undefined && { WHEELSEAL_SIGNING_CONFIG: '' }),
    ...(trustConfig !== undefined && { WHEELSEAL_TRUSTED_ROOT: '' }),
  };
}

function signerVariables(values: FlagValues, environment: Environment): Environment {
  const { gitlabProject, ref, certificateIdentity } = values;
  if (gitlabProject === undefined) {
    if (ref === undefined) return {};
    throw usage('`--ref` needs `--gitlab-project`', 'Name the project whose pipeline signs.');
  }
  if (certificateIdentity !== undefined) {
    throw usage(
      '`--gitlab-project` and `--certificate-identity` both name the signer',
      'Leave one of them out.',
    );
  }
  if (typeof ref !== 'string' || !/^refs\/(?:heads|tags)\/./.test(ref)) {
    throw usage(
      `\`--gitlab-project\` needs \`--ref\` with a full name, found \`${String(ref ?? '')}\``,
      'Write `--ref refs/tags/…` or `--ref refs/heads/…`.',
    );
  }
  const server = serverOf(values, environment);
  return {
    CI_SERVER_URL: server,
    CI_CONFIG_REF_URI: `${hostOf(server)}/${String(gitlabProject)}//.gitlab-ci.yml@${ref}`,
    CERTIFICATE_IDENTITY: '',
    ...(values['certificateOidcIssuer'] === undefined && { CERTIFICATE_OIDC_ISSUER: server }),
  };
}

function projectVariables(values: FlagValues, environment: Environment): Environment {
  const { gitlabProject, packageName } = values;
  const isInProject = [environment['CI_PROJECT_ID'], environment['CI_PROJECT_PATH']].some(Boolean);
  const project = values['project'] ?? (isInProject ? undefined : gitlabProject);
  if (typeof project !== 'string') return {};
  const isId = /^\d+$/.test(project);
  return {
    CI_PROJECT_ID: isId ? project : '',
    CI_PROJECT_PATH: isId ? '' : project,
    CI_PROJECT_NAME: isId ? '' : (project.split('/').at(-1) ?? ''),
    CI_PROJECT_URL: '',
    ...(packageName === undefined && { PACKAGE_NAME: '' }),
  };
}

function serverOf({ serverUrl }: FlagValues, environment: Environment): string {
  const fromEnvironment = environment['CI_SERVER_URL'] ?? '';
  if (typeof serverUrl === 'string') return serverUrl;
  return fromEnvironment === '' ? publicServer : fromEnvironment;
}

function hostOf(server: string): string {
  if (URL.canParse(server)) return new URL(server).host;
  throw usage(`\`--server-url\` must be a URL, found \`${server}\``, 'Begin it with `https://`.');
}

function usage(message: string, hint: string): CommandError {
  return new CommandError(message, { code: 'USAGE_INVALID', hint });
}
