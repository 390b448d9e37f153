/**
 * The inputs of `action.yml` as a value, and as the variables that stages read.
 *
 * @module
 */

import { resolve } from 'node:path';
import { CodedError } from '@wheelseal/errors';

/** What the action can do. */
export type ActionCommand = 'release' | 'sign' | 'verify' | 'publish' | 'download';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Inputs of the action; what was left empty is absent. */
export interface Inputs {
  readonly command: ActionCommand;
  /** Absolute path of the project. */
  readonly project: string;
  /** Absolute path of the distributions. */
  readonly distributions: string;
  /** Absolute path of what is downloaded. */
  readonly outputDirectory: string;
  readonly built: boolean;
  readonly name?: string;
  readonly version?: string;
  readonly homepage?: string;
  /** The environment with the inputs laid over it. */
  readonly environment: Environment;
  /** Values that must never be shown. */
  readonly secrets: readonly string[];
}

/** Every code an {@link InputError} can carry. */
export type InputErrorCode =
  /** An input is missing or has a value that the action does not know. */
  | 'INPUT_INVALID'
  /** The job may not ask for an identity token, and has none. */
  | 'TOKEN_MISSING';

/** The inputs of the action are not good. */
export class InputError extends CodedError<InputErrorCode> {}

const commands: readonly ActionCommand[] = ['release', 'sign', 'verify', 'publish', 'download'];

/** Inputs that stand for a variable. */
const variables: Readonly<Record<string, string>> = {
  version: 'PACKAGE_VERSION',
  identity: 'CERTIFICATE_IDENTITY',
  issuer: 'CERTIFICATE_OIDC_ISSUER',
  'identity-token': 'SIGSTORE_ID_TOKEN',
  'gitlab-url': 'CI_SERVER_URL',
  token: 'GITLAB_TOKEN',
  'package-name': 'PACKAGE_NAME',
  'fulcio-url': 'FULCIO_URL',
  'rekor-url': 'REKOR_URL',
  'timestamp-url': 'TIMESTAMP_URL',
  'allow-public-log': 'WHEELSEAL_ALLOW_PUBLIC_LOG',
};

const secretVariables = ['SIGSTORE_ID_TOKEN', 'GITLAB_TOKEN', 'CI_JOB_TOKEN'];

/**
 * Reads the inputs of the action.
 *
 * @throws InputError with code `INPUT_INVALID`.
 */
export function readInputs(
  input: (name: string) => string,
  environment: Environment,
  directory: string,
): Inputs {
  const command = commands.find((one) => one === input('command'));
  if (command === undefined) {
    throw invalid(
      `\`command\` must be one of ${commands.join(', ')}, found \`${input('command')}\``,
    );
  }
  const project = resolve(directory, input('directory'));
  const dist = input('dist');
  const all = { ...environment, ...implied(input, environment, directory) };
  for (const [name, variable] of Object.entries(variables)) {
    if (input(name) !== '') all[variable] = input(name);
  }
  return {
    command,
    project,
    distributions: dist === '' ? resolve(project, 'dist') : resolve(directory, dist),
    outputDirectory: resolve(directory, input('output-directory')),
    built: input('built') === 'true',
    ...(input('name') !== '' && { name: input('name') }),
    ...(input('version') !== '' && { version: input('version') }),
    ...(input('homepage') !== '' && { homepage: input('homepage') }),
    environment: all,
    secrets: secretVariables.flatMap((variable) => all[variable] ?? []),
  };
}

/** What a workflow of GitHub says that a job of GitLab says otherwise. */
function implied(
  input: (name: string) => string,
  environment: Environment,
  directory: string,
): Environment {
  const { GITHUB_REF_TYPE, GITHUB_REF_NAME, CI_SERVER_URL, CI_API_V4_URL } = environment;
  const project = input('project');
  const isId = /^\d+$/.test(project);
  const trustedRoot = input('trusted-root');
  return {
    ...(GITHUB_REF_TYPE === 'tag' && { CI_COMMIT_TAG: GITHUB_REF_NAME }),
    ...workflowSigner(environment),
    ...(CI_API_V4_URL === undefined && { CI_SERVER_URL: CI_SERVER_URL ?? 'https://gitlab.com' }),
    ...(input('gitlab-url') !== '' && { CI_API_V4_URL: '' }),
    ...(project !== '' && {
      CI_PROJECT_ID: isId ? project : '',
      CI_PROJECT_PATH: isId ? '' : project,
    }),
    ...(input('token') !== '' && { CI_JOB_TOKEN: '' }),
    ...(trustedRoot !== '' && { WHEELSEAL_TRUSTED_ROOT: resolve(directory, trustedRoot) }),
  };
}

/** This very workflow, as Fulcio writes it into a certificate. Other servers have other issuers. */
function workflowSigner({
  GITHUB_SERVER_URL: server,
  GITHUB_WORKFLOW_REF: workflow,
  CERTIFICATE_IDENTITY: named = '',
}: Environment): Environment {
  if (server !== 'https://github.com' || workflow === undefined || named !== '') return {};
  return {
    CERTIFICATE_IDENTITY: `${server}/${workflow}`,
    CERTIFICATE_OIDC_ISSUER: 'https://token.actions.githubusercontent.com',
  };
}

function invalid(message: string): InputError {
  return new InputError(message, {
    code: 'INPUT_INVALID',
    hint: 'Correct the input under `with:` of this step.',
  });
}
