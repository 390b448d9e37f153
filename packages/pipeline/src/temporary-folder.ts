/**
 * The folder in which a build does everything, until it is sure that something comes of it.
 *
 * It is not in the project, because some backends pack whatever they find there. Frontends put whole
 * environments among the temporary files, some leave locks behind, and all of them leave everything
 * when they are interrupted: in a folder of ours it goes away with the build.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { platform } from 'node:process';
import type { Environment } from './continuous-integration.ts';
import { unwritable } from './write-file.ts';

/** Every spelling that somebody reads. */
const names = ['TMPDIR', 'TEMP', 'TMP'] as const;

/**
 * Runs work with a folder among the temporary files, and removes the folder afterwards.
 *
 * @throws PipelineError with code `FILE_UNWRITABLE` when it cannot be made.
 */
export async function inTemporaryFolder<Result>(
  environment: Environment,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const given = names.map((name) => environment[name] ?? '').find((path) => isAbsolute(path));
  const parent = given ?? (platform === 'win32' ? String.raw`C:\Windows\Temp` : '/tmp');
  const folder = await mkdtemp(join(parent, 'wheelseal-')).catch((cause: unknown) => {
    throw unwritable(parent, cause);
  });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The variables that make a folder the one for temporary files. */
export function temporaryVariables(folder: string): Environment {
  return Object.fromEntries(names.map((name) => [name, folder]));
}
