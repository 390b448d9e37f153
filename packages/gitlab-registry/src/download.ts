/**
 * One file out of a registry, into a new file on disk or, when it is small, into memory.
 *
 * @module
 */

import type { MeasuredFile } from '@wheelseal/distributions';
import { createHash } from 'node:crypto';
import type { ApiConnection, DownloadOptions } from './connection.ts';
import { RegistryError } from './errors.ts';
import { intoNewFile } from './file-target.ts';
import {
  chunksOf,
  discard,
  headerOf,
  mediaTypeOf,
  readBytes,
  type Answer,
} from './response-body.ts';
import { namingRequest, withRequestId } from './request-id.ts';
import { withRetries } from './retries.ts';
import { send, type Call } from './transport.ts';

/** A call for the bytes of a file. */
export type FileCall = Pick<Call, 'action' | 'route' | 'url' | 'carriesFile'>;

/** As much as GitLab takes unless an administrator allows more. */
const largestFile = 5 * 1024 ** 3;
const largestInMemory = 1024 ** 2;

/** Downloads to a new file. */
export async function download(
  connection: ApiConnection,
  call: FileCall,
  path: string,
  { signal, onProgress, limit = largestFile }: DownloadOptions = {},
): Promise<MeasuredFile> {
  signal?.throwIfAborted();
  return intoNewFile(path, async (write) =>
    withRetries(connection.retries, signal, async () => {
      const answer = await fileAnswer(connection, { ...call, carriesFile: true }, signal);
      return namingRequest(connection, answer, async () => {
        const measured = await write(chunksOf(answer, limit, call.action, signal), onProgress);
        assertChecksum(answer, call.action, measured.sha256);
        return measured;
      });
    }),
  );
}

/** Reads a small file into memory. */
export async function read(
  connection: ApiConnection,
  call: FileCall,
  options: DownloadOptions = {},
): Promise<Buffer> {
  const { signal, limit = largestInMemory } = options;
  return withRetries(connection.retries, signal, async () => {
    const answer = await fileAnswer(connection, call, signal);
    return namingRequest(connection, answer, async () => {
      const bytes = await readBytes(answer, limit, call.action, options);
      assertChecksum(answer, call.action, createHash('sha256').update(bytes).digest('hex'));
      return bytes;
    });
  });
}

async function fileAnswer(
  connection: ApiConnection,
  call: FileCall,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const redirects = { follow: 'any' } as const;
  const answer = await send(connection, { ...call, method: 'GET', signal, redirects });
  const attached = headerOf(answer, 'content-disposition')?.toLowerCase().startsWith('attachment');
  const isPage = /^(text\/html|application\/xhtml\+xml)$/.test(mediaTypeOf(answer));
  if (answer.status === 200 && (attached || !isPage)) return answer;
  await discard(answer);
  throw withRequestId(
    connection,
    answer,
    new RegistryError(
      `cannot ${call.action}: expected the bytes of a file, found ${answer.status} \`${mediaTypeOf(answer)}\``,
      {
        code: 'REGISTRY_UNEXPECTED_RESPONSE',
        hint: 'Check the API URL: no login page or proxy may answer in its place.',
      },
    ),
  );
}

/** GitLab computes this one itself when a generic file arrives, unlike the digests of the PyPI registry. */
function assertChecksum(answer: Answer, action: string, sha256: string): void {
  const expected = headerOf(answer, 'x-checksum-sha256')?.trim().toLowerCase();
  if (expected === undefined || expected === '' || expected === sha256) return;
  throw new RegistryError(
    `cannot ${action}: the bytes have the digest \`${sha256}\`, GitLab stored \`${expected}\``,
    { code: 'REGISTRY_DIGEST_MISMATCH', hint: 'Try again, and compare the file with its signer.' },
  );
}
