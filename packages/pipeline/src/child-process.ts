/**
 * A child process whose output is read line by line, and that leaves nobody behind.
 *
 * There is no shell: what is in a path or a version stays an argument.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import { kill, platform } from 'node:process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SecretMask } from '@wheelseal/errors';
import type { Environment } from './continuous-integration.ts';

/** A program with its arguments. */
export type Command = readonly [program: string, ...parameters: string[]];

/** How a child runs. */
export interface ChildOptions {
  readonly directory: string;
  readonly environment: Environment;
  /** Takes secrets out of every line. */
  readonly mask?: SecretMask;
  readonly signal?: AbortSignal;
}

/** Hears each line as it comes. */
export type LineListener = (stream: 'stdout' | 'stderr', line: string) => void;

/** How a child ended. */
export interface ChildResult {
  /** Zero for success; a child that a signal ended has none. */
  readonly exitCode: number | null;
  /** The last lines of both streams, in the order in which they came. */
  readonly tail: readonly string[];
}

const tailLength = 40;
const graceMilliseconds = 2_000;

/** Runs a program to its end. Rejects when it cannot be started, and when the signal aborts. */
export async function runChild(
  [program, ...parameters]: Command,
  { directory, environment, mask = (text) => text, signal }: ChildOptions,
  onLine?: LineListener,
): Promise<ChildResult> {
  signal?.throwIfAborted();
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that the children of the child can be ended too.
    detached: platform !== 'win32',
    windowsHide: true,
  });
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject);
  child.once('close', ended.resolve);
  const tail: string[] = [];
  const listen = (stream: 'stdout' | 'stderr', source: Readable): void => {
    createInterface({ input: source, crlfDelay: Infinity }).on('line', (raw) => {
      const line = mask(raw);
      tail.push(line);
      if (tail.length > tailLength) tail.shift();
      onLine?.(stream, line);
    });
  };
  listen('stdout', child.stdout);
  listen('stderr', child.stderr);
  const release = endWith(signal, child.pid);
  try {
    const exitCode = await ended.promise;
    signal?.throwIfAborted();
    return { exitCode, tail };
  } finally {
    release();
  }
}

/** Ends the whole group when the signal aborts, first politely. */
function endWith(signal: AbortSignal | undefined, pid: number | undefined): () => void {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => {
    killGroup(pid, 'SIGTERM');
    timer = setTimeout(() => killGroup(pid, 'SIGKILL'), graceMilliseconds);
  };
  signal?.addEventListener('abort', end, { once: true });
  return () => {
    signal?.removeEventListener('abort', end);
    clearTimeout(timer);
  };
}

function killGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    kill(platform === 'win32' ? pid : -pid, name);
  } catch {
    // It ended by itself in the meantime.
  }
}

/** The first line a program answers; undefined when it is not there or fails. */
export async function answerOf(
  command: Command,
  options: ChildOptions,
): Promise<string | undefined> {
  try {
    const { exitCode, tail } = await runChild(command, options);
    return exitCode === 0 ? (tail[0] ?? '') : undefined;
  } catch {
    options.signal?.throwIfAborted();
    return undefined;
  }
}
