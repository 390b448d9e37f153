/**
 * A runner that remembers, and folders with a tiny release in them.
 *
 * @module
 */

import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, vi } from 'vitest';
import { readInputs } from '../src/inputs.ts';
import type { Environment } from '../src/inputs.ts';
import { run } from '../src/run.ts';
import type { Runner } from '../src/runner.ts';

// Sandboxes and bundles: on a busy machine each of them takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(
    folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })),
  );
});

/** An empty folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-action-'));
  folders.push(folder);
  return folder;
}

/** A folder with a wheel and an sdist in `dist`. */
export async function project(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(fixtures, join(folder, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.md'),
  });
  return folder;
}

/** What a runner was told. */
export interface Told {
  readonly outputs: Record<string, string>;
  readonly secrets: string[];
  readonly failures: string[];
  readonly errors: string[];
  readonly log: string[];
  summary: string;
}

export interface Step {
  readonly environment: Environment;
  readonly directory: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** What the job answers that is asked for a token; it may not when left out. */
  readonly identityToken?: string;
}

/** Runs one step in this process. */
export async function step({ environment, directory, inputs, identityToken }: Step): Promise<Told> {
  const told: Told = { outputs: {}, secrets: [], failures: [], errors: [], log: [], summary: '' };
  const runner: Runner = {
    input: (name) => inputs[name] ?? '',
    setOutput: (name, value) => {
      told.outputs[name] = value;
    },
    setSecret: (value) => told.secrets.push(value),
    setFailed: (message) => told.failures.push(message),
    info: (message) => told.log.push(message),
    warning: (message) => told.log.push(message),
    error: (message) => told.errors.push(message),
    identityToken: async () => {
      if (identityToken === undefined) throw new Error('no ACTIONS_ID_TOKEN_REQUEST_URL');
      return identityToken;
    },
    addSummary: async (markdown) => {
      told.summary += markdown;
    },
  };
  await run(() => readInputs(runner.input, environment, directory), runner);
  return told;
}
