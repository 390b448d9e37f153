/**
 * How much of an archive is read before it is refused.
 *
 * The largest wheels there are have some ten thousand files; a long description is tens of
 * kilobytes. The limits are far above both and far below what hurts.
 *
 * @module
 */

import { DistributionError } from './errors.ts';

/** Files and folders in one archive. */
export const mostEntries = 200_000;

/** Bytes of one metadata file. */
export const mostMetadataBytes = 8_388_608;

/** Bytes of a whole sdist once it is decompressed. */
export const mostArchiveBytes = 4_294_967_296;

/** Says why an archive is refused. */
export function invalidArchive(complaint: string, cause?: unknown): DistributionError {
  return new DistributionError(complaint, {
    code: 'ARCHIVE_INVALID',
    hint: 'Build the distribution again, or download it again if it came from a registry.',
    ...(cause !== undefined && { cause }),
  });
}

/** Says that an archive lacks its metadata file. */
export function missingMetadata(complaint: string): DistributionError {
  return new DistributionError(complaint, {
    code: 'METADATA_MISSING',
    hint: 'Build the distribution with a build backend instead of packing it by hand.',
  });
}
