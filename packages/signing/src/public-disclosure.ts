/**
 * What signing with public Sigstore shows to everybody, for ever.
 *
 * The certificate goes into two public logs, that of certificates and that of signatures. Nobody can
 * take anything out of them again.
 *
 * @module
 */

import type { DigestedFile } from './digested-file.ts';
import { SigningError } from './errors.ts';
import type { IdentityToken } from './identity-token.ts';
import { looksLikeGitLab } from './gitlab-claims.ts';
import { isPublicSigstore } from './public-sigstore.ts';

/** One text that becomes public. */
export interface DisclosedText {
  /** What it is, in the words of the certificate, such as `sourceRepositoryUri`. */
  readonly name: string;
  readonly value: string;
}

/** What would be signed. */
export interface DisclosedFiles {
  readonly files?: readonly DigestedFile[];
  /** Whether a statement about each file is signed as well, which has its name in it. */
  readonly isStated?: boolean;
}

/** Where it would be signed, and what is known of the project. */
export interface DisclosureOptions {
  /** Fulcio and every log; whether one of them is public decides. */
  readonly services: readonly URL[];
  /** Visibility of the project, where something else than the token says it. */
  readonly visibility?: string;
  /** Somebody wants it all to be public. */
  readonly isAllowed?: boolean;
}

/** What becomes of the claims of a token in the certificate, by claims in braces. */
type Templates = Readonly<Record<string, string>>;

// https://github.com/sigstore/fulcio/blob/main/config/identity/config.yaml
const gitlab: Templates = {
  subject: 'https://{ci_config_ref_uri}',
  issuer: '{iss}',
  sourceRepositoryUri: '{url}/{project_path}',
  sourceRepositoryIdentifier: '{project_id}',
  sourceRepositoryRef: 'refs/{ref_kind}/{ref}',
  sourceRepositoryDigest: '{sha}',
  sourceRepositoryOwnerUri: '{url}/{namespace_path}',
  sourceRepositoryOwnerIdentifier: '{namespace_id}',
  buildConfigDigest: '{ci_config_sha}',
  buildTrigger: '{pipeline_source}',
  runInvocationUri: '{url}/{project_path}/-/jobs/{job_id}',
  runnerEnvironment: '{runner_environment}',
  sourceRepositoryVisibility: '{project_visibility}',
  deploymentEnvironment: '{environment}',
  tokenSubject: '{sub}',
};
const github: Templates = {
  subject: '{url}/{job_workflow_ref}',
  issuer: '{iss}',
  sourceRepositoryUri: '{url}/{repository}',
  sourceRepositoryIdentifier: '{repository_id}',
  sourceRepositoryRef: '{ref}',
  sourceRepositoryDigest: '{sha}',
  sourceRepositoryOwnerUri: '{url}/{repository_owner}',
  sourceRepositoryOwnerIdentifier: '{repository_owner_id}',
  buildConfigUri: '{url}/{workflow_ref}',
  buildConfigDigest: '{workflow_sha}',
  workflowName: '{workflow}',
  buildTrigger: '{event_name}',
  runInvocationUri: '{url}/{repository}/actions/runs/{run_id}/attempts/{run_attempt}',
  runnerEnvironment: '{runner_environment}',
  sourceRepositoryVisibility: '{repository_visibility}',
  deploymentEnvironment: '{environment}',
  tokenSubject: '{sub}',
};
const person: Templates = { subject: '{email}', issuer: '{iss}', tokenSubject: '{sub}' };

/**
 * The texts that become public when files are signed: those of the certificate where there is one,
 * the digest of each file, and its name where a statement about it is signed.
 */
export function publicDisclosure(
  token: IdentityToken | undefined,
  { files = [], isStated = false }: DisclosedFiles = {},
): readonly DisclosedText[] {
  const certified = token === undefined ? [] : certifiedTexts(token);
  const filed = files.flatMap(({ filename, sha256 }) => [
    ...(isStated ? [{ name: 'filename', value: filename }] : []),
    { name: 'sha256', value: sha256 },
  ]);
  return [...certified, ...filed];
}

function certifiedTexts({ claims }: IdentityToken): readonly DisclosedText[] {
  const isGitHub = 'job_workflow_ref' in claims;
  const texts: Readonly<Record<string, unknown>> = {
    // The same for every GitLab: no token says it, and public Fulcio knows one.
    url: isGitHub ? 'https://github.com' : 'https://gitlab.com',
    ref_kind: claims['ref_type'] === 'branch' ? 'heads' : 'tags',
    ...claims,
  };
  const ofCi = isGitHub ? github : gitlab;
  const templates = isGitHub || looksLikeGitLab(claims) ? ofCi : person;
  return Object.entries(templates).flatMap(([name, template]) => {
    const value = filled(template, texts);
    return value === undefined ? [] : [{ name, value }];
  });
}

/**
 * Whether the project is kept from the public by what its token says or by what is said elsewhere,
 * and a service that is public would show it.
 */
export function isDisclosure(
  token: IdentityToken | undefined,
  { services, visibility }: DisclosureOptions,
): boolean {
  const claims = token?.claims ?? {};
  const said = [visibility, claims['project_visibility'], claims['repository_visibility']];
  const isKept = said.some((one) => typeof one === 'string' && one !== '' && one !== 'public');
  return isKept && services.some(isPublicSigstore);
}

/**
 * Throws if signing would show to everybody what a project that is not public is called, unless
 * somebody wants that.
 *
 * @throws SigningError with code `PUBLIC_LOG_REFUSED`.
 */
export function assertDisclosureAllowed(
  token: IdentityToken | undefined,
  options: DisclosureOptions,
): void {
  if (options.isAllowed === true || !isDisclosure(token, options)) return;
  const values = new Set(publicDisclosure(token).map(({ value }) => `\`${value}\``));
  const shown = [...values, 'the digest of each file'].join(', ');
  throw new SigningError(
    `the project is not public, and public Sigstore would show for ever ${shown}`,
    {
      code: 'PUBLIC_LOG_REFUSED',
      hint: 'Sign with a Fulcio and a Rekor of your own (`FULCIO_URL`, `REKOR_URL`), or say with `--allow-public-log` that all of this may be public.',
    },
  );
}

function filled(template: string, texts: Readonly<Record<string, unknown>>): string | undefined {
  let isWhole = true;
  const text = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = texts[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') {
      return String(value);
    }
    isWhole = false;
    return '';
  });
  return isWhole ? text : undefined;
}
