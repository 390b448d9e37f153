/**
 * The file name of a distribution of either kind.
 *
 * @module
 */

import { normalizeName } from './name.ts';
import { assertPlainFilename, invalidFilename } from './plain-filename.ts';
import { type KnownParts, parseSdistFilename, type SdistFilename } from './sdist-filename.ts';
import { parseVersion } from './version.ts';
import { parseWheelFilename, type WheelFilename } from './wheel-filename.ts';

/** The two shapes a Python release is shipped in. */
export type DistributionKind = 'wheel' | 'sdist';

/**
 * Reads the file name of a wheel or an sdist, told apart by the suffix. What is `known` settles how
 * the name of an old sdist is read, and must hold for a wheel as well.
 *
 * @throws DistributionError with code `FILENAME_INVALID` or `FILENAME_AMBIGUOUS`.
 */
export function parseDistributionFilename(
  filename: string,
  known: KnownParts = {},
): WheelFilename | SdistFilename {
  if (filename.endsWith('.whl')) return asKnown(parseWheelFilename(filename), known);
  if (/\.(?:tar\.gz|zip)$/.test(filename)) return parseSdistFilename(filename, known);
  assertPlainFilename(filename);
  throw invalidFilename(
    filename,
    'is neither a wheel (`.whl`) nor an sdist (`.tar.gz`, of old `.zip`)',
  );
}

function asKnown(wheel: WheelFilename, { name, version }: KnownParts): WheelFilename {
  if (name !== undefined && normalizeName(name) !== wheel.name) {
    throw invalidFilename(
      wheel.filename,
      `is of \`${wheel.name}\`, expected \`${normalizeName(name)}\``,
    );
  }
  if (version !== undefined && !parseVersion(version).equals(parseVersion(wheel.version))) {
    throw invalidFilename(
      wheel.filename,
      `is version \`${wheel.version}\`, expected \`${parseVersion(version).canonical}\``,
    );
  }
  return wheel;
}
