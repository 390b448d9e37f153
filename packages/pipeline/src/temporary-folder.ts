/**
 * The folder for temporary files of a build.
 *
 * Frontends put whole environments there, some leave locks behind, and all of them leave everything
 * when they are interrupted. In a folder of ours it goes away with the build.
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
 * Runs work with the variables that name a temporary folder, and removes the folder afterwards.
 *
 * @throws PipelineError with code `FILE_UNWRITABLE` when it cannot be made.
 */
export async function inTemporaryFolder<Result>(
  environment: Environment,
  work: (variables: Environment) => Promise<Result>,
): Promise<Result> {
  const given = names.map((name) => environment[name] ?? '').find((path) => isAbsolute(path));
  const parent = given ?? (platform === 'win32' ? String.raw`C:\Windows\Temp` : '/tmp');
  const folder = await mkdtemp(join(parent, 'wheelseal-')).catch((cause: unknown) => {
    throw unwritable(parent, cause);
  });
  try {
    return await work(Object.fromEntries(names.map((name) => [name, folder])));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
