/**
 * What was fetched from a TUF repository, kept for the next time in one file.
 *
 * One file, because two processes may write at once: whoever reads gets what one of them wrote.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { decodeBase64 } from './base64.ts';
import type { TufFiles } from './tuf-metadata.ts';

/** What is known of a repository. */
export interface KnownRepository {
  /** When the repository was last asked. */
  readonly checkedAt: Date;
  readonly files: TufFiles;
}

const Bytes = z.pipe(
  z.string(),
  z.transform((text) => decodeBase64(text) ?? Buffer.alloc(0)),
);
const Kept = z.object({
  schemaVersion: z.literal(1),
  checkedAt: z.iso.datetime(),
  files: z.record(z.string(), Bytes),
});

/** Reads what is known; `undefined` where that is nothing, or nothing that can be read. */
export async function readKnown(
  directory: string | undefined,
  repository: URL,
): Promise<KnownRepository | undefined> {
  try {
    const text = await readFile(pathOf(directory, repository), 'utf8');
    const { checkedAt, files } = Kept.parse(JSON.parse(text));
    return { checkedAt: new Date(checkedAt), files: new Map(Object.entries(files)) };
  } catch {
    return undefined;
  }
}

/** Keeps what is known. Where nothing can be written, the next time begins from the start. */
export async function keepKnown(
  directory: string | undefined,
  repository: URL,
  { checkedAt, files }: KnownRepository,
): Promise<void> {
  const path = pathOf(directory, repository);
  const beside = `${path}.${randomUUID()}`;
  const kept = {
    schemaVersion: 1,
    checkedAt: checkedAt.toISOString(),
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, bytes.toString('base64')])),
  };
  try {
    await mkdir(directory ?? ownFolder(), { recursive: true });
    await writeFile(beside, JSON.stringify(kept));
    await rename(beside, path);
  } catch {
    await rm(beside, { force: true }).catch(() => undefined);
  }
}

function pathOf(directory: string | undefined, { host, pathname }: URL): string {
  const name = encodeURIComponent(`${host}${pathname.replace(/\/+$/, '')}`);
  return join(directory ?? ownFolder(), `${name}.json`);
}

/** Where programs of this user keep what they can fetch again. */
function ownFolder(): string {
  const folders: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
    darwin: ['Library', 'Caches'],
    win32: ['AppData', 'Local'],
  };
  return join(homedir(), ...(folders[platform()] ?? ['.cache']), 'wheelseal', 'tuf');
}
