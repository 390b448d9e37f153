/**
 * The environment of a command that works in a sandbox.
 *
 * Nothing that belongs to a real job or a real account goes in: a real token must not be sent to a
 * sandbox, and a sandbox's signature must not be checked against a real policy.
 *
 * @module
 */

import type { SandboxOptions } from '@wheelseal/sandbox';

import type { Invocation } from './command-definition.ts';
import type { Environment } from './environment.ts';

/** A sandbox that runs, and what a command in it has for an environment. */
export interface OpenSandbox {
  /** The environment of the caller, with a job of the sandbox in the place of its own. */
  readonly environment: Environment;
  /** What the sandbox adds, alone. */
  readonly added: Readonly<Record<string, string>>;
  readonly close: () => Promise<void>;
}

const ofRealJobs =
  /^(?:CI|(?:CI|GITLAB|SIGSTORE|COSIGN|CERTIFICATE)_.*|TUF_.*|(?:FULCIO|REKOR|TIMESTAMP)_URL|PACKAGE_(?:NAME|VERSION)|GENERIC_PACKAGE_BASE_URL|WHEELSEAL_(?:TRUSTED_ROOT|SIGNING_CONFIG|TRUST_CONFIG))$/;

/** Starts a sandbox that is as asked for, with the version of the release. */
export async function openSandbox(
  { environment }: Invocation,
  options: Pick<SandboxOptions, 'projectName' | 'projectPath' | 'rekorVersion'>,
): Promise<OpenSandbox> {
  const { startSandbox } = await import('@wheelseal/sandbox');
  const packageVersion = environment['PACKAGE_VERSION'] ?? '';
  const sandbox = await startSandbox({
    ...options,
    ...(packageVersion !== '' && { packageVersion }),
  });
  const kept = Object.entries(environment).filter(([name]) => !ofRealJobs.test(name));
  return {
    environment: { ...Object.fromEntries(kept), ...sandbox.environment },
    added: sandbox.environment,
    close: () => sandbox.close(),
  };
}
