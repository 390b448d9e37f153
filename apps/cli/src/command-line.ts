/**
 * The command line: commander takes it apart, one command is performed, and what is wrong with it is
 * said in the way that errors are.
 *
 * @module
 */

import { CommanderError } from 'commander';
import type { OutputConfiguration } from 'commander';
import { definitions } from './commands/index.ts';
import { CommandError } from './errors.ts';
import { printDocument, printError } from './failure.ts';
import { readOutputOptions } from './output-options.ts';
import { perform } from './perform.ts';
import { createProgram } from './program.ts';
import type { RunContext } from './run.ts';
import { createSecrets } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import { createTerminal, widthOf } from './terminal.ts';
import type { Terminal } from './terminal.ts';

/** Runs what a command line asks for and gives the exit code. */
export async function runCommandLine(context: RunContext): Promise<number> {
  const { argv, environment, directory, stdout, stderr, interrupts, version } = context;
  const secrets = createSecrets(environment, argv);
  const output = readOutputOptions(argv);
  const terminal = createTerminal({ stdout, stderr, environment, color: output.color, secrets });
  const surroundings = { environment, directory, interrupts, terminal, secrets, output };
  let exitCode = 0;
  const program = createProgram({
    version,
    definitions,
    output: commanderOutput(context, secrets),
    onCommand: async (parsed) => {
      exitCode = await perform(parsed, surroundings);
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    return refuse(error, terminal, output.format);
  }
}

function commanderOutput({ stdout, stderr }: RunContext, { mask }: Secrets): OutputConfiguration {
  return {
    writeOut: (text) => stdout.write(mask(text)),
    writeErr: (text) => stderr.write(mask(text)),
    getOutHelpWidth: () => widthOf(stdout),
    getErrHelpWidth: () => widthOf(stderr),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
    // Shown in our own way, once everything about it is known.
    outputError: () => undefined,
  };
}

/** Help that nobody asked for is all that commander says when there is no command. */
function refuse(error: unknown, { results, notes }: Terminal, format: 'text' | 'json'): number {
  const failure = usageError(error);
  if (format === 'json') {
    printDocument(results, { command: 'wheelseal', exitCode: 2, fields: {}, error: failure });
  }
  printError(notes, failure);
  return 2;
}

function usageError(error: unknown): CommandError {
  if (error instanceof CommanderError && error.code === 'commander.help') {
    return new CommandError('no command was given', {
      code: 'USAGE_INVALID',
      hint: 'Choose one of the commands above.',
    });
  }
  const text = error instanceof Error ? error.message : String(error);
  const [, message = text, suggestion] =
    /^(?:error: )?(.*?)(?:\n\(Did you mean (.+)\?\))?$/s.exec(text) ?? [];
  return new CommandError(message.replaceAll("'", '`').replace(/\.$/, ''), {
    code: 'USAGE_INVALID',
    hint:
      suggestion === undefined
        ? 'Read `wheelseal help`, or `wheelseal help COMMAND`.'
        : `Write \`${suggestion}\`.`,
  });
}
