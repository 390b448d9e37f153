/**
 * How a command shows what it does, read before anything else.
 *
 * Also a wrong command line is reported in the format it asks for, so these flags are found without
 * understanding the rest.
 *
 * @module
 */

import { parseArgs } from 'node:util';

/** How results and progress are shown. */
export interface OutputOptions {
  readonly format: 'text' | 'json';
  readonly color: 'auto' | 'always' | 'never';
  /** Leaves out progress; results, warnings and errors stay. */
  readonly quiet: boolean;
  /** Shows the output of the build frontend as it comes. */
  readonly verbose: boolean;
}

/** Finds the output flags on a command line; unknown values count as the default. */
export function readOutputOptions(argv: readonly string[]): OutputOptions {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      format: { type: 'string', short: 'F' },
      'output-format': { type: 'string' },
      output: { type: 'string' },
      json: { type: 'boolean' },
      color: { type: 'string' },
      quiet: { type: 'boolean', short: 'q' },
      'no-progress': { type: 'boolean' },
      'disable-progress-bar': { type: 'boolean' },
      verbose: { type: 'boolean', short: 'v' },
    },
  });
  const format = values.format ?? values['output-format'] ?? values.output;
  return {
    format: format === 'json' || values.json === true ? 'json' : 'text',
    color: values.color === 'always' || values.color === 'never' ? values.color : 'auto',
    quiet: [values.quiet, values['no-progress'], values['disable-progress-bar']].includes(true),
    verbose: values.verbose === true,
  };
}
