/**
 * Starts a command of the conformance client.
 *
 * @module
 */

import { runCommand } from './run-command.ts';

process.exitCode = await runCommand(process.argv.slice(2), (line) => {
  process.stderr.write(`${line}\n`);
});
