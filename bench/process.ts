/**
 * Whole processes, timed from their start to their end.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What a process printed and how many seconds it took. */
export interface Finished {
  readonly seconds: number;
  readonly output: string;
}

/** Runs a command and throws unless it ends well. */
export async function runProcess(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const started = performance.now();
  const child = spawn(command, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const [output, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${complaints}`);
  return { seconds: (performance.now() - started) / 1000, output };
}

/** Runs a program of this folder with the Node that runs this one, from source. */
export async function runProgram(name: string, parameters: readonly string[]): Promise<Finished> {
  return runProcess(process.execPath, ['-C', '@wheelseal/source', pathOf(name), ...parameters]);
}

/** The same with the libraries as they were built, so as whoever installs them runs them. */
export async function runBuilt(
  name: string,
  parameters: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Finished> {
  return runProcess(process.execPath, [pathOf(name), ...parameters], environment);
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
