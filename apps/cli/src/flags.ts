/**
 * Every flag of every command, once.
 *
 * Names follow what cosign, sigstore-python, uv and twine have taught people; their other spellings
 * are understood too, without being listed.
 *
 * @module
 */

/** One flag as a command declares it. */
export interface Flag {
  /** As commander writes it, such as `--ref <ref>`. */
  readonly flags: string;
  readonly description: string;
  /** Heading it stands under in the help. */
  readonly group: string;
  /** Other spellings of the same flag. */
  readonly aliases?: readonly string[];
  /** The variable that this flag stands for. */
  readonly variable?: string;
  readonly choices?: readonly string[];
  /** `secret` is a value or `@FILE`; `path` is relative to the working directory. */
  readonly kind?: 'secret' | 'path';
  /** Each time it is given adds a value. */
  readonly isRepeatable?: boolean;
}

const project = 'Project:';
const signing = 'Signing:';
const signer = 'Expected signer:';
const gitlab = 'GitLab:';
/** Heading of the flags that every command has. */
export const outputGroup = 'Output:';

/** How a command shows what it does; every command has these. */
export const outputFlags: readonly Flag[] = [
  {
    flags: '-F, --format <format>',
    description: 'json is one document on standard output',
    group: outputGroup,
    choices: ['text', 'json'],
    aliases: ['--output-format <format>', '--output <format>'],
  },
  { flags: '--json', description: 'the same as --format json', group: outputGroup },
  {
    flags: '--color <when>',
    description: 'when to use colours; auto is on a terminal',
    group: outputGroup,
    choices: ['auto', 'always', 'never'],
  },
  {
    flags: '-q, --quiet',
    description: 'no progress on standard error',
    group: outputGroup,
    aliases: ['--no-progress', '--disable-progress-bar'],
  },
  {
    flags: '-v, --verbose',
    description: 'also what the build frontend prints',
    group: outputGroup,
  },
];

/** Where the distributions of a project are. */
export const distributionsFlag: Flag = {
  flags: '--dist <folder>',
  description: 'folder of the distributions, DIR/dist when left out',
  group: project,
};

/** Which program builds. */
export const frontendFlag: Flag = {
  flags: '--frontend <name>',
  description:
    'what builds: uv, python -m build, or build in a virtual environment of our own; the first that is there when left out',
  group: project,
  choices: ['uv', 'build', 'private'],
};

/** Version of the release, and of the generic package of its signatures. */
export const versionFlag: Flag = {
  flags: '--package-version <version>',
  description: 'version of the release',
  group: project,
  variable: 'PACKAGE_VERSION',
};

/** What to write into `pyproject.toml`. */
export const editFlags: readonly Flag[] = [
  {
    flags: '--name <name>',
    description: 'name of the project, from CI_PROJECT_NAME when left out',
    group: project,
  },
  versionFlag,
  {
    flags: '--homepage <url>',
    description: 'homepage of the project, from CI_PROJECT_URL when left out',
    group: project,
  },
];

/** What else to write into `pyproject.toml`, and how. */
export const rewriteFlags: readonly Flag[] = [
  {
    flags: '--version-from-tag',
    description: 'version of the tag of this commit: CI_COMMIT_TAG, otherwise what git says',
    group: project,
  },
  {
    flags: '--tag-pattern <pattern>',
    description: 'what such a tag looks like, as in pkg/{version}; 1.2.0 and v1.2.0 when left out',
    group: project,
  },
  {
    flags: '--set <path=value>',
    description: 'any other string, such as tool.commitizen.version=1.2.0; may be repeated',
    group: project,
    isRepeatable: true,
  },
  {
    flags: '--refuse-dynamic',
    description: 'fail where the build backend fills in the version, instead of making it static',
    group: project,
  },
  {
    flags: '--check',
    description: 'change nothing, exit with 1 if something would be changed',
    group: project,
  },
  {
    flags: '--diff',
    description: 'change nothing, show what would be changed as a unified diff',
    group: project,
  },
];

/** Whom to trust and where to sign, in one file. */
const trustConfigFlag: Flag = {
  flags: '--trust-config <file>',
  description: 'trust_config.json: a trusted root and a signing configuration in one',
  group: signing,
  variable: 'WHEELSEAL_TRUST_CONFIG',
  kind: 'path',
};

/** The same, for who verifies. */
export const trustFlag: Flag = { ...trustConfigFlag, group: signer };

/** With what and where to sign. */
export const signingFlags: readonly Flag[] = [
  {
    flags: '--identity-token <token>',
    description: 'identity token for Fulcio, better @FILE than the token itself',
    group: signing,
    variable: 'SIGSTORE_ID_TOKEN',
    kind: 'secret',
  },
  {
    flags: '--fulcio-url <url>',
    description: 'certificate authority',
    group: signing,
    variable: 'FULCIO_URL',
  },
  {
    flags: '--timestamp-url <url>',
    description: 'timestamp authority, if one is wanted',
    group: signing,
    variable: 'TIMESTAMP_URL',
    aliases: ['--timestamp-server-url <url>'],
  },
  {
    flags: '--allow-public-log',
    description: 'show a project that is not public in a public log, for ever',
    group: signing,
    variable: 'WHEELSEAL_ALLOW_PUBLIC_LOG',
  },
  {
    flags: '--rekor-version <number>',
    description:
      'version of the transparency log; 1 for --rekor-url, else what the configuration has',
    group: signing,
    choices: ['1', '2'],
    variable: 'REKOR_VERSION',
  },
  {
    flags: '--signing-config <file>',
    description: 'signing_config.json, in the place of addresses',
    group: signing,
    variable: 'WHEELSEAL_SIGNING_CONFIG',
    kind: 'path',
  },
  trustConfigFlag,
  {
    flags: '--key <file>',
    description: 'private key in the place of an identity, PEM',
    group: signing,
    variable: 'WHEELSEAL_SIGNING_KEY',
    kind: 'path',
  },
];

