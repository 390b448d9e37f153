/**
 * What git says about a folder. Nothing in the folder is changed by asking.
 *
 * @module
 */

import { type ChildOptions, runChild } from './child-process.ts';
import type { Environment } from './continuous-integration.ts';

/** How git answered. */
export interface GitAnswer {
  readonly isGood: boolean;
  /** What it wrote to standard output. */
  readonly lines: readonly string[];
  /** Why not, in its own words. */
  readonly complaint: string;
}

/** Of a git that calls us, as from a hook; they would name another repository than the folder's. */
const misleading: ReadonlySet<string> = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
]);

/** Asks git in a folder. Rejects when there is no git, and when the signal aborts. */
export async function askGit(
  parameters: readonly string[],
  { environment, ...options }: ChildOptions,
): Promise<GitAnswer> {
  const lines: string[] = [];
  // Without the locks git would refresh the index of a repository that is not ours.
  const { exitCode, tail } = await runChild(
    ['git', '--no-optional-locks', ...parameters],
    { ...options, environment: withoutRepository(environment) },
    (stream, line) => {
      if (stream === 'stdout') lines.push(line);
    },
  );
  return { isGood: exitCode === 0, lines, complaint: tail[0] ?? 'it failed' };
}

/** An environment that names no repository: the working folder decides which one is asked. */
export function withoutRepository(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !misleading.has(name)));
}
