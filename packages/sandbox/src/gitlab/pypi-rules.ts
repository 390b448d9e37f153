/**
 * What GitLab demands of a distribution's name, version and digest, and where it cuts the rest.
 *
 * Deliberately no stricter than GitLab: neither file name nor digest is compared with the bytes.
 *
 * @module
 */

const name = /^@?(?:[\w\-.+]*\/)*[\w\-.]+@?(?:[\w\-.+]*\/)*[\w\-.]*$/u;

const version = new RegExp(
  [
    '^v?',
    '(?:[0-9]+!)?',
    '[0-9]+(?:\\.[0-9]+)*',
    '(?:[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?:[0-9]+)?)?',
    '(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?(?:[0-9]+)?)?',
    '(?:[-_.]?dev[-_.]?(?:[0-9]+)?)?',
    '(?:\\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?$',
  ].join(''),
  'iu',
);

const digest = /^[0-9a-f]{64}$/iu;

/** Core metadata fields that GitLab keeps, with the number of characters it keeps of each. */
const lengths: Readonly<Record<string, number>> = {
  requires_python: 255,
  keywords: 1024,
  metadata_version: 16,
  author_email: 2048,
  summary: 255,
  description: 4000,
  description_content_type: 128,
};

/** Lists what is wrong with a package, in the words of the validation. */
export function packageComplaints(packageName: string, packageVersion: string): readonly string[] {
  return [
    ...(name.test(packageName) ? [] : ['Name is invalid']),
    ...(version.test(packageVersion) ? [] : ['Version is invalid']),
  ];
}

/** Tells whether a claimed digest has the form of a SHA-256; nobody asks whether it is true. */
export function isDigest(text: string): boolean {
  return digest.test(text);
}

/** Keeps the metadata GitLab keeps; what is too long ends in three dots. */
export function keptMetadata(fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(lengths).flatMap(([field, length]) => {
      const value = fields.get(field);
      return value === undefined ? [] : [[field, truncated(value, length)] as const];
    }),
  );
}

/** The spelling that simple pages are found by. */
export function normalizedName(text: string): string {
  return text.replaceAll(/[-_.]+/gu, '-').toLowerCase();
}

function truncated(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 3).join('')}...`;
}
