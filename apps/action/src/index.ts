/**
 * The process as the action sees it.
 *
 * @module
 */

import process from 'node:process';
import { readInputs } from './inputs.ts';
import { run } from './run.ts';
import { createRunner } from './runner.ts';

const runner = createRunner(process.env);

const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => controller.abort());
}

await run(() => readInputs(runner.input, process.env, process.cwd()), runner, controller.signal);
