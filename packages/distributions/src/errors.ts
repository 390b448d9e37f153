/**
 * What can be wrong with a distribution, its name or its version.
 *
 * @module
 */

import { CodedError } from '@wheelseal/errors';

/** Every code a {@link DistributionError} can carry. */
export type DistributionErrorCode =
  /** Not a name a Python project can have. */
  | 'NAME_INVALID'
  /** Not a version as PEP 440 describes it. */
  | 'VERSION_INVALID'
  /** Not the file name of a wheel or an sdist. */
  | 'FILENAME_INVALID'
  /** The file name of an sdist that does not tell where its version begins. */
  | 'FILENAME_AMBIGUOUS'
  /** The file or folder is absent, not readable, or of another kind. */
  | 'FILE_UNREADABLE'
  /** The file no longer has the bytes that were measured. */
  | 'DISTRIBUTION_CHANGED'
  /** Not an archive, damaged, or beyond the limits. */
  | 'ARCHIVE_INVALID'
  /** The archive has no core metadata where it belongs. */
  | 'METADATA_MISSING'
  /** The core metadata is malformed or contradicts the file name. */
  | 'METADATA_INVALID';

/** A file is not the distribution it should be. */
export class DistributionError extends CodedError<DistributionErrorCode> {}
