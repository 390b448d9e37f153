/**
 * The metadata that GitLab cuts short without saying so.
 *
 * The upload succeeds all the same, so that nobody learns of it but from whoever counts beforehand.
 *
 * @module
 */

/** A metadata field that is longer than GitLab keeps. */
export interface TruncatedField {
  /** As the upload names it, such as `requires_python`. */
  readonly field: string;
  /** Characters that GitLab keeps, its three dots at the end included. */
  readonly kept: number;
  /** Characters the field has. */
  readonly length: number;
}

/** What GitLab reads of the metadata, and the number of characters it keeps of each. */
const longest = {
  requires_python: 255,
  keywords: 1024,
  metadata_version: 16,
  author_email: 2048,
  summary: 255,
  description: 4000,
  description_content_type: 128,
} as const;

/** Finds the fields that GitLab will cut short. */
export function truncatedFields(fields: ReadonlyMap<string, string>): readonly TruncatedField[] {
  return Object.entries(longest).flatMap(([field, kept]) => {
    const length = Array.from(fields.get(field) ?? '').length;
    return length > kept ? [{ field, kept, length }] : [];
  });
}

/** Says what becomes of a field, in one sentence. */
export function truncationWarning({ field, kept, length }: TruncatedField): string {
  const cut = `GitLab keeps ${kept} of the ${length} characters of \`${field}\``;
  return field === 'requires_python' ? `${cut}, and pip cannot read what is left` : cut;
}
