/**
 * What a command is: words for its help, flags, and one function.
 *
 * The function loads what it works with; a definition alone costs nothing, so that `--help` and
 * `--version` are quick.
 *
 * @module
 */

import type { Environment } from './environment.ts';
import type { ExitCode } from './exit-codes.ts';
import type { FlagValues } from './flag-variables.ts';
import type { Flag } from './flags.ts';
import type { Interrupts } from './interrupts.ts';
import type { Report } from './report.ts';

/** A command as data. */
export interface CommandDefinition {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A paragraph for its own help. */
  readonly description: string;
  /** Operands as commander writes them, with a description each. */
  readonly operands: readonly (readonly [syntax: string, description: string])[];
  readonly flags: readonly Flag[];
  /** Variables it reads beside those of its flags. */
  readonly variables: readonly (readonly [name: string, meaning: string])[];
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  readonly perform: (invocation: Invocation) => Promise<Outcome>;
}

/** One call of a command. */
export interface Invocation {
  /** Working directory; relative paths start here. */
  readonly directory: string;
  readonly operands: readonly string[];
  /** Flags by the names commander gives them. */
  readonly flags: FlagValues;
  /** What the flags change in an environment. */
  readonly variables: Environment;
  /** The environment with the variables of the flags laid over it. */
  readonly environment: Environment;
  readonly interrupts: Interrupts;
  readonly report: Report;
  /** Makes one more value unprintable. */
  hide(secret: string): void;
}

/** How a command ended when it did not throw. */
export interface Outcome {
  /** Goes on after the results were shown, until it is told to end. */
  readonly stay?: () => Promise<void>;
  /** Exit code of a command that did all it was asked to, and found something; 0 when left out. */
  readonly exitCode?: ExitCode;
  /** Exit code of the program that the command ran; its output stands for ours. */
  readonly programExitCode?: number;
}

/** The value of a flag that takes one. */
export function valueOf({ flags }: Pick<Invocation, 'flags'>, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of a flag that may be repeated. */
export function valuesOf({ flags }: Pick<Invocation, 'flags'>, name: string): readonly string[] {
  const value = flags[name];
  return typeof value === 'object' ? value : [];
}
