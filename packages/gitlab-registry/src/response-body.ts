/**
 * Bodies of answers, none of them read further than its limit.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import type { CallOptions } from './connection.ts';
import { RegistryError } from './errors.ts';

/** A body as undici gives it. */
type ResponseBody = Dispatcher.ResponseData['body'];

/** One answer of a server. */
export interface Answer {
  readonly url: URL;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: ResponseBody;
}

/** A header's first value. */
export function headerOf({ headers }: Pick<Answer, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/** The media type, in lower case and without parameters; empty when there is none. */
export function mediaTypeOf(answer: Pick<Answer, 'headers'>): string {
  const [mediaType = ''] = (headerOf(answer, 'content-type') ?? '').split(';');
  return mediaType.trim().toLowerCase();
}

/**
 * Yields the chunks of a body.
 *
 * @throws RegistryError with code `REGISTRY_UNEXPECTED_RESPONSE` past the limit, `REGISTRY_UNREACHABLE`
 *   when the connection breaks.
 */
export async function* chunksOf(
  answer: Answer,
  limit: number,
  action: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, void> {
  let size = Number(headerOf(answer, 'content-length') ?? 0);
  if (size > limit) throw tooLong(answer, limit, action);
  size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLong(answer, limit, action);
      yield chunk;
    }
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof RegistryError) throw cause;
    throw new RegistryError(`cannot ${action}: the connection broke after ${size} bytes`, {
      code: 'REGISTRY_UNREACHABLE',
      hint: 'Try again.',
      cause,
    });
  }
}

/** Reads a body whole, and reports its progress. */
export async function readBytes(
  answer: Answer,
  limit: number,
  action: string,
  { signal, onProgress }: CallOptions = {},
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunksOf(answer, limit, action, signal)) {
    chunks.push(chunk);
    size += chunk.length;
    onProgress?.(size);
  }
  return Buffer.concat(chunks);
}

/** Reads away what is left of a body nobody needs, so that the connection can be used again. */
export async function discard({ body }: Pick<Answer, 'body'>): Promise<void> {
  await body.dump({ limit: 64 * 1024 }).catch(() => undefined);
}

function tooLong({ body }: Answer, limit: number, action: string): RegistryError {
  body.on('error', () => undefined).destroy();
  return new RegistryError(`cannot ${action}: the answer is longer than ${limit} bytes`, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'Raise the limit if the file is really that large.',
  });
}
