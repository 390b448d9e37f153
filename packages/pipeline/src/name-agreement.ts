/**
 * Whether a distribution is the one that its file name says.
 *
 * A signature is over the bytes of a file and not over its name. Without this check, the signed
 * wheel of one version could be passed off as another version, or as another project of the signer.
 *
 * @module
 */

import { readCoreMetadata } from '@wheelseal/distributions';

/**
 * Throws unless the core metadata inside a distribution has the name and the version of its file
 * name.
 *
 * @throws DistributionError with code `METADATA_INVALID`, or another one when the archive cannot be
 * read.
 */
export async function assertNamedAsInside(
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  await readCoreMetadata(path, signal && { signal });
}
