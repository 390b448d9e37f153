/**
 * Files that are gone afterwards, also when the benchmark is interrupted.
 *
 * @module
 */

import { randomFillSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mebibyte = 1024 * 1024;

/** Makes a folder, hands its path over and removes it. */
export async function withTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-bench-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (signal: NodeJS.Signals) => {
    remove();
    process.kill(process.pid, signal);
  };
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  try {
    await use(folder);
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
    remove();
  }
}

/** Writes files of this many mebibytes, hands their paths over and removes them. */
export async function withTemporaryFiles(
  sizes: readonly number[],
  use: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    await assertRoom(
      folder,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    const paths: string[] = [];
    for (const [index, size] of sizes.entries()) {
      paths.push(await writeRandom(join(folder, `file-${index}`), size));
    }
    await use(paths);
  });
}

// Somewhat more than the files, so that nobody else runs out of it meanwhile.
async function assertRoom(folder: string, mebibytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / mebibyte);
  const needed = Math.ceil(mebibytes * 1.1);
  if (free >= needed) return;
  throw new Error(`${needed} MiB are needed in the temporary folder, ${free} MiB are free`);
}

/** Random bytes, so that no file system keeps them in less room. */
async function writeRandom(path: string, mebibytes: number): Promise<string> {
  const chunk = Buffer.alloc(16 * mebibyte);
  const file = await open(path, 'w');
  try {
    for (let left = mebibytes * mebibyte; left > 0; left -= chunk.length) {
      randomFillSync(chunk);
      await file.writeFile(chunk.subarray(0, Math.min(left, chunk.length)));
    }
  } finally {
    await file.close();
  }
  return path;
}
