/**
 * The path of a URL as Fulcio writes it into a certificate.
 *
 * Fulcio parses the text as a URL and prints it again, with the rules of Go: a path that is spelled
 * validly stays as it is, any other is escaped byte by byte.
 *
 * @module
 */

import { VerificationError } from './errors.ts';

const valid = /^[\w\-.~!$&'()*+,;=:@[\]/%#]*$/;
const kept = /[\w\-.~$&+,/:;=@]/;

/** Escapes a path the way Go does; `undefined` where it has no one spelling. */
export function goPath(path: string): string | undefined {
  if (valid.test(path)) return path;
  if (/[%#?]/.test(path)) return undefined;
  return [...Buffer.from(path)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (kept.test(character)) return character;
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/**
 * Escapes a path the way Go does.
 *
 * @throws VerificationError with code `POLICY_INVALID` where it has no one spelling.
 */
export function escapedPath(path: string): string {
  const escaped = goPath(path);
  if (escaped !== undefined) return escaped;
  throw new VerificationError(`\`${path}\` mixes characters that have no one spelling in a URL`, {
    code: 'POLICY_INVALID',
    hint: 'Give the identity of the certificate as it is with `--certificate-identity`.',
  });
}
