/**
 * The programs that verify the same bundles: ours, and those of others where they are.
 *
 * @module
 */

import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { binaries, python } from '../peers/tools.ts';
import { runBuilt, runProcess } from './process.ts';

/** Files of one batch with their bundles, and who signed them. */
export interface SignedBatch {
  /** Holds these files and nothing else. */
  readonly folder: string;
  readonly paths: readonly string[];
  readonly trustedRoot: string;
  readonly trustConfig: string;
  readonly subject: string;
  readonly issuer: string;
}

/** One way to verify a batch. */
export interface VerifyingTool {
  readonly name: string;
  /** How many files it is given at most. */
  readonly most?: number;
  /** How many seconds it took; throws unless everything verified. */
  verify(batch: SignedBatch): Promise<number>;
}

const cli = resolve(import.meta.dirname, '../apps/cli/dist/index.js');
const { WHEELSEAL_BENCH_COSIGN3, WHEELSEAL_BENCH_PYTHON, PATH = '' } = process.env;

const library: VerifyingTool = {
  name: '@wheelseal/signing',
  async verify({ trustedRoot, subject, issuer, paths }) {
    const parameters = [trustedRoot, subject, issuer, ...paths];
    return (await runBuilt('verify-bundles.js', parameters)).seconds;
  },
};

const command: VerifyingTool = {
  name: 'wheelseal verify',
  async verify({ folder, trustedRoot, subject, issuer }) {
    const signer = ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer];
    const parameters = [cli, 'verify', '--dist', folder, '--trusted-root', trustedRoot, ...signer];
    return (await runProcess(process.execPath, parameters)).seconds;
  },
};

/** All that are there; `missing` names the others. */
export async function findVerifyingTools(): Promise<{
  readonly tools: readonly VerifyingTool[];
  readonly missing: readonly string[];
}> {
  const cosign = await find(
    [WHEELSEAL_BENCH_COSIGN3, join(binaries, 'cosign3'), ...onPath('cosign')],
    async (path) => (await runProcess(path, ['version'])).output.includes('v3.'),
  );
  const interpreter = await find(
    [WHEELSEAL_BENCH_PYTHON, python, ...onPath('python3')],
    async (path) => (await runProcess(path, ['-m', 'sigstore', '--version'])).output !== '',
  );
  return {
    tools: [
      library,
      command,
      ...(cosign === undefined ? [] : [cosign3(cosign)]),
      ...(interpreter === undefined ? [] : [sigstorePython(interpreter)]),
    ],
    missing: [
      ...(cosign === undefined ? ['cosign 3 (WHEELSEAL_BENCH_COSIGN3)'] : []),
      ...(interpreter === undefined ? ['sigstore-python (WHEELSEAL_BENCH_PYTHON)'] : []),
    ],
  };
}

/** It takes one file, so each file is a process, and 500 of them are 5 times 100. */
function cosign3(program: string): VerifyingTool {
  return {
    name: 'cosign 3',
    most: 100,
    async verify({ paths, trustedRoot, subject, issuer }) {
      const signer = ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer];
      let seconds = 0;
      for (const path of paths) {
        const bundle = ['--bundle', `${path}.sigstore.json`, '--trusted-root', trustedRoot];
        seconds += (await runProcess(program, ['verify-blob', ...bundle, ...signer, path])).seconds;
      }
      return seconds;
    },
  };
}

/** It takes all files in one process, and finds the bundles beside them. */
function sigstorePython(program: string): VerifyingTool {
  return {
    name: 'sigstore-python',
    async verify({ paths, trustConfig, subject, issuer }) {
      const signer = ['--cert-identity', subject, '--cert-oidc-issuer', issuer];
      const parameters = ['-m', 'sigstore', '--trust-config', trustConfig];
      parameters.push('verify', 'identity', '--offline', ...signer, ...paths);
      return (await runProcess(program, parameters)).seconds;
    },
  };
}

function onPath(name: string): readonly string[] {
  return PATH.split(delimiter).map((folder) => join(folder, name));
}

/** The first that is there and is what it must be. */
async function find(
  places: readonly (string | undefined)[],
  isIt: (path: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const path of places) {
    if (path === undefined || !existsSync(path)) continue;
    if (await isIt(path).catch(() => false)) return path;
  }
  return undefined;
}
