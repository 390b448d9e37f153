/**
 * A URI in the only characters that a certificate may hold.
 *
 * Verifiers compare it character by character, so it is spelled exactly as Fulcio spells it.
 *
 * @module
 */

import { ClaimError } from './claim-template.ts';

const kept = /^[A-Za-z0-9\-_.~!$&'()*+,;=:@/[\]%]*$/;
const parts = /^(?<origin>https:\/\/[^/?#]*)(?<path>[^?#]*)(?<rest>.*)$/s;

/**
 * Percent-encodes what must be.
 *
 * @throws ClaimError when a percent sign is there that starts no percent-encoding.
 */
export function encodeSubjectUri(uri: string): string {
  const [wrong] = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(uri) ?? [];
  if (wrong !== undefined) throw new ClaimError(`parse "${uri}": invalid URL escape "${wrong}"`);
  const { origin = '', path = '', rest = '' } = parts.exec(uri)?.groups ?? {};
  return `${origin}${encodePath(path)}${rest.replaceAll(/[^\x21-\x7e]|["<>\\^`{|}]/gu, encodeURIComponent)}`;
}

/** Leaves a path alone if all of it may stay, and otherwise encodes more of it than it had to. */
function encodePath(path: string): string {
  if (kept.test(path)) return path;
  return encodeURIComponent(decodeURIComponent(path))
    .replaceAll(/%(?:24|26|2B|2C|2F|3A|3B|3D|40)/g, decodeURIComponent)
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
