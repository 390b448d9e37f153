/**
 * The spellings of a version that a policy may know.
 *
 * @module
 */

import { isSameVersion } from './release.ts';

/** Those of the spellings that mean the version, and the version itself. */
export function spellingsOf(
  version: string,
  spellings: readonly (string | undefined)[],
): readonly string[] {
  const same = spellings.flatMap((one) => (one !== undefined && means(one, version) ? [one] : []));
  return [...new Set([version, ...same])];
}

function means(spelling: string, version: string): boolean {
  try {
    return isSameVersion(spelling, version);
  } catch {
    return false;
  }
}
