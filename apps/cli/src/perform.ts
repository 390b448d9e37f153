/**
 * One call of one command, from what was parsed to the exit code.
 *
 * @module
 */

import { resolve } from 'node:path';
import type { Invocation } from './command-definition.ts';
import { overlay } from './environment.ts';
import type { Environment } from './environment.ts';
import { CommandError } from './errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { printDocument, printError } from './failure.ts';
import { impliedVariables } from './flag-variables.ts';
import { interruptExitCode, interruptOf } from './interrupts.ts';
import type { Interrupt, Interrupts } from './interrupts.ts';
import type { OutputOptions } from './output-options.ts';
import { attributeOf } from './program.ts';
import type { ParsedCommand } from './program.ts';
import { createReport } from './report.ts';
import type { Report } from './report.ts';
import { readSecret } from './secret-file.ts';
import type { Secrets } from './secrets.ts';
import type { Terminal } from './terminal.ts';

/** What a call needs of the world. */
export interface Surroundings {
  readonly environment: Environment;
  readonly directory: string;
  readonly interrupts: Interrupts;
  readonly terminal: Terminal;
  readonly secrets: Secrets;
  readonly output: OutputOptions;
}

/** Runs a command, shows how it ended, and gives its exit code. */
export async function perform(parsed: ParsedCommand, surroundings: Surroundings): Promise<number> {
  const { terminal, output, interrupts } = surroundings;
  const { name, perform: work } = parsed.definition;
  const report = createReport(terminal, output);
  const show = (exitCode: number, error?: unknown): void => {
    if (output.format !== 'json') return;
    printDocument(terminal.results, { command: name, exitCode, fields: report.fields(), error });
  };
  try {
    const {
      programExitCode,
      exitCode = 0,
      stay,
    } = await work(invocationOf(parsed, surroundings, report));
    if (programExitCode !== undefined) return programExitCode;
    show(exitCode);
    await stay?.();
    return exitCode;
  } catch (thrown) {
    const interrupt = interruptOf(interrupts.signal);
    const error = interrupt === undefined ? thrown : interruption(interrupt);
    const exitCode = interrupt === undefined ? exitCodeOf(error) : interruptExitCode(interrupt);
    show(exitCode, error);
    printError(terminal.notes, error, output.verbose);
    return exitCode;
  }
}

function invocationOf(
  { definition, operands, values }: ParsedCommand,
  { environment, directory, interrupts, secrets }: Surroundings,
  report: Report,
): Invocation {
  const hide = (secret: string): void => secrets.add(secret);
  const variables: Record<string, string | undefined> = {};
  for (const flag of definition.flags) {
    const value = values[attributeOf(flag)];
    if (flag.variable !== undefined && value === true) variables[flag.variable] = 'true';
    if (flag.variable === undefined || typeof value !== 'string') continue;
    variables[flag.variable] = value;
    if (flag.kind === 'path') variables[flag.variable] = resolve(directory, value);
    if (flag.kind !== 'secret') continue;
    const secret = readSecret(value, directory);
    hide(secret.value);
    if (secret.isExposed) warnOfExposure(report, flag.flags, flag.variable);
    variables[flag.variable] = secret.value;
  }
  const all = { ...impliedVariables(values, environment), ...variables };
  return {
    directory,
    operands,
    flags: values,
    variables: all,
    environment: overlay(environment, all),
    interrupts,
    report,
    hide,
  };
}

function warnOfExposure(report: Report, flags: string, variable: string): void {
  const [name = ''] = /--[\w-]+/.exec(flags) ?? [];
  report.warn(
    `every user of this machine can read the value of \`${name}\``,
    `Set \`${variable}\`, or write \`${name} @FILE\`.`,
  );
}

function interruption(interrupt: Interrupt): CommandError {
  return new CommandError(`interrupted by ${interrupt}`, {
    code: 'INTERRUPTED',
    hint: 'Run the same command again: nothing is half done.',
  });
}
