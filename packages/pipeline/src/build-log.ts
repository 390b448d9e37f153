/**
 * `build.log`: what a build printed, beside what it made.
 *
 * It is written while the build runs, so that it is there whatever becomes of the build.
 *
 * @module
 */

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { PipelineError } from './errors.ts';
import { unwritable } from './write-file.ts';

/** Takes lines. */
export interface BuildLog {
  readonly path: string;
  write(line: string): void;
}

/** The first line: by it, a log of ours is told from a file that only has its name. */
const title = '# build log of wheelseal';

/** Path of the log in a folder of distributions. */
export function buildLogPath(directory: string): string {
  return join(directory, 'build.log');
}

/**
 * Runs work with a new log. A log of an earlier build is replaced.
 *
 * @throws PipelineError with code `FILE_EXISTS` when another file has its name, or
 * `FILE_UNWRITABLE`.
 */
export async function withBuildLog<Result>(
  directory: string,
  work: (log: BuildLog) => Promise<Result>,
): Promise<Result> {
  const path = buildLogPath(directory);
  const file = await openLog(path);
  const stream = file.createWriteStream();
  const ended = finished(stream).catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  // It is looked at when the work is over; until then it must not end the process.
  ended.catch(() => undefined);
  const write = (line: string): void => void stream.write(`${line}\n`);
  write(title);
  try {
    return await work({ path, write });
  } finally {
    stream.end();
    await ended;
  }
}

async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o644);
  } catch (cause) {
    if (!isTaken(cause)) throw unwritable(path, cause);
  }
  const file = await open(path, 'r+').catch((cause: unknown) => {
    throw unwritable(path, cause);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(title.length), 0, title.length, 0);
    if (buffer.toString('utf8', 0, bytesRead) !== title) throw inTheWay(path);
    await file.truncate();
    return file;
  } catch (cause) {
    await file.close();
    throw cause instanceof PipelineError ? cause : unwritable(path, cause);
  }
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
}

function inTheWay(path: string): PipelineError {
  return new PipelineError(`\`${path}\` is there already, and is no build log`, {
    code: 'FILE_EXISTS',
    hint: 'Move it away, or name another folder for the distributions.',
  });
}
