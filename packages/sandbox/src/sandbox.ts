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
import type { Faults, ServiceName } from './faults.ts';
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
import type { Origin, Origins } from './origins.ts';
import { generateSigstoreKeys, serveSigstore } from './sigstore/create-sigstore.ts';
import type { SigstoreKeys } from './sigstore/create-sigstore.ts';
import type { TiledLogOptions } from './sigstore/logs.ts';
import { writeTrustFiles } from './trust-files.ts';
import type { TrustFiles } from './trust-files.ts';

/** What a sandbox can be asked to be. */
export interface SandboxOptions extends JobOptions {
  /** Index that GitLab forwards unknown package names to, its `…/simple`; without one it does not. */
  readonly forwardingUrl?: URL;
  /** How GitLab is set up at the start. */
  readonly gitlabSettings?: Partial<GitLabSettings>;
  /** How the log with the interface of Rekor 2 is set up. */
  readonly rekorTiles?: TiledLogOptions;
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
    readonly rekorTiles: URL;
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
  const directory = await mkdtemp(join(tmpdir(), 'wheelseal-sandbox-'));
  const origins = createOrigins(before);
  const close = async () => {
    await origins.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const [opened, keys, issuer] = await Promise.all([
      openAll(origins),
      generateSigstoreKeys(options.rekorTiles ?? {}),
      createTokenIssuer(),
    ]);
    const parts = await assemble(options, { now, job, keys, issuer, opened, directory });
    return { ...parts, urls: urlsOf(opened), faults, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Opened = Readonly<Record<ServiceName, Origin>>;

interface Foundations {
  readonly now: () => Date;
  readonly job: Job;
  readonly keys: SigstoreKeys;
  readonly issuer: TokenIssuer;
  readonly opened: Opened;
  readonly directory: string;
}

async function openAll(origins: Origins): Promise<Opened> {
  const [gitlab, fulcio, rekor, rekorTiles, timestamp, objectStorage] = await Promise.all([
    origins.open('gitlab'),
    origins.open('fulcio'),
    origins.open('rekor'),
    origins.open('rekorTiles'),
    origins.open('timestamp'),
    origins.open('objectStorage'),
  ]);
  return { gitlab, fulcio, rekor, rekorTiles, timestamp, objectStorage };
}

function urlsOf(opened: Opened): Sandbox['urls'] {
  const { gitlab, fulcio, rekor, rekorTiles, timestamp, objectStorage } = opened;
  return {
    gitlab: gitlab.url,
    fulcio: fulcio.url,
    rekor: rekor.url,
    rekorTiles: rekorTiles.url,
    timestamp: timestamp.url,
    objectStorage: objectStorage.url,
  };
}

async function assemble(
  { forwardingUrl, gitlabSettings, rekorTiles = {} }: SandboxOptions,
  { now, job, keys, issuer, opened, directory }: Foundations,
): Promise<Pick<Sandbox, 'environment' | 'trust' | 'tokens' | 'gitlab' | 'mintToken'>> {
  const issuerUrl = opened.gitlab.url.origin;
  const instance = serveSigstore(opened, { keys, issuer, now, rekorTiles });
  const tokens = createTokens();
  const gitlab = createGitLab({
    baseUrl: () => opened.gitlab.url,
    objectStorageUrl: () => opened.objectStorage.url,
    project: projectOf(job),
    jobToken: tokens.job,
    personalToken: tokens.personal,
    deployToken: tokens.deploy,
    storageDirectory: join(directory, 'packages'),
    ...(forwardingUrl !== undefined && { forwardingUrl }),
    ...(gitlabSettings !== undefined && { settings: gitlabSettings }),
  });
  opened.gitlab.serve(withDiscovery({ issuer: issuerUrl, jwk: issuer.jwk }, gitlab.service));
  opened.objectStorage.serve(gitlab.objectStorage.service);
  const mintToken: Sandbox['mintToken'] = async (claims) =>
    issuer.sign({ ...jobClaims(job, { issuer: issuerUrl, now: now() }), ...claims });
  const [trust, identityToken] = await Promise.all([
    writeTrustFiles(directory, instance),
    mintToken(),
  ]);
  const environment = jobEnvironment({
    job,
    urls: urlsOf(opened),
    trust,
    jobToken: tokens.job,
    identityToken,
  });
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
