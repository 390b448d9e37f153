/**
 * What GitLab tells of a file it stored.
 *
 * The answer to `select=package_file` is a raw record that no documentation describes: every field
 * may be missing, and more may come.
 *
 * @module
 */

import { z } from 'zod';

/** A file as GitLab stored it, as far as it tells. */
export interface StoredFile {
  readonly id?: number;
  readonly filename?: string;
  readonly size?: number;
  /** Computed by GitLab for generic files, claimed by the uploader for PyPI files. */
  readonly sha256?: string;
}

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/i)
  .toLowerCase();

/** Reads a stored file out of GitLab's record. */
export const StoredFileRecord: z.ZodType<StoredFile> = z
  .looseObject({
    id: z.number().nullish().catch(undefined),
    file_name: z.string().nullish().catch(undefined),
    size: z.number().nullish().catch(undefined),
    file_sha256: digest.nullish().catch(undefined),
  })
  .transform(({ id, file_name: filename, size, file_sha256: sha256 }) => ({
    ...(id != null && { id }),
    ...(filename != null && { filename }),
    ...(size != null && { size }),
    ...(sha256 != null && { sha256 }),
  }));
