/**
 * The folders a command works in.
 *
 * @module
 */

import { join, resolve } from 'node:path';
import { valueOf } from './command-definition.ts';
import type { Invocation } from './command-definition.ts';

/** Absolute paths of a project and of its distributions. */
export interface Folders {
  readonly project: string;
  readonly distributions: string;
}

/** Finds the folders from the operand DIR and the flag `--dist`. */
export function foldersOf(invocation: Invocation): Folders {
  const { directory, operands } = invocation;
  const project = resolve(directory, operands[0] ?? '.');
  const named = valueOf(invocation, 'dist');
  const distributions = named === undefined ? join(project, 'dist') : resolve(directory, named);
  return { project, distributions };
}
