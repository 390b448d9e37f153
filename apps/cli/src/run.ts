/**
 * The whole command as one function: everything it touches is passed in, its exit code comes out.
 *
 * @module
 */

import type { Environment } from './environment.ts';
import type { Interrupts } from './interrupts.ts';
import type { Output } from './terminal.ts';

/** What a run needs of the world. */
export interface RunContext {
  /** Arguments without the program's own name. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  /** Working directory. */
  readonly directory: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly interrupts: Interrupts;
  /** Version of the program. */
  readonly version: string;
}

/** Runs the command and gives its exit code. Throws nothing. */
export async function run(context: RunContext): Promise<number> {
  const { argv, stdout, version } = context;
  // The one question that is asked for its speed loads nothing.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    stdout.write(`${version}\n`);
    return 0;
  }
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(context);
}
