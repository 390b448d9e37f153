/**
 * Base64 that decodes in one way only.
 *
 * Node skips what it does not know, so that many texts would stand for the same bytes; of a
 * signature there must be one.
 *
 * @module
 */

/** Decodes standard base64 with padding; `undefined` for everything else. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** Decodes base64url without padding; `undefined` for everything else. */
export function decodeBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
