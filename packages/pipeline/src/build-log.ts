/**
 * `build.log`: what a build printed, beside what it made.
 *
 * It is there whatever becomes of the build.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { access, copyFile, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
 * Runs work with a new log, and gives it its place whatever becomes of the work. A log of an earlier
 * build is replaced.
 *
 * @throws PipelineError with code `FILE_EXISTS` when another file has its name, or
 * `FILE_UNWRITABLE`.
 */
export async function withBuildLog<Result>(
  { directory, scratch }: { readonly directory: string; readonly scratch: string },
  work: (log: BuildLog) => Promise<Result>,
): Promise<Result> {
  const path = buildLogPath(directory);
  await makeWay(path);
  const draft = join(scratch, basename(path));
  const stream = createWriteStream(draft, { flags: 'wx' });
  const ended = finished(stream).catch((cause: unknown) => {
    throw unwritable(draft, cause);
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
    await place(draft, path);
  }
}

/** While a build runs, no log of ours lies where a backend could pack it. */
async function makeWay(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await access(dirname(path), constants.W_OK);
    const earlier = await open(path).catch(absent);
    if (earlier === undefined) return;
    if (!(await isLog(earlier))) throw inTheWay(path);
    await rm(path);
  } catch (cause) {
    throw cause instanceof PipelineError ? cause : unwritable(path, cause);
  }
}

async function isLog(file: FileHandle): Promise<boolean> {
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(title.length), 0, title.length, 0);
    return buffer.toString('utf8', 0, bytesRead) === title;
  } finally {
    await file.close();
  }
}

function absent(cause: unknown): undefined {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
}

/** It comes from what may be another file system. */
async function place(draft: string, path: string): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  try {
    await copyFile(draft, beside);
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}

function inTheWay(path: string): PipelineError {
  return new PipelineError(`\`${path}\` is there already, and is no build log`, {
    code: 'FILE_EXISTS',
    hint: 'Move it away, or name another folder for the distributions.',
  });
}
