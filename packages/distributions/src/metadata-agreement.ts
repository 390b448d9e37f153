/**
 * Whether core metadata is that of the file it was found in.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import { findingKinds } from './finding-kinds.ts';
import { invalidMetadata } from './header-lines.ts';
import { type CoreMetadata, parseCoreMetadata } from './metadata-fields.ts';
import { normalizeName } from './name.ts';
import { quote } from './quote.ts';
import { parseVersion } from './version.ts';

/** What the file name says. */
interface Expected {
  readonly filename: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Reads the bytes of a `METADATA` or `PKG-INFO` file.
 *
 * @throws DistributionError with code `METADATA_INVALID`.
 */
export function decodeMetadata(bytes: Buffer): CoreMetadata {
  return parseCoreMetadata(decode(bytes));
}

/**
 * Throws unless name and version are those of the file name, in whatever spelling.
 *
 * @throws DistributionError with code `METADATA_INVALID`.
 */
export function assertAgreement(metadata: CoreMetadata, expected: Expected): void {
  const complaint = disagreement(metadata, expected);
  if (complaint === undefined) return;
  const { hint } = findingKinds.METADATA_MISMATCH;
  throw new DistributionError(complaint, { code: 'METADATA_INVALID', hint });
}

/**
 * Says where name and version are not those of the file name.
 *
 * @throws DistributionError with code `METADATA_INVALID` when they are no name and version at all.
 */
export function disagreement(metadata: CoreMetadata, expected: Expected): string | undefined {
  if (agrees(metadata, expected)) return undefined;
  return `the core metadata of ${quote(expected.filename)} is for ${quote(metadata.name)} ${quote(metadata.version)}`;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidMetadata('is not UTF-8', cause);
  }
}

function agrees(metadata: CoreMetadata, { name, version }: Expected): boolean {
  try {
    return (
      normalizeName(metadata.name) === name &&
      parseVersion(metadata.version).equals(parseVersion(version))
    );
  } catch (cause) {
    throw invalidMetadata('has a malformed name or version', cause);
  }
}
