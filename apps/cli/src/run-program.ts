/**
 * Runs another program in the place of this one: its streams, its signals, its exit code.
 *
 * @module
 */

import { spawn } from 'node:child_process';
import type { Environment } from './environment.ts';
import { CommandError } from './errors.ts';
import { interruptExitCode } from './interrupts.ts';
import type { Interrupts } from './interrupts.ts';

/** How the program runs. */
export interface ProgramSettings {
  readonly directory: string;
  readonly environment: Environment;
  readonly interrupts: Interrupts;
}

/**
 * Runs a program to its end and gives its exit code, 128 and the number of the signal that ended it.
 *
 * @throws CommandError with code `PROGRAM_NOT_FOUND` or `PROGRAM_NOT_STARTED`.
 */
export async function runProgram(
  [program = '', ...parameters]: readonly string[],
  { directory, environment, interrupts }: ProgramSettings,
): Promise<number> {
  const child = spawn(program, parameters, {
    cwd: directory,
    env: { ...environment },
    stdio: 'inherit',
  });
  const unsubscribe = interrupts.subscribe((interrupt) => {
    if (interrupt !== 'SIGINT' || !interrupts.isShared) child.kill(interrupt);
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', (cause) => reject(notStarted(program, cause)));
  child.once('exit', (code, signal) =>
    resolve(signal === null ? (code ?? 1) : interruptExitCode(signal)),
  );
  try {
    return await promise;
  } finally {
    unsubscribe();
  }
}

function notStarted(program: string, cause: NodeJS.ErrnoException): CommandError {
  const isMissing = cause.code === 'ENOENT';
  return new CommandError(
    isMissing ? `there is no program \`${program}\`` : `\`${program}\` cannot be started`,
    {
      code: isMissing ? 'PROGRAM_NOT_FOUND' : 'PROGRAM_NOT_STARTED',
      hint: 'Write the program and its arguments after `--`.',
      cause,
    },
  );
}
