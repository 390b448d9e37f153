/**
 * The process as the command sees it.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import process from 'node:process';
import { isatty } from 'node:tty';
import { listenForInterrupts } from './interrupts.ts';
import { run } from './run.ts';

const manifest: unknown = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

// Whoever reads along may stop reading, as `head` does.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await run({
  argv: process.argv.slice(2),
  environment: process.env,
  directory: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  interrupts: listenForInterrupts(process, isatty(0)),
  version: versionOf(manifest),
});

function versionOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'version' in value)
    return String(value.version);
  return 'unknown';
}
