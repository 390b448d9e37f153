/**
 * Whether core metadata is new enough for a field.
 *
 * @module
 */

import { type CoreMetadata, newestMetadata } from './metadata-fields.ts';

/** Whether the metadata is of this minor version of version 2, or newer. */
export function isAtLeast({ metadataVersion }: CoreMetadata, minor: number): boolean {
  const [major = 0, found = 0] = metadataVersion.split('.').map(Number);
  return major > newestMetadata.major || (major === newestMetadata.major && found >= minor);
}
