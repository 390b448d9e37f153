/**
 * Reads the core metadata out of a distribution.
 *
 * Nothing is unpacked and nothing of the project runs: one file is read inside the archive, and
 * what it says must agree with the name of the archive.
 *
 * @module
 */

import { basename } from 'node:path';
import { parseDistributionFilename } from './distribution-filename.ts';
import { DistributionError } from './errors.ts';
import { invalidMetadata } from './header-lines.ts';
import type { ReadOptions } from './measure.ts';
import { type CoreMetadata, parseCoreMetadata } from './metadata-fields.ts';
import { normalizeName } from './name.ts';
import { quote } from './quote.ts';
import { withRegularFile } from './regular-file.ts';
import { readSdistMetadata } from './sdist-metadata.ts';
import { parseVersion } from './version.ts';
import { readWheelMetadata } from './wheel-metadata.ts';

/**
 * Reads `METADATA` of a wheel or `PKG-INFO` of an sdist.
 *
 * @throws DistributionError with code `FILENAME_INVALID`, `FILE_UNREADABLE`, `ARCHIVE_INVALID`,
 * `METADATA_MISSING` or `METADATA_INVALID`.
 */
export async function readCoreMetadata(
  path: string,
  { signal }: ReadOptions = {},
): Promise<CoreMetadata> {
  signal?.throwIfAborted();
  const expected = parseDistributionFilename(basename(path));
  const metadata = await withRegularFile(path, async (file) => {
    const bytes =
      expected.kind === 'wheel'
        ? await readWheelMetadata({ file, expected, signal })
        : await readSdistMetadata({ file, expected, signal });
    return parseCoreMetadata(decode(bytes));
  });
  assertAgreement(metadata, expected);
  return metadata;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidMetadata('is not UTF-8', cause);
  }
}

function assertAgreement(
  metadata: CoreMetadata,
  expected: { readonly filename: string; readonly name: string; readonly version: string },
): void {
  if (agrees(metadata, expected)) return;
  throw new DistributionError(
    `the core metadata of ${quote(expected.filename)} is for ${quote(metadata.name)} ${quote(metadata.version)}`,
    {
      code: 'METADATA_INVALID',
      hint: 'Build the distribution again and do not rename what the build backend wrote.',
    },
  );
}

function agrees(
  metadata: CoreMetadata,
  { name, version }: { readonly name: string; readonly version: string },
): boolean {
  try {
    return (
      normalizeName(metadata.name) === name &&
      parseVersion(metadata.version).equals(parseVersion(version))
    );
  } catch (cause) {
    throw invalidMetadata('has a malformed name or version', cause);
  }
}
