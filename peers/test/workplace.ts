/**
 * A project folder like the one a CI job gets, and the sandbox to run commands in.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { binaries, python, wheelhouse } from '../tools.ts';

const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'apps/cli/bin/wheelseal.js');

/** How a command ended. */
export interface Outcome {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

/** A copy of the example project in a folder of its own, with a home folder beside it. */
export interface Workplace extends AsyncDisposable {
  readonly project: string;
  /** Runs lines of bash in the project's folder, inside a sandbox of their own. */
  inSandbox(script: string): Promise<Outcome>;
  /** Copies the project with everything in it. */
  copy(): Promise<Workplace>;
}

/** The name of the project, and of its folder. */
const name = 'tide-tables';

/** The commands of one job of the tutorial. */
export async function tutorial(job: string): Promise<string> {
  const script = await readFile(
    join(import.meta.dirname, `../fixtures/tutorial/${job}.sh`),
    'utf8',
  );
  return `(\n${script}\n)`;
}

/** Copies a project into a new workplace. */
export async function createWorkplace(
  source: string = join(root, 'examples', name),
): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-peers-'));
  const project = join(folder, name);
  await cp(source, project, { recursive: true });
  await mkdir(join(folder, 'home'));
  await mkdir(join(folder, 'bin'));
  const command = join(folder, 'bin/wheelseal');
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  await chmod(command, 0o755);
  return {
    project,
    inSandbox: (script) => runInSandbox(script, folder),
    copy: () => createWorkplace(project),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function runInSandbox(script: string, folder: string): Promise<Outcome> {
  const args = [cli, 'sandbox', '--project', name, '--', 'bash', '-euo', 'pipefail', '-c', script];
  const child = spawn(process.execPath, args, {
    cwd: join(folder, name),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOME: join(folder, 'home'),
      PATH: [join(folder, 'bin'), binaries, dirname(python), process.env['PATH']].join(delimiter),
      PIP_FIND_LINKS: wheelhouse,
      NORMALIZED_NAME: name.replaceAll('-', '_'),
    },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((done, failed) => {
    child.on('error', failed);
    child.on('close', (code) => done({ code, output: Buffer.concat(chunks).toString() }));
  });
}
