/**
 * The process whose time and memory is looked at: measures files in one of several ways.
 *
 * @module
 */

import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { measureFile } from '@wheelseal/distributions';

if (isMainThread) {
  const [way = '', ...paths] = process.argv.slice(2);
  await measureIn(way, paths);
  // In kilobytes, wherever Node runs.
  process.stdout.write(`peak ${Math.round(process.resourceUsage().maxRSS / 1000)}\n`);
} else {
  await measureTogether(pathsOf(workerData));
}

async function measureIn(way: string, paths: readonly string[]): Promise<void> {
  if (way === 'together') return measureTogether(paths);
  if (way === 'threads') return measureInThreads(paths);
  for (const path of paths) await measureFile(path, { blake2b256: way === 'blake2b' });
  return undefined;
}

async function measureTogether(paths: readonly string[]): Promise<void> {
  const measured = await Promise.all(paths.map((path) => measureFile(path)));
  for (const { sha256 } of measured) process.stdout.write(`${sha256}\n`);
}

async function measureInThreads(paths: readonly string[]): Promise<void> {
  const half = Math.ceil(paths.length / 2);
  const shares = [paths.slice(0, half), paths.slice(half)];
  await Promise.all(
    shares.map((share) =>
      once(new Worker(new URL(import.meta.url), { workerData: share }), 'exit'),
    ),
  );
}

function pathsOf(data: unknown): readonly string[] {
  return Array.isArray(data) ? data.map(String) : [];
}
