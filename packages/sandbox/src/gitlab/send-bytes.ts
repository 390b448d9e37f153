/**
 * Sends a stored file, whole or in part.
 *
 * Installers ask for the end of a wheel first, to read its metadata without the rest.
 *
 * @module
 */

import { createReadStream } from 'node:fs';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

import type { StoredBytes } from './stored-bytes.ts';

/** Streams a file as the answer to `request`. */
export async function sendStored(
  request: IncomingMessage,
  response: ServerResponse,
  { path, size }: Pick<StoredBytes, 'path' | 'size'>,
  headers: OutgoingHttpHeaders,
): Promise<void> {
  const range = requestedRange(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(range !== undefined && { 'content-range': `bytes ${start}-${end}/${size}` }),
    ...headers,
  });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(path, { start, end }), response);
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

function requestedRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  // Several ranges at once are answered with everything, as the standard permits.
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/u.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? 'unsatisfiable' : { start, end };
}
