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

/** Flags that say what a pipeline must be, by the variables they stand for. */
const pipelineFlags = {
  gitlabProject: 'WHEELSEAL_SIGNER_PROJECT',
  gitlabProjectId: 'WHEELSEAL_SIGNER_PROJECT_ID',
  ref: 'WHEELSEAL_SIGNER_REF',
  protectedRef: 'WHEELSEAL_SIGNER_PROTECTED_REF',
  configPath: 'WHEELSEAL_SIGNER_CONFIG_PATH',
  sha: 'WHEELSEAL_SIGNER_SHA',
  pipelineSource: 'WHEELSEAL_SIGNER_PIPELINE_SOURCE',
  runner: 'WHEELSEAL_SIGNER_RUNNER',
} as const;

const nameFlags = {
  certificateIdentity: 'CERTIFICATE_IDENTITY',
  certificateIdentityRegexp: 'CERTIFICATE_IDENTITY_REGEXP',
} as const;
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
  const { gitlabProject, gitlabProjectId, ref } = values;
  const names = given(nameFlags, values);
  const parts = given(pipelineFlags, values);
  const [one, other] = [...names, ...parts.slice(0, 1)];
  if (one !== undefined && other !== undefined) {
    throw usage(
      `\`${flagOf(other)}\` and \`${flagOf(one)}\` both name the signer`,
      'Leave one of them out.',
    );
  }
  if (one === undefined) return {};
  const isNamed = gitlabProject !== undefined || gitlabProjectId !== undefined;
  if (!isNamed && ref !== undefined) {
    throw usage('`--ref` needs `--gitlab-project`', 'Name the project whose pipeline signs.');
  }
  if (isNamed && (typeof ref !== 'string' || !/^refs\/(?:heads|tags)\/./.test(ref))) {
    throw usage(
      `\`${flagOf(one)}\` needs \`--ref\` with a full name, found \`${String(ref ?? '')}\``,
      'Write `--ref refs/tags/…` or `--ref refs/heads/…`.',
    );
  }
  // One way to name the signer puts the others out of force.
  const overruled = Object.fromEntries(
    [
      ...Object.values(nameFlags),
      ...(isNamed || names.length > 0 ? Object.values(pipelineFlags) : []),
    ].map((variable) => [variable, '']),
  );
  if (!isNamed) return overruled;
  const server = serverOf(values, environment);
  assertUrl(server);
  return {
    ...overruled,
    CI_SERVER_URL: server,
    ...(values['certificateOidcIssuer'] === undefined && { CERTIFICATE_OIDC_ISSUER: server }),
  };
}

function given(flags: Readonly<Record<string, string>>, values: FlagValues): readonly string[] {
  return Object.keys(flags).filter((name) => values[name] !== undefined);
}

function flagOf(attribute: string): string {
  return `--${attribute.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function projectVariables(values: FlagValues, environment: Environment): Environment {
  const { gitlabProject, gitlabProjectId, packageName } = values;
  const isInProject = [environment['CI_PROJECT_ID'], environment['CI_PROJECT_PATH']].some(Boolean);
  const project =
    values['project'] ?? (isInProject ? undefined : (gitlabProject ?? gitlabProjectId));
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

function assertUrl(server: string): void {
  if (URL.canParse(server)) return;
  throw usage(`\`--server-url\` must be a URL, found \`${server}\``, 'Begin it with `https://`.');
}

function usage(message: string, hint: string): CommandError {
  return new CommandError(message, { code: 'USAGE_INVALID', hint });
}
