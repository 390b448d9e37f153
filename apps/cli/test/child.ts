/**
 * The command as a process of its own, started the way a user starts it.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../src/environment.ts';
import type { Caught } from './harness.ts';

export const bin: string = fileURLToPath(new URL('../bin/wheelseal.js', import.meta.url));

export interface ChildCall {
  readonly environment?: Environment;
  readonly directory?: string;
  /** Flags of Node itself. */
  readonly execArgv?: readonly string[];
  /** Is given the process once it runs. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** Runs `wheelseal` to its end. */
export async function wheelsealProcess(
  argv: readonly string[],
  { environment = {}, directory = tmpdir(), execArgv = [], onStart }: ChildCall = {},
): Promise<Caught> {
  const child = spawn(process.execPath, [...execArgv, bin, ...argv], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const ended = Promise.withResolvers<void>();
  child.once('exit', () => ended.resolve());
  const [stdout, stderr] = await Promise.all([
    // Whoever stops reading has read nothing.
    text(child.stdout).catch(() => ''),
    text(child.stderr),
    ended.promise,
  ]);
  const { exitCode, signalCode } = child;
  if (exitCode === null) throw new Error(`ended by ${String(signalCode)}: ${stderr}`);
  return { exitCode, stdout, stderr };
}
