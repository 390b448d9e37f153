/**
 * The requests of TUF, sent like all others: through the dispatcher that was given, with a limit for
 * every answer, and without following redirects.
 *
 * @module
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { delayBefore, withDefaults } from './patience.ts';
import { exchange, TransportError, type Answer, type Connection } from './transport.ts';

/** Fetches for TUF, and remembers why it could not. */
export interface RememberingFetcher extends Fetcher {
  /** Why the repository could not be reached; TUF itself loses the reason on the way. */
  readonly failure: () => TransportError | undefined;
}

/** Makes a fetcher. Does no I/O. */
export function createFetcher(connection: Connection): RememberingFetcher {
  let failure: TransportError | undefined;
  const downloadBytes = async (url: string, limit: number): Promise<Buffer> => {
    try {
      const { status, body } = await ask(new URL(url), limit, connection);
      if (status === 200) return body;
      // What TUF takes for "there is no newer one".
      if (status === 403 || status === 404) throw new DownloadHTTPError('not there', status);
      throw new TransportError('unreachable', `it answered ${status}`);
    } catch (error) {
      // A repository that answers without end is there, and is not what it must be.
      if (error instanceof TransportError && error.kind !== 'oversized') failure = error;
      throw error;
    }
  };
  return {
    failure: () => failure,
    downloadBytes,
    async downloadFile(url, limit, handler) {
      const bytes = await downloadBytes(url, limit);
      const folder = await mkdtemp(join(tmpdir(), 'wheelseal-tuf-'));
      try {
        const path = join(folder, 'target');
        await writeFile(path, bytes);
        return await handler(path);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

async function ask(url: URL, limit: number, connection: Connection): Promise<Answer> {
  const { budget, wait } = withDefaults(connection.patience);
  let spent = 0;
  for (let next = 2; ; next += 1) {
    const start = performance.now();
    const outcome = await attempt(url, limit, connection);
    spent += performance.now() - start;
    const isPassing =
      outcome instanceof TransportError
        ? outcome.kind === 'unconnected' || outcome.kind === 'interrupted'
        : outcome.status === 429 || outcome.status >= 500;
    const asked = outcome instanceof TransportError ? undefined : outcome.retryAfter;
    const delay = isPassing ? delayBefore(next, { asked, spent, budget }) : undefined;
    if (delay === undefined) {
      if (outcome instanceof TransportError) throw outcome;
      return outcome;
    }
    await wait(delay, connection.signal);
    spent += delay;
  }
}

async function attempt(
  url: URL,
  limit: number,
  connection: Connection,
): Promise<Answer | TransportError> {
  try {
    return await exchange({ ...connection, url, limit, method: 'GET', accept: '*/*' });
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}
