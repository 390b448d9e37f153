/**
 * The command in this process, with everything it touches caught.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, vi } from 'vitest';
import type { Environment } from '../src/environment.ts';
import type { Interrupts } from '../src/interrupts.ts';
import { run } from '../src/run.ts';

export interface Call {
  readonly environment?: Environment;
  readonly directory?: string;
  readonly interrupts?: Interrupts;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Hears what is written to standard output. */
  readonly onStdout?: (text: string) => void;
}

export interface Caught {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What `--format json` prints, as far as the tests look at it. */
export interface Document {
  readonly schemaVersion: number;
  readonly command: string;
  readonly exitCode: number;
  readonly files?: readonly { readonly filename: string; readonly status: string }[];
  readonly project?: { readonly changes: readonly { before: string; after: string }[] };
  readonly environment?: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly [field: string]: unknown;
}

// Sandboxes, processes and builds: on a busy machine each of them takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folders: string[] = [];

afterEach(async () => {
  await Promise.all(
    folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })),
  );
});

/** An empty folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-cli-'));
  folders.push(folder);
  return folder;
}

/** Interrupts that never come. */
const quiet: Interrupts = {
  isShared: false,
  signal: new AbortController().signal,
  subscribe: () => () => undefined,
};

/** Runs the command and catches what it prints. */
export async function wheelseal(argv: readonly string[], call: Call = {}): Promise<Caught> {
  const caught = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      caught[name] += text;
      if (name === 'stdout') call.onStdout?.(text);
    },
    isTTY: call.isTTY ?? false,
    columns: call.columns ?? 80,
  });
  const exitCode = await run({
    argv,
    environment: call.environment ?? {},
    directory: call.directory ?? tmpdir(),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    interrupts: call.interrupts ?? quiet,
    version: '1.2.3',
  });
  return { exitCode, ...caught };
}

/** Reads the one document of a call; fails when there is anything else. */
export function documentOf({ stdout }: Pick<Caught, 'stdout'>): Document {
  const document: Document = JSON.parse(stdout);
  return document;
}
