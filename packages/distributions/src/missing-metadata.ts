/**
 * The refusal of an archive without core metadata.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import { findingKinds } from './finding-kinds.ts';

/** Says that an archive lacks its metadata file. */
export function missingMetadata(complaint: string): DistributionError {
  const { hint } = findingKinds.METADATA_MISSING;
  return new DistributionError(complaint, { code: 'METADATA_MISSING', hint });
}
