/**
 * Puts the parts of a sandbox together: serves what is open, and writes what a job finds.
 *
 * @module
 */

import { randomBytes, randomInt } from 'node:crypto';
import { join } from 'node:path';

import { createGitLab } from './gitlab/index.ts';
import type { GitLab, GitLabProject } from './gitlab/index.ts';
import { jobEnvironment } from './job-environment.ts';
import type { Job } from './job.ts';
import { jsonDocument } from './json-document.ts';
import { withDiscovery } from './oidc/discovery.ts';
import type { TokenIssuer } from './oidc/issuer.ts';
import { jobClaims } from './oidc/job-claims.ts';
import type { Origin } from './origins.ts';
import type { Sandbox, SandboxOptions, SandboxTokens } from './sandbox.ts';
import { signingConfig } from './signing-config.ts';
import { serveSigstore } from './sigstore/create-sigstore.ts';
import type { SigstoreSites } from './sigstore/create-sigstore.ts';
import { writeTrustFiles } from './trust-files.ts';
import { trustedRoot } from './trusted-root.ts';
import type { SigstoreInstance } from './trusted-root.ts';
import { createTufRepository } from './tuf/tuf-repository.ts';
import type { TufRepository } from './tuf/tuf-repository.ts';
import { createTufService } from './tuf/tuf-service.ts';

/** What has to be there first: the job, keys, open origins and a folder. */
export interface Foundations {
  readonly now: () => Date;
  readonly job: Job;
  readonly gitlab: Origin;
  readonly objectStorage: Origin;
  readonly tuf: Origin;
  readonly sites: SigstoreSites;
  readonly issuer: TokenIssuer;
  readonly directory: string;
}

/** Serves everything at the open origins. */
export async function assemble(
  options: SandboxOptions,
  foundations: Foundations,
): Promise<Omit<Sandbox, 'faults' | 'close' | typeof Symbol.asyncDispose>> {
  const { clocks, certificateLifetimeSeconds, rekorVersion = 1 } = options;
  const { now, job, sites, issuer, directory } = foundations;
  const urls = urlsOf(foundations);
  const instance = serveSigstore(sites, {
    issuer,
    issuerUrl: urls.gitlab,
    clocks: { fulcio: now, rekor: now, timestamp: now, ...clocks },
    certificateLifetimeSeconds,
  });
  const tuf = serveTuf(options, foundations, instance);
  const tokens = createTokens();
  const gitlab = serveGitLab(options, foundations, tokens);
  const mintToken: Sandbox['mintToken'] = async (claims) =>
    issuer.sign({ ...jobClaims(job, { issuer: urls.gitlab.origin, now: now() }), ...claims });
  const [trust, identityToken] = await Promise.all([
    writeTrustFiles(directory, instance, tuf.firstRoot),
    mintToken(),
  ]);
  const { job: jobToken } = tokens;
  const config = rekorVersion === 1 ? trust : trust.rekorTiles;
  return {
    environment: jobEnvironment({ job, urls, trust, config, jobToken, identityToken }),
    urls,
    logs: instance.logs.map(({ version, url, identity: { name } }) => ({ version, url, name })),
    timestampAuthorities: instance.timestampAuthorities.map(({ url }) => url),
    trust,
    tuf,
    tokens,
    gitlab,
    mintToken,
  };
}

function serveTuf(
  options: SandboxOptions,
  { now, tuf }: Foundations,
  instance: SigstoreInstance,
): TufRepository {
  const repository = createTufRepository({
    ...options.tuf,
    now,
    targets: {
      'trusted_root.json': jsonDocument(trustedRoot(instance)),
      'signing_config.v0.2.json': jsonDocument(signingConfig(instance, 'every')),
      ...options.tuf?.targets,
    },
  });
  tuf.serve(createTufService(repository));
  return repository;
}

function serveGitLab(
  { forwardingUrl, gitlabSettings }: SandboxOptions,
  { job, gitlab, objectStorage, issuer, directory }: Foundations,
  tokens: SandboxTokens,
): GitLab {
  const created = createGitLab({
    baseUrl: () => gitlab.url,
    objectStorageUrl: () => objectStorage.url,
    project: projectOf(job),
    jobToken: tokens.job,
    personalToken: tokens.personal,
    deployToken: tokens.deploy,
    storageDirectory: join(directory, 'packages'),
    ...(forwardingUrl !== undefined && { forwardingUrl }),
    ...(gitlabSettings !== undefined && { settings: gitlabSettings }),
  });
  const { jwk } = issuer;
  gitlab.serve(withDiscovery({ issuer: gitlab.url.origin, jwk }, created.service));
  objectStorage.serve(created.objectStorage.service);
  return created;
}

function urlsOf({ gitlab, objectStorage, tuf, sites }: Foundations): Sandbox['urls'] {
  const [rekor, rekorTiles] = sites.logs;
  const [timestamp] = sites.timestamps;
  return {
    gitlab: gitlab.url,
    fulcio: sites.fulcio.url,
    rekor: rekor.origin.url,
    rekorTiles: rekorTiles.origin.url,
    timestamp: timestamp.origin.url,
    tuf: tuf.url,
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
