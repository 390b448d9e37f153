/**
 * Foreign JSON, in the shape a schema gives it.
 *
 * @module
 */

import type { z } from 'zod';
import type { CallOptions } from './connection.ts';
import { RegistryError } from './errors.ts';
import { mediaTypeOf, readBytes, type Answer } from './response-body.ts';

/** Reads an answer as JSON of a known shape, 8 MiB of it at most. */
export async function readJson<T>(
  answer: Answer,
  schema: z.ZodType<T>,
  action: string,
  options: CallOptions,
): Promise<T> {
  const body = await readBytes(answer, 8 * 1024 * 1024, action, options);
  const mediaType = mediaTypeOf(answer) || 'no content type';
  return parseJson(body.toString(), schema, { action, mediaType });
}

/** Where a text comes from, for the message when it is not what it should be. */
interface JsonOrigin {
  readonly action: string;
  readonly mediaType: string;
}

/** Parses text as JSON of a known shape. */
export function parseJson<T>(text: string, schema: z.ZodType<T>, origin: JsonOrigin): T {
  const result = schema.safeParse(valueOf(text, origin));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unexpected(origin, `its JSON differs at \`${issue?.path.join('.') ?? ''}\``);
}

// The parser's own error quotes the text, which may be anything: it is not passed on.
function valueOf(text: string, origin: JsonOrigin): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unexpected(origin, `it is \`${origin.mediaType}\` and not JSON`);
  }
}

function unexpected({ action }: JsonOrigin, difference: string): RegistryError {
  return new RegistryError(
    `cannot ${action}: the answer is not what the API describes, ${difference}`,
    {
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: 'Check the API URL: it ends in `/api/v4`, and no login page or proxy may answer in its place.',
    },
  );
}
