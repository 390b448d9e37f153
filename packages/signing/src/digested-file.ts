/**
 * A file as signing sees it: its name and its digest. The bytes stay where they are.
 *
 * @module
 */

/** A file that was measured; a distribution is one. */
export interface DigestedFile {
  readonly filename: string;
  /** SHA-256 of the file's bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** A file that need not be there. Without its name, nothing is said about the name. */
export type FileDigest = Pick<DigestedFile, 'sha256'> & Partial<DigestedFile>;

/** The digest of a file as 32 bytes. */
export function digestOf({ filename = 'the file', sha256 }: FileDigest): Buffer {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw new TypeError(`the digest of \`${filename}\` is not 64 lower-case hexadecimal digits`);
  }
  return Buffer.from(sha256, 'hex');
}
