/**
 * A GitLab and a Sigstore on loopback, in one process.
 *
 * Everything is real but small: the keys, the certificates, the log and its proofs. It all lasts until
 * it is closed, and nobody but this machine can reach it.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assemble } from './assemble.ts';
import { createFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import type { GitLab, GitLabSettings } from './gitlab/index.ts';
import { describeJob } from './job.ts';
import type { JobOptions } from './job.ts';
import { createTokenIssuer } from './oidc/issuer.ts';
import { createOrigins } from './origins.ts';
import { openSigstore } from './sigstore/create-sigstore.ts';
import type { SigstoreOptions } from './sigstore/create-sigstore.ts';
import type { TrustFiles } from './trust-files.ts';
import type { TufPublication, TufRepository } from './tuf/tuf-repository.ts';

/** What a sandbox can be asked to be. */
export interface SandboxOptions extends JobOptions, SigstoreOptions {
  /** Index that GitLab forwards unknown package names to, its `…/simple`; without one it does not. */
  readonly forwardingUrl?: URL;
  /** How GitLab is set up at the start. */
  readonly gitlabSettings?: Partial<GitLabSettings>;
  /** What is wrong or new with the TUF repository from the start; nothing when left out. */
  readonly tuf?: TufPublication;
  /** Which Rekor the configuration in the job's environment names, 1 when left out. */
  readonly rekorVersion?: 1 | 2;
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
    readonly tuf: URL;
    readonly objectStorage: URL;
  };
  /** All logs in the order of the trusted root: that of Rekor 1, that of Rekor 2, and the further ones. */
  readonly logs: readonly SandboxLog[];
  /** Origins of all time-stamp services in the order of the trusted root. */
  readonly timestampAuthorities: readonly URL[];
  /** The trust in this Sigstore, as files. */
  readonly trust: TrustFiles;
  /** The TUF repository with the trusted root and the configuration that names every log. */
  readonly tuf: Pick<TufRepository, 'publish' | 'rollBack'>;
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
    const [gitlab, objectStorage, tuf, sites, issuer] = await Promise.all([
      origins.open('gitlab'),
      origins.open('objectStorage'),
      origins.open('tuf'),
      openSigstore(origins, options),
      createTokenIssuer(),
    ]);
    const foundations = { now, job, gitlab, objectStorage, tuf, sites, issuer, directory };
    const parts = await assemble(options, foundations);
    return { ...parts, faults, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
