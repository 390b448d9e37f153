/**
 * One file into a registry, in a request that is never redirected, and repeated only when GitLab cannot
 * have seen it.
 *
 * @module
 */

import type { MeasuredFile } from '@wheelseal/distributions';
import { Readable } from 'node:stream';
import type { ApiConnection, CallOptions } from './connection.ts';
import { RegistryError } from './errors.ts';
import { withFileSource, type FileSource } from './file-source.ts';
import { withRequestId } from './request-id.ts';
import { discard, type Answer } from './response-body.ts';
import { withRetries } from './retries.ts';
import { send, type Call } from './transport.ts';

/** What stands around the file's bytes in the body. */
export interface Frame {
  readonly before: Buffer;
  readonly after: Buffer;
}

/** A call that carries a file. */
type UploadCall = Pick<Call, 'action' | 'method' | 'route' | 'url' | 'headers'>;

/** Streams a file and gives back GitLab's answer, which is a success. */
export async function upload(
  connection: ApiConnection,
  call: UploadCall,
  file: MeasuredFile,
  { signal, onProgress }: CallOptions = {},
  frame: Frame = { before: Buffer.alloc(0), after: Buffer.alloc(0) },
): Promise<Answer> {
  signal?.throwIfAborted();
  const attempt = async (): Promise<Answer> =>
    uploadOnce(connection, call, file, { signal, onProgress, frame });
  return withRetries(connection.retries, signal, attempt, 'unless seen');
}

interface UploadAttempt {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((bytes: number) => void) | undefined;
  readonly frame: Frame;
}

async function uploadOnce(
  connection: ApiConnection,
  call: UploadCall,
  file: MeasuredFile,
  { signal, onProgress, frame }: UploadAttempt,
): Promise<Answer> {
  return withFileSource(file, onProgress, async (source) => {
    const body = Readable.from(framed(source, frame), { objectMode: false });
    body.on('error', () => undefined);
    const size = frame.before.length + file.size + frame.after.length;
    const headers = { ...call.headers, 'content-length': String(size) };
    try {
      const transfer = { body, carriesFile: true, redirects: { follow: 'none' } } as const;
      const answer = await send(connection, { ...call, ...transfer, headers, signal });
      if (source.isComplete()) return answer;
      await discard(answer);
      throw withRequestId(connection, answer, tooEarly(call.action));
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
