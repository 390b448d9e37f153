/**
 * The file name of a distribution of either kind.
 *
 * @module
 */

import { assertPlainFilename, invalidFilename } from './plain-filename.ts';
import { parseSdistFilename, type SdistFilename } from './sdist-filename.ts';
import { parseWheelFilename, type WheelFilename } from './wheel-filename.ts';

/** The two shapes a Python release is shipped in. */
export type DistributionKind = 'wheel' | 'sdist';

/**
 * Reads the file name of a wheel or an sdist, told apart by the suffix.
 *
 * @throws DistributionError with code `FILENAME_INVALID`.
 */
export function parseDistributionFilename(filename: string): WheelFilename | SdistFilename {
  if (filename.endsWith('.whl')) return parseWheelFilename(filename);
  if (filename.endsWith('.tar.gz')) return parseSdistFilename(filename);
  assertPlainFilename(filename);
  throw invalidFilename(filename, 'is neither a wheel (`.whl`) nor an sdist (`.tar.gz`)');
}
