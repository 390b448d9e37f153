/**
 * What a GitLab job says about itself, and what the tutorial's variables add.
 *
 * Everything is optional here: which setting is needed is for the stage that needs it to say. Users
 * can set any of these variables, so nothing that comes from them proves who signed.
 *
 * @module
 */

import { z } from 'zod';
import { PipelineError } from './errors.ts';

/** The environment of a process as a value. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of a release by the names of this project; a variable that is not set is left out. */
export interface ContinuousIntegration {
  /** `CI_API_V4_URL`, such as `https://gitlab.com/api/v4`. */
  readonly apiUrl?: string;
  /** `CI_SERVER_URL`, without a slash at its end. */
  readonly serverUrl?: string;
  /** `CI_SERVER_FQDN`: host and, unless it is the usual one, port. */
  readonly serverFqdn?: string;
  /** `CI_PROJECT_ID`. */
  readonly projectId?: string;
  /** `CI_PROJECT_PATH`, such as `group/project`. */
  readonly projectPath?: string;
  /** `CI_PROJECT_NAME`, the last part of the path. */
  readonly projectName?: string;
  /** `CI_PROJECT_URL`. */
  readonly projectUrl?: string;
  /** `CI_PROJECT_VISIBILITY`. */
  readonly visibility?: 'public' | 'internal' | 'private';
  /** `CI_DEFAULT_BRANCH`. */
  readonly defaultBranch?: string;
  /** `CI_COMMIT_SHA`. */
  readonly commitSha?: string;
  /** `CI_COMMIT_TIMESTAMP`, ISO 8601. */
  readonly commitTimestamp?: string;
  /** `CI_COMMIT_REF_NAME`: name of a branch or tag. */
  readonly refName?: string;
  /** `CI_COMMIT_TAG`, in pipelines for a tag only. */
  readonly commitTag?: string;
  /** `CI_CONFIG_PATH`. */
  readonly configPath?: string;
  /** `CI_CONFIG_REF_URI`: host, project, configuration and ref, as GitLab 18.11 and newer tell. */
  readonly configRefUri?: string;
  /** `CI_PIPELINE_ID`. */
  readonly pipelineId?: string;
  /** `CI_PIPELINE_SOURCE`: what started the pipeline, such as `push`. */
  readonly pipelineSource?: string;
  /** `CI_JOB_ID`. */
  readonly jobId?: string;
  /** `CI_JOB_NAME`. */
  readonly jobName?: string;
  /** `CI_JOB_STARTED_AT`, ISO 8601. */
  readonly jobStartedAt?: string;
  /** `CI_RUNNER_ID`. */
  readonly runnerId?: string;
  /** `CI_JOB_TOKEN`. */
  readonly jobToken?: string;
  /** `GITLAB_TOKEN`: a personal, project or group access token. */
  readonly gitlabToken?: string;
  /** `SIGSTORE_ID_TOKEN`. */
  readonly identityToken?: string;
  /** `SIGSTORE_ID_TOKEN_FILE`: path of a file with an identity token. */
  readonly identityTokenPath?: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_URL`: where a job of GitHub asks for its identity token. */
  readonly githubTokenUrl?: string;
  /** `ACTIONS_ID_TOKEN_REQUEST_TOKEN`: the right to ask there. */
  readonly githubTokenRight?: string;
  /** `PACKAGE_NAME`: the generic package of the signatures. */
  readonly packageName?: string;
  /** `PACKAGE_VERSION`: version of the release and of the generic package, as it was written. */
  readonly packageVersion?: string;
  /** `FULCIO_URL`. */
  readonly fulcioUrl?: string;
  /** `REKOR_URL`. */
  readonly rekorUrl?: string;
  /** `REKOR_VERSION`: major version of the log, the first when it is named by `REKOR_URL`. */
  readonly rekorVersion?: '1' | '2';
  /** `TIMESTAMP_URL`: a timestamp authority, where one is wanted. */
  readonly timestampUrl?: string;
  /** `WHEELSEAL_ALLOW_PUBLIC_LOG`: whether a project that is not public may be in a public log. */
  readonly allowPublicLog?: 'true' | 'false';
  /** `WHEELSEAL_SIGNING_CONFIG`: path of a `signing_config.json`. */
  readonly signingConfigPath?: string;
  /** `WHEELSEAL_SIGNING_KEY`: path of a private key to sign with in the place of an identity. */
  readonly signingKeyPath?: string;
  /** `WHEELSEAL_SIGNING_KEY_PASSWORD`. */
  readonly signingKeyPassword?: string;
  /** `WHEELSEAL_TRUSTED_ROOT`: path of a `trusted_root.json`. */
  readonly trustedRootPath?: string;
  /** `WHEELSEAL_TRUST_CONFIG`: path of a `trust_config.json`. */
  readonly trustConfigPath?: string;
  /** `SIGSTORE_ROOT_FILE`: path of the certificates of Fulcio, as cosign takes them. */
  readonly fulcioCertificatesPath?: string;
  /** `SIGSTORE_REKOR_PUBLIC_KEY`: path of the key of Rekor. */
  readonly rekorKeyPath?: string;
  /** `SIGSTORE_CT_LOG_PUBLIC_KEY_FILE`: path of the key of the certificate log. */
  readonly certificateLogKeyPath?: string;
  /** `SIGSTORE_TSA_CERTIFICATE_FILE`: path of the certificates of the timestamp authority. */
  readonly timestampCertificatesPath?: string;
  /** `WHEELSEAL_OFFLINE`: whether nobody is asked for trust or for log entries. */
  readonly offline?: 'true' | 'false';
  /** `WHEELSEAL_CACHE_DIR`: folder for what can be fetched again. */
  readonly cacheDirectory?: string;
  /** `CERTIFICATE_IDENTITY`: who must have signed. */
  readonly certificateIdentity?: string;
  /** `CERTIFICATE_IDENTITY_REGEXP`: what the name of who signed must be like. */
  readonly certificateIdentityPattern?: string;
  /** `WHEELSEAL_SIGNER_PROJECT`: path of the GitLab project whose pipeline must have signed. */
  readonly signerProject?: string;
  /** `WHEELSEAL_SIGNER_PROJECT_ID`: its number. */
  readonly signerProjectId?: string;
  /** `WHEELSEAL_SIGNER_REF`: the branch or tag, such as `refs/tags/v{version}`. */
  readonly signerRef?: string;
  /** `WHEELSEAL_SIGNER_CONFIG_PATH`: the pipeline's file. */
  readonly signerConfigPath?: string;
  /** `WHEELSEAL_SIGNER_SHA`: the commit. */
  readonly signerSha?: string;
  /** `WHEELSEAL_SIGNER_PIPELINE_SOURCE`: what started the pipeline. */
  readonly signerPipelineSource?: string;
  /** `WHEELSEAL_SIGNER_RUNNER`: whose runner it ran on. */
  readonly signerRunner?: 'gitlab-hosted' | 'self-hosted';
  /** `WHEELSEAL_SIGNER_PROTECTED_REF`: whether the branch or tag must have been protected. */
  readonly signerProtectedRef?: 'true' | 'false';
  /** `CERTIFICATE_OIDC_ISSUER`: who must have vouched for the signer. */
  readonly certificateIssuer?: string;
}

type Variables = {
  readonly [Field in keyof ContinuousIntegration]-?: readonly [
    name: string,
    schema: z.ZodType<NonNullable<ContinuousIntegration[Field]>>,
  ];
};

const text = z.string();
const line = text.refine((value) => !/\p{Cc}/u.test(value), 'one line of text');
const number = line.regex(/^\d+$/, 'a number');
const url = line
  .refine(isHttpUrl, 'an http or https URL without user and password')
  .transform((value) => value.replace(/\/+$/, ''));
const truth = z.enum(['true', 'false']);
const secret = text.refine((value) => !value.includes('\0'), 'a password');
const token = text.refine((value) => /^[\x21-\x7E]+$/.test(value), 'a token without spaces');

/** Where each setting comes from, and what it must look like. */
const variables: Variables = {
  apiUrl: ['CI_API_V4_URL', url],
  serverUrl: ['CI_SERVER_URL', url],
  serverFqdn: ['CI_SERVER_FQDN', line.regex(/^[\w.:[\]-]+$/, 'a host name, with a port or not')],
  projectId: ['CI_PROJECT_ID', number],
  projectPath: ['CI_PROJECT_PATH', line.regex(/^[^/]+(?:\/[^/]+)+$/, 'a path such as group/name')],
  projectName: ['CI_PROJECT_NAME', line.regex(/^[^/]+$/, 'a name without slashes')],
  projectUrl: ['CI_PROJECT_URL', url],
  visibility: ['CI_PROJECT_VISIBILITY', z.enum(['public', 'internal', 'private'])],
  defaultBranch: ['CI_DEFAULT_BRANCH', line],
  commitSha: ['CI_COMMIT_SHA', line.regex(/^[\da-f]{40,64}$/, 'a commit in hex')],
  commitTimestamp: ['CI_COMMIT_TIMESTAMP', z.iso.datetime({ offset: true, error: 'ISO 8601' })],
  refName: ['CI_COMMIT_REF_NAME', line],
  commitTag: ['CI_COMMIT_TAG', line],
  configPath: ['CI_CONFIG_PATH', line],
  configRefUri: [
    'CI_CONFIG_REF_URI',
    line.regex(/^[^/]+\/.+\/\/.+@refs\/.+$/, 'HOST/PROJECT//FILE@refs/…'),
  ],
  pipelineId: ['CI_PIPELINE_ID', number],
  pipelineSource: ['CI_PIPELINE_SOURCE', line],
  jobId: ['CI_JOB_ID', number],
  jobName: ['CI_JOB_NAME', line],
  jobStartedAt: ['CI_JOB_STARTED_AT', z.iso.datetime({ offset: true, error: 'ISO 8601' })],
  runnerId: ['CI_RUNNER_ID', number],
  jobToken: ['CI_JOB_TOKEN', token],
  gitlabToken: ['GITLAB_TOKEN', token],
  identityToken: ['SIGSTORE_ID_TOKEN', token],
  identityTokenPath: ['SIGSTORE_ID_TOKEN_FILE', text],
  githubTokenUrl: ['ACTIONS_ID_TOKEN_REQUEST_URL', url],
  githubTokenRight: ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', token],
  packageName: [
    'PACKAGE_NAME',
    line.regex(/^[\w.+-]+$/, 'letters, digits, dot, plus, dash and underscore'),
  ],
  packageVersion: ['PACKAGE_VERSION', line],
  fulcioUrl: ['FULCIO_URL', url],
  rekorUrl: ['REKOR_URL', url],
  rekorVersion: ['REKOR_VERSION', z.enum(['1', '2'])],
  timestampUrl: ['TIMESTAMP_URL', url],
  allowPublicLog: ['WHEELSEAL_ALLOW_PUBLIC_LOG', truth],
  signingConfigPath: ['WHEELSEAL_SIGNING_CONFIG', text],
  signingKeyPath: ['WHEELSEAL_SIGNING_KEY', text],
  signingKeyPassword: ['WHEELSEAL_SIGNING_KEY_PASSWORD', secret],
  trustedRootPath: ['WHEELSEAL_TRUSTED_ROOT', text],
  trustConfigPath: ['WHEELSEAL_TRUST_CONFIG', text],
  fulcioCertificatesPath: ['SIGSTORE_ROOT_FILE', text],
  rekorKeyPath: ['SIGSTORE_REKOR_PUBLIC_KEY', text],
  certificateLogKeyPath: ['SIGSTORE_CT_LOG_PUBLIC_KEY_FILE', text],
  timestampCertificatesPath: ['SIGSTORE_TSA_CERTIFICATE_FILE', text],
  offline: ['WHEELSEAL_OFFLINE', truth],
  cacheDirectory: ['WHEELSEAL_CACHE_DIR', text],
  certificateIdentity: ['CERTIFICATE_IDENTITY', line],
  certificateIdentityPattern: ['CERTIFICATE_IDENTITY_REGEXP', line],
  signerProject: ['WHEELSEAL_SIGNER_PROJECT', line],
  signerProjectId: ['WHEELSEAL_SIGNER_PROJECT_ID', line.regex(/^\d+$/, 'a number')],
  signerRef: ['WHEELSEAL_SIGNER_REF', line],
  signerConfigPath: ['WHEELSEAL_SIGNER_CONFIG_PATH', line],
  signerSha: ['WHEELSEAL_SIGNER_SHA', line.regex(/^[\da-f]{40,64}$/, 'a commit in hex')],
  signerPipelineSource: ['WHEELSEAL_SIGNER_PIPELINE_SOURCE', line],
  signerRunner: ['WHEELSEAL_SIGNER_RUNNER', z.enum(['gitlab-hosted', 'self-hosted'])],
  signerProtectedRef: ['WHEELSEAL_SIGNER_PROTECTED_REF', truth],
  certificateIssuer: ['CERTIFICATE_OIDC_ISSUER', line],
};

/**
 * Reads the settings of a release from an environment. An empty variable counts as not set.
 *
 * @throws PipelineError with code `SETTING_INVALID`, which names the variable.
 */
export function readContinuousIntegration(environment: Environment): ContinuousIntegration {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([field, [name, schema]]) => {
      const value = environment[name]?.trim() ?? '';
      return value === '' ? [] : [[field, parse(name, schema, value)]];
    }),
  );
}

/** The variable that a setting comes from, for messages. */
export function variableOf(field: keyof ContinuousIntegration): string {
  return variables[field][0];
}

function parse(name: string, schema: z.ZodType<string>, value: string): string {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  // Neither a token nor a URL with a password in it may be shown.
  const shown =
    schema === token || schema === secret || value.includes('@') ? '' : `, found \`${value}\``;
  throw new PipelineError(`\`${name}\` must be ${expectation(error)}${shown}`, {
    code: 'SETTING_INVALID',
    hint: `Correct the variable \`${name}\`.`,
  });
}

function expectation(error: z.ZodError | undefined): string {
  const message = error?.issues[0]?.message ?? 'something else';
  return message.replace(/^Invalid option: expected /, '');
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
