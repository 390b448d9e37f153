/**
 * Turns command definitions into commander's commands.
 *
 * @module
 */

import { Argument, Command, Option } from 'commander';
import type { OutputConfiguration } from 'commander';
import type { CommandDefinition } from './command-definition.ts';
import type { FlagValues } from './flag-variables.ts';
import { outputFlags, outputGroup } from './flags.ts';
import type { Flag } from './flags.ts';

/** What commander found on the command line. */
export interface ParsedCommand {
  readonly definition: CommandDefinition;
  readonly operands: readonly string[];
  /** Values by the attribute names of their flags. */
  readonly values: FlagValues;
}

interface ProgramSettings {
  readonly version: string;
  readonly definitions: readonly CommandDefinition[];
  readonly output: OutputConfiguration;
  readonly onCommand: (parsed: ParsedCommand) => Promise<void>;
}

const description =
  'Sealed releases for Python projects on GitLab: rewrites pyproject.toml, builds, signs with Sigstore, verifies, publishes, and gives name==version back only if it verifies.';

const afterHelp = `
Exit codes:
  0  done                             4  not authenticated or not allowed
  1  unexpected, or the build failed  5  not found, or not signed
  2  usage, configuration, bad input  6  the registry has other bytes
  3  verification failed              7  service down, safe to retry
                                      130  interrupted

Try it without any account:
  wheelseal release --sandbox path/to/project`;

/** Builds the whole program. */
export function createProgram({
  version,
  definitions,
  output,
  onCommand,
}: ProgramSettings): Command {
  const program = new Command('wheelseal')
    .description(description)
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [COMMAND]', 'show the help of a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(output)
    .configureHelp({ subcommandTerm: termOf })
    .addHelpText('after', afterHelp);
  for (const flag of outputFlags) addFlag(program, flag);
  for (const definition of definitions) {
    program.addCommand(commandOf(program, definition, onCommand));
  }
  return program;
}

function termOf(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(operandOf)].join(' ');
}

function operandOf(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** The attribute under which commander keeps the value of a flag. */
export function attributeOf(flag: Flag): string {
  return new Option(flag.flags).attributeName();
}

function commandOf(
  program: Command,
  definition: CommandDefinition,
  onCommand: ProgramSettings['onCommand'],
): Command {
  const command = new Command(definition.name)
    .copyInheritedSettings(program)
    .summary(definition.summary)
    .description(definition.description)
    .addHelpOption(new Option('-h, --help', 'show help').helpGroup(outputGroup))
    .addHelpText('after', () => closingWords(definition));
  for (const [syntax, meaning] of definition.operands) {
    command.addArgument(new Argument(syntax, meaning));
  }
  for (const flag of [...definition.flags, ...outputFlags]) addFlag(command, flag);
  return command.action(() =>
    onCommand({
      definition,
      operands: command.args,
      values: command.opts<FlagValues>(),
    }),
  );
}

function addFlag(command: Command, flag: Flag): void {
  const { flags, variable, group, choices, aliases = [] } = flag;
  const words =
    variable === undefined ? flag.description : `${flag.description} (env: ${variable})`;
  const option = new Option(flags, words).helpGroup(group);
  if (choices !== undefined) option.choices(choices);
  if (flag.isRepeatable === true) option.argParser(collect);
  command.addOption(option);
  for (const alias of aliases) command.addOption(aliasOf(option, alias));
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function aliasOf(original: Option, flags: string): Option {
  const alias = new Option(flags).hideHelp();
  if (original.argChoices !== undefined) alias.choices(original.argChoices);
  alias.attributeName = () => original.attributeName();
  // What is spelled without its `no` means no all the same.
  if (original.negate && !alias.negate) alias.preset(false);
  return alias;
}

function closingWords({ variables, examples }: CommandDefinition): string {
  return [
    ...section('Environment:', variables),
    '',
    'Examples:',
    ...examples.flatMap(([command, meaning]) => [`  # ${meaning}`, `  ${command}`]),
  ].join('\n');
}

function section(
  title: string,
  rows: readonly (readonly [term: string, meaning: string])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([term]) => term.length));
  return ['', title, ...rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`)];
}
