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
import type { Faults } from './faults.ts';
import { createGitLab } from './gitlab/index.ts';
import type { GitLab, GitLabProject, GitLabSettings } from './gitlab/index.ts';
import { jobEnvironment } from './job-environment.ts';
import { describeJob } from './job.ts';
import type { Job, JobOptions } from './job.ts';
import { withDiscovery } from './oidc/discovery.ts';
import { createTokenIssuer } from './oidc/issuer.ts';
import type { TokenIssuer } from './oidc/issuer.ts';
import { jobClaims } from './oidc/job-claims.ts';
import { createOrigins } from './origins.ts';
import type { Origin } from './origins.ts';
import { openSigstore, serveSigstore } from './sigstore/create-sigstore.ts';
import type { SigstoreOptions, SigstoreSites } from './sigstore/create-sigstore.ts';
import { writeTrustFiles } from './trust-files.ts';
import type { TrustFiles } from './trust-files.ts';

/** What a sandbox can be asked to be. */
export interface SandboxOptions extends JobOptions, SigstoreOptions {
  /** Index that GitLab forwards unknown package names to, its `…/simple`; without one it does not. */
  readonly forwardingUrl?: URL;
  /** How GitLab is set up at the start. */
  readonly gitlabSettings?: Partial<GitLabSettings>;
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

/** A transparency log of a sandbox. */
export interface SandboxLog {
  /** Version of Rekor whose interface it has. */
  readonly version: 1 | 2;
  readonly url: URL;
  /** What it is called in its checkpoints. */
  readonly name: string;
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
    readonly rekorTiles: URL;
    readonly timestamp: URL;
    readonly objectStorage: URL;
  };
  /** All logs in the order of the trusted root: that of Rekor 1, that of Rekor 2, and the further ones. */
  readonly logs: readonly SandboxLog[];
  /** Origins of all time-stamp services in the order of the trusted root. */
  readonly timestampAuthorities: readonly URL[];
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
  const directory = await mkdtemp(join(tmpdir(), 'wheelseal-sandbox-'));
  const origins = createOrigins(before);
  const close = async () => {
    await origins.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const [gitlab, objectStorage, sites, issuer] = await Promise.all([
      origins.open('gitlab'),
      origins.open('objectStorage'),
      openSigstore(origins, options),
      createTokenIssuer(),
    ]);
    const foundations = { now, job, gitlab, objectStorage, sites, issuer, directory };
    const parts = await assemble(options, foundations);
    return { ...parts, faults, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Foundations {
  readonly now: () => Date;
  readonly job: Job;
  readonly gitlab: Origin;
  readonly objectStorage: Origin;
  readonly sites: SigstoreSites;
  readonly issuer: TokenIssuer;
  readonly directory: string;
}

async function assemble(
  { forwardingUrl, gitlabSettings, clocks, certificateLifetimeSeconds }: SandboxOptions,
  foundations: Foundations,
): Promise<Omit<Sandbox, 'faults' | 'close' | typeof Symbol.asyncDispose>> {
  const { now, job, sites, issuer, directory } = foundations;
  const urls = urlsOf(foundations);
  const instance = serveSigstore(sites, {
    issuer,
    issuerUrl: urls.gitlab,
    clocks: { fulcio: now, rekor: now, timestamp: now, ...clocks },
    certificateLifetimeSeconds,
  });
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
  const issuerUrl = urls.gitlab.origin;
  foundations.gitlab.serve(withDiscovery({ issuer: issuerUrl, jwk: issuer.jwk }, gitlab.service));
  foundations.objectStorage.serve(gitlab.objectStorage.service);
  const mintToken: Sandbox['mintToken'] = async (claims) =>
    issuer.sign({ ...jobClaims(job, { issuer: issuerUrl, now: now() }), ...claims });
  const [trust, identityToken] = await Promise.all([
    writeTrustFiles(directory, instance),
    mintToken(),
  ]);
  return {
    environment: jobEnvironment({ job, urls, trust, jobToken: tokens.job, identityToken }),
    urls,
    logs: instance.logs.map(({ version, url, identity: { name } }) => ({ version, url, name })),
    timestampAuthorities: instance.timestampAuthorities.map(({ url }) => url),
    trust,
    tokens,
    gitlab,
    mintToken,
  };
}

function urlsOf({ gitlab, objectStorage, sites }: Foundations): Sandbox['urls'] {
  const [rekor, rekorTiles] = sites.logs;
  const [timestamp] = sites.timestamps;
  return {
    gitlab: gitlab.url,
    fulcio: sites.fulcio.url,
    rekor: rekor.origin.url,
    rekorTiles: rekorTiles.origin.url,
    timestamp: timestamp.origin.url,
    objectStorage: objectStorage.url,
  };
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
