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
): Promise<Finished> {
  const started = performance.now();
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}`);
  return { seconds: (performance.now() - started) / 1000, output };
}

/** Runs a program of this folder with the Node that runs this one, from source. */
export async function runProgram(name: string, parameters: readonly string[]): Promise<Finished> {
  const program = fileURLToPath(new URL(name, import.meta.url));
  return runProcess(process.execPath, ['-C', '@wheelseal/source', program, ...parameters]);
}
