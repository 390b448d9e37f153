/**
 * Takes secrets out of text before anyone sees it.
 *
 * A token also travels encoded: as base64 inside a Basic header, percent-encoded inside a URL. All
 * of these are masked, at every alignment that base64 can give them.
 *
 * @module
 */

/** Replaces every secret in a text by `[MASKED]`. */
export type SecretMask = (text: string) => string;

/** Shorter values are words rather than secrets, and masking them would shred every message. */
const shortest = 8;

/** Builds a mask for the given secrets; absent and very short ones are left out. */
export function secretMask(secrets: Iterable<string | undefined>): SecretMask {
  const whole = [...secrets]
    .filter((secret) => secret !== undefined)
    .map((secret) => secret.trim())
    .filter((secret) => secret.length >= shortest);
  // Longest first: a secret that contains another one must not leave its rest behind.
  const spellings = [...new Set(whole.flatMap(spellingsOf))].toSorted(
    (left, right) => right.length - left.length,
  );
  return (text) =>
    spellings.reduce((masked, spelling) => masked.replaceAll(spelling, '[MASKED]'), text);
}

function spellingsOf(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    ...[0, 1, 2].flatMap((offset) => inBase64(secret, offset)),
  ];
}

/** What base64 makes of a secret that starts `offset` bytes into a group of three, wherever it ends. */
function inBase64(secret: string, offset: number): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const whole = Math.floor((bytes.length * 8) / 6);
  const first = Math.ceil((offset * 8) / 6);
  return (['base64', 'base64url'] as const).map((encoding) =>
    bytes.toString(encoding).slice(first, whole),
  );
}
