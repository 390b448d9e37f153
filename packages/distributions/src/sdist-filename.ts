/**
 * What the file name of an sdist says.
 *
 * Older sdists have dashes in their name and, rarely, in their version. Alone such a file name does
 * not tell where the version begins; the last dash before something that is a version is taken,
 * unless the name is known.
 *
 * @module
 */

import { normalizeName } from './name.ts';
import { assertPlainFilename, invalidFilename } from './plain-filename.ts';
import { parseVersion } from './version.ts';

/** The parts of an sdist's file name. */
export interface SdistFilename {
  readonly filename: string;
  readonly kind: 'sdist';
  /** Normalised by PEP 503. */
  readonly name: string;
  /** Canonical by PEP 440. */
  readonly version: string;
}

const suffix = '.tar.gz';

/**
 * Reads the file name of an sdist. With the project's `name`, in any spelling, `a-1-1.tar.gz` is
 * read as the version `1-1` of `a` instead of the version `1` of `a-1`.
 *
 * @throws DistributionError with code `FILENAME_INVALID`.
 */
export function parseSdistFilename(
  filename: string,
  options: { readonly name?: string } = {},
): SdistFilename {
  assertPlainFilename(filename);
  if (!filename.endsWith(suffix)) throw invalidFilename(filename, `does not end in \`${suffix}\``);
  const expected = options.name === undefined ? undefined : normalizeName(options.name);
  const stem = filename.slice(0, -suffix.length);
  for (let dash = stem.lastIndexOf('-'); dash > 0; dash = stem.lastIndexOf('-', dash - 1)) {
    const parts = readParts(stem.slice(0, dash), stem.slice(dash + 1));
    if (parts === undefined || (expected ?? parts.name) !== parts.name) continue;
    return { filename, kind: 'sdist', ...parts };
  }
  throw invalidFilename(
    filename,
    expected === undefined
      ? 'is not a name, a dash and a version'
      : `is not \`${expected}\`, a dash and a version`,
  );
}

function readParts(name: string, version: string): { name: string; version: string } | undefined {
  try {
    return { name: normalizeName(name), version: parseVersion(version).canonical };
  } catch {
    return undefined;
  }
}