/** What to state about each distribution. */
export const statementFlags: readonly Flag[] = [
  {
    flags: '--attestations',
    description: 'attest the publishing too (PEP 740): FILE.publish.attestation',
    group: signing,
  },
  {
    flags: '--provenance',
    description: 'state how it was built too (SLSA): FILE.provenance.sigstore.json',
    group: signing,
  },
];

/** Whom to trust, for who signs and wants to be sure. */
export const checkingFlag: Flag = {
  flags: '--trusted-root <file>',
  description: 'trusted_root.json, to verify each signature by before it is written',
  group: signing,
  variable: 'WHEELSEAL_TRUSTED_ROOT',
  kind: 'path',
};

/** Where the transparency log is, for who signs. */
export const rekorFlag: Flag = {
  flags: '--rekor-url <url>',
  description: 'transparency log',
  group: signing,
  variable: 'REKOR_URL',
};

/** Where the transparency log is, for who verifies. */
export const logFlag: Flag = { ...rekorFlag, group: signer };

/** Who must have signed, and who is trusted to say so. */
export const signerFlags: readonly Flag[] = [
  {
    flags: '--certificate-identity <uri>',
    description: 'name in the certificate, compared character by character',
    group: signer,
    variable: 'CERTIFICATE_IDENTITY',
    aliases: ['--cert-identity <uri>'],
  },
  {
    flags: '--certificate-identity-regexp <re>',
    description:
      'what that name must be like, from its first character to its last; needs --certificate-oidc-issuer',
    group: signer,
    variable: 'CERTIFICATE_IDENTITY_REGEXP',
    aliases: ['--certificate-identity-regex <re>', '--cert-identity-regex <re>'],
  },
  {
    flags: '--certificate-oidc-issuer <url>',
    description: 'who vouched for that name',
    group: signer,
    variable: 'CERTIFICATE_OIDC_ISSUER',
    aliases: ['--cert-oidc-issuer <url>'],
  },
  {
    flags: '--gitlab-project <path>',
    description: 'instead of a name: a project whose pipeline signs, with --ref',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_PROJECT',
    aliases: ['--repo <path>', '-R <path>'],
  },
  {
    flags: '--gitlab-project-id <number>',
    description: 'the same by its number, which it keeps when it moves; or both',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_PROJECT_ID',
  },
  {
    flags: '--ref <ref>',
    description: 'its branch or tag, such as refs/tags/v{version}',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_REF',
    aliases: ['--source-ref <ref>'],
  },
  {
    flags: '--protected-ref',
    description: 'its branch or tag must have been protected; few certificates say so',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_PROTECTED_REF',
  },
  {
    flags: '--config-path <path>',
    description: "the pipeline's file, .gitlab-ci.yml when left out",
    group: signer,
    variable: 'WHEELSEAL_SIGNER_CONFIG_PATH',
  },
  {
    flags: '--sha <commit>',
    description: 'its commit, all digits',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_SHA',
    aliases: ['--source-digest <commit>'],
  },
  {
    flags: '--pipeline-source <source>',
    description: 'what started the pipeline, such as push or web',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_PIPELINE_SOURCE',
  },
  {
    flags: '--runner <environment>',
    description: 'whose runner it ran on',
    group: signer,
    variable: 'WHEELSEAL_SIGNER_RUNNER',
    choices: ['gitlab-hosted', 'self-hosted'],
  },
  {
    flags: '--trusted-root <file>',
    description: 'trusted_root.json, public Sigstore when left out',
    group: signer,
    variable: 'WHEELSEAL_TRUSTED_ROOT',
    aliases: ['--custom-trusted-root <file>'],
    kind: 'path',
  },
  {
    flags: '--offline',
    description: 'ask nobody for trust or log entries; take what this machine knows',
    group: signer,
    variable: 'WHEELSEAL_OFFLINE',
  },
];

/** Which GitLab project, and with what credentials. */
export const registryFlags: readonly Flag[] = [
  {
    flags: '--server-url <url>',
    description: 'GitLab itself, https://gitlab.com when --gitlab-project is given',
    group: gitlab,
    variable: 'CI_SERVER_URL',
  },
  {
    flags: '--api-url <url>',
    description: 'its API, SERVER/api/v4 when left out',
    group: gitlab,
    variable: 'CI_API_V4_URL',
  },
  {
    flags: '--project <id-or-path>',
    description: 'project with the registries',
    group: gitlab,
  },
  {
    flags: '-t, --token <token>',
    description: 'personal, project or group token, better @FILE; instead of CI_JOB_TOKEN',
    group: gitlab,
    variable: 'GITLAB_TOKEN',
    kind: 'secret',
  },
  {
    flags: '--package-name <name>',
    description: 'generic package of the signatures, named as the project when left out',
    group: gitlab,
    variable: 'PACKAGE_NAME',
  },
];

/** Shows what would be done. */
export const dryRunFlag: Flag = {
  flags: '--dry-run',
  description: 'change nothing, show what would be done',
  group: project,
};
