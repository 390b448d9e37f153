/**
 * A GitLab and a Sigstore on loopback, in one process.
 *
 * Everything is real but small: the keys, the certificates, the log and its proofs. It all lasts until
 * it is closed, and nobody but this machine can reach it.
 *
 * @module
 */

import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createFaults } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import { createGitLab } from './gitlab/index.ts';
import type { GitLab, GitLabProject, GitLabSettings } from './gitlab/index.ts';
import { jobEnvironment } from './job-environment.ts';
import { describeJob } from './job.ts';
import type { Job, JobOptions } from './job.ts';
import { withDiscovery } from './oidc/discovery.ts';
import { createTokenIssuer } from './oidc/issuer.ts';
import type { TokenIssuer } from './oidc/issuer.ts';
import { jobClaims } from './oidc/job-claims.ts';
import { openOrigins } from './origins.ts';
import type { Origins } from './origins.ts';
import { createSigstore, generateSigstoreKeys } from './sigstore/create-sigstore.ts';
import type { SigstoreKeys } from './sigstore/create-sigstore.ts';
import { writeTrustFiles } from './trust-files.ts';
import type { TrustFiles } from './trust-files.ts';

/** What a sandbox can be asked to be. */
export interface SandboxOptions extends JobOptions {
  /** Index that GitLab forwards unknown package names to, its `…/simple`; without one it does not. */
  readonly forwardingUrl?: URL;
  /** How GitLab is set up at the start. */
  readonly gitlabSettings?: Partial<GitLabSettings>;
  /** Faults that are there from the start, the last one first. */
  readonly faults?: readonly Fault[];
  /** The clock that tokens, certificates and log entries go by. */
  readonly now?: () => Date;
}

/** Credentials that the sandbox's GitLab accepts. */
export interface SandboxTokens {
  /** Token of the running job. */
  readonly job: string;
  /** Token of the project's owner, with the scope `api`. */
  readonly personal: string;
  /** Token that reads and writes packages. */
  readonly deploy: { readonly user: string; readonly token: string };
}

/** A running GitLab and Sigstore. */
export interface Sandbox extends AsyncDisposable {
  /** What a job of this GitLab has in its environment, the trust in this Sigstore included. */
  readonly environment: Readonly<Record<string, string>>;
  /** Origins of the services. */
  readonly urls: {
    readonly gitlab: URL;
    readonly fulcio: URL;
    readonly rekor: URL;
    readonly timestamp: URL;
    readonly objectStorage: URL;
  };
  /** The trust in this Sigstore, as files. */
  readonly trust: TrustFiles;
  readonly tokens: SandboxTokens;
  /** GitLab's settings, which can be changed at any moment, and the bucket it stores files in. */
  readonly gitlab: Pick<GitLab, 'settings' | 'objectStorage'>;
  /** Answers that take the place of a service's own. */
  readonly faults: Faults;
  /** Mints an ID token of the job. Claims given here replace GitLab's; an undefined one is left out. */
  mintToken(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Ends all services and removes all files. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox.
 *
 * @throws SandboxError with code `OPTION_INVALID` when GitLab would not take an option.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const now = options.now ?? (() => new Date());
  const job = describeJob(options, now());
  const { faults, before } = createFaults();
  for (const fault of options.faults ?? []) faults.add(fault);
  const directory = await mkdtemp(join(tmpdir(), 'wheelseal-sandbox-'));
  const opening = openOrigins(before);
  const close = async () => {
    const origins = await opening.catch(() => undefined);
    await origins?.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const [origins, keys, issuer] = await Promise.all([
      opening,
      generateSigstoreKeys(),
      createTokenIssuer(),
    ]);
    const parts = await assemble(options, { now, job, keys, issuer, origins, directory });
    return { ...parts, urls: origins.urls, faults, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Foundations {
  readonly now: () => Date;
  readonly job: Job;
  readonly keys: SigstoreKeys;
  readonly issuer: TokenIssuer;
  readonly origins: Origins;
  readonly directory: string;
}

async function assemble(
  { forwardingUrl, gitlabSettings }: SandboxOptions,
  { now, job, keys, issuer, origins, directory }: Foundations,
): Promise<Pick<Sandbox, 'environment' | 'trust' | 'tokens' | 'gitlab' | 'mintToken'>> {
  const { urls } = origins;
  const issuerUrl = urls.gitlab.origin;
  const { instance, ...services } = createSigstore(keys, urls, { issuer, now });
  const tokens = createTokens();
  const gitlab = createGitLab({
    baseUrl: () => urls.gitlab,
    objectStorageUrl: () => urls.objectStorage,
    project: projectOf(job),
    jobToken: tokens.job,
    personalToken: tokens.personal,
    deployToken: tokens.deploy,
    storageDirectory: join(directory, 'packages'),
    ...(forwardingUrl !== undefined && { forwardingUrl }),
    ...(gitlabSettings !== undefined && { settings: gitlabSettings }),
  });
  origins.serve({
    ...services,
    gitlab: withDiscovery({ issuer: issuerUrl, jwk: issuer.jwk }, gitlab.service),
    objectStorage: gitlab.objectStorage.service,
  });
  const mintToken: Sandbox['mintToken'] = async (claims) =>
    issuer.sign({ ...jobClaims(job, { issuer: issuerUrl, now: now() }), ...claims });
  const [trust, identityToken] = await Promise.all([
    writeTrustFiles(directory, instance),
    mintToken(),
  ]);
  const environment = jobEnvironment({ job, urls, trust, jobToken: tokens.job, identityToken });
  return { environment, trust, tokens, gitlab, mintToken };
}

function projectOf({ projectId, projectPath, projectName, visibility }: Job): GitLabProject {
  return { id: projectId, path: projectPath, name: projectName, visibility };
}

function createTokens(): SandboxTokens {
  return {
    job: `glcbt-64_${secret()}`,
    personal: `glpat-${secret()}`,
    deploy: { user: `gitlab+deploy-token-${randomInt(1000, 10_000)}`, token: `gldt-${secret()}` },
  };
}

function secret(): string {
  return randomBytes(15).toString('base64url');
}
