/**
 * A TUF repository: asked for what is current now, as TUF has it.
 *
 * @module
 */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Updater } from 'tuf-js';
import type { Connection, TransportError } from './transport.ts';
import { createFetcher } from './tuf-fetcher.ts';
import type { TufFiles } from './tuf-metadata.ts';

/** What came of asking. */
export type Refreshed =
  | { readonly files: TufFiles }
  /** It could not be reached. */
  | { readonly unreachable: TransportError }
  /** It could, and what it has is not what it must be. */
  | { readonly refused: unknown };

const roles: readonly string[] = ['root.json', 'timestamp.json', 'snapshot.json', 'targets.json'];

/**
 * Brings what is known of a repository up to date. `known` has at least the `root.json` to begin
 * with; nothing in the repository counts that is older than what is known.
 */
export async function refresh(
  repository: URL,
  target: string,
  known: TufFiles,
  connection: Connection,
): Promise<Refreshed> {
  const fetcher = createFetcher(connection);
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-tuf-'));
  const targets = join(folder, 'targets');
  const pathOf = (name: string): string =>
    roles.includes(name) ? join(folder, name) : join(targets, encodeURIComponent(name));
  const url = repository.href.replace(/\/+$/, '');
  try {
    await mkdir(targets);
    await Promise.all([...known].map(async ([name, bytes]) => writeFile(pathOf(name), bytes)));
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: url,
      targetDir: targets,
      targetBaseUrl: `${url}/targets`,
      fetcher,
    });
    const info = await updater.getTargetInfo(target);
    if (info === undefined) return { refused: new Error(`it has no target \`${target}\``) };
    if ((await updater.findCachedTarget(info)) === undefined) await updater.downloadTarget(info);
    const names = [...roles, target];
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(pathOf(name))] as const),
    );
    return { files: new Map(files) };
  } catch (error) {
    connection.signal?.throwIfAborted();
    const unreachable = fetcher.failure();
    return unreachable === undefined ? { refused: error } : { unreachable };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
