/**
 * Bytes in foreign JSON: base64 in its one spelling, and not empty.
 *
 * @module
 */

import * as z from 'zod/mini';
import { decodeBase64 } from './base64.ts';

/** Decodes them. */
export const Base64Bytes: z.ZodMiniType<Buffer, string> = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const bytes = decodeBase64(text);
    if (bytes !== undefined && bytes.length > 0) return bytes;
    context.issues.push({ code: 'custom', message: 'expected base64', input: text });
    return z.NEVER;
  }),
);
