/**
 * Files that are there whole or not at all.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PipelineError } from './errors.ts';

/**
 * Writes beside the final name and renames; a failure leaves the old file as it was.
 *
 * @throws PipelineError with code `FILE_UNWRITABLE`.
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  mode: number,
): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await writeFile(beside, content, { flag: 'wx', mode });
    // The process's umask took bits away that the file is meant to have.
    await chmod(beside, mode);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, error);
  }
}

/** The error for a file or folder that the system does not let us write. */
export function unwritable(path: string, cause: unknown): PipelineError {
  return new PipelineError(`cannot write \`${path}\``, {
    code: 'FILE_UNWRITABLE',
    hint: 'Make it writable, or name another folder.',
    cause,
  });
}
