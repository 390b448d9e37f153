/**
 * The multipart form of a distribution upload, its file streamed to the disk.
 *
 * @module
 */

import type { IncomingMessage } from 'node:http';

import busboy from 'busboy';
import type { Busboy } from 'busboy';

import { Refusal } from './answer.ts';
import { discardBytes, storeBytes } from './stored-bytes.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** The form of one upload. */
export interface UploadForm {
  /** Text fields by name. */
  readonly fields: ReadonlyMap<string, string>;
  /** File in the field `content`, under the name its part gives it. */
  readonly content?: { readonly fileName: string; readonly bytes: StoredBytes };
}

/**
 * Reads a form; of its file at most `limit` bytes are kept, in a new file of `directory`.
 *
 * @throws Refusal with 400 for a form that ends too early.
 */
export async function readUploadForm(
  request: IncomingMessage,
  directory: string,
  limit: number,
): Promise<UploadForm> {
  const form = openForm(request);
  if (form === undefined) return { fields: new Map() };
  const fields = new Map<string, string>();
  let fileName = '';
  let received: Promise<StoredBytes> | undefined;
  form.on('field', (name, value) => fields.set(name, value));
  form.on('file', (name, part, { filename }: { filename?: string }) => {
    if (name !== 'content' || received !== undefined || filename === undefined) {
      // Bytes without a file name are a text field to GitLab, whatever their type.
      fields.set(name, '');
      part.on('error', () => undefined).resume();
      return;
    }
    fileName = filename;
    received = storeBytes(part, directory, limit);
    // A full disk ends the form; without this the form would wait for its part for ever.
    received.catch((error: unknown) => form.destroy(asError(error)));
  });
  try {
    await feed(request, form);
    if (received === undefined) return { fields };
    return { fields, content: { fileName, bytes: await received } };
  } catch (error) {
    await received?.then(discardBytes, () => undefined);
    throw error;
  }
}

function openForm(request: IncomingMessage): Busboy | undefined {
  try {
    return busboy({ headers: request.headers, defParamCharset: 'utf8' });
  } catch {
    // Not a form at all: every field counts as missing.
    return undefined;
  }
}

/** Pipes by hand: `pipeline` would cut the connection of a client that is still to hear its refusal. */
function feed(request: IncomingMessage, form: Busboy): Promise<void> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => {
      if (!request.complete) form.destroy(new Error('the client went away'));
    };
    request.once('close', abandon);
    // More than one error can come; the first decides.
    form.on('error', (cause) => {
      request.unpipe(form);
      request.resume();
      reject(request.complete || !request.destroyed ? malformedForm(cause) : asError(cause));
    });
    form.once('close', resolve);
    request.pipe(form);
  });
}

function malformedForm(cause: unknown): Error {
  const isDisk = cause instanceof Error && 'syscall' in cause;
  return isDisk ? cause : new Refusal({ status: 400, text: 'Bad Request\n' });
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('the form could not be read');
}
