/**
 * One file into a registry, in one request that is never repeated and never redirected.
 *
 * @module
 */

import type { MeasuredFile } from '@wheelseal/distributions';
import { Readable } from 'node:stream';
import type { CallOptions, GitLabConnection } from './connection.ts';
import { RegistryError } from './errors.ts';
import { withFileSource, type FileSource } from './file-source.ts';
import { discard, type Answer } from './response-body.ts';
import { send, type Call } from './transport.ts';

/** What stands around the file's bytes in the body. */
export interface Frame {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Streams a file and gives back GitLab's answer, which is a success. */
export async function upload(
  connection: GitLabConnection,
  call: Pick<Call, 'action' | 'method' | 'route' | 'url' | 'headers'>,
  file: MeasuredFile,
  { signal, onProgress }: CallOptions = {},
  frame: Frame = { before: Buffer.alloc(0), after: Buffer.alloc(0) },
): Promise<Answer> {
  signal?.throwIfAborted();
  return withFileSource(file, onProgress, async (source) => {
    const body = Readable.from(framed(source, frame), { objectMode: false });
    body.on('error', () => undefined);
    const size = frame.before.length + file.size + frame.after.length;
    const headers = { ...call.headers, 'content-length': String(size) };
    try {
      const redirects = { follow: 'none' } as const;
      const answer = await send(connection, { ...call, headers, body, signal, redirects });
      if (source.isComplete()) return answer;
      await discard(answer);
      throw tooEarly(call.action);
    } catch (error) {
      signal?.throwIfAborted();
      throw source.failure() ?? error;
    } finally {
      body.destroy();
    }
  });
}

async function* framed(
  { chunks }: FileSource,
  { before, after }: Frame,
): AsyncGenerator<Buffer, void, void> {
  if (before.length > 0) yield before;
  yield* chunks;
  if (after.length > 0) yield after;
}

function tooEarly(action: string): RegistryError {
  return new RegistryError(`cannot ${action}: a success was answered before the file was sent`, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'Check the API URL, and the proxies on the way to it.',
  });
}
