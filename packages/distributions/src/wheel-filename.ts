/**
 * What the file name of a wheel says.
 *
 * The rules are those of the binary distribution format as installers read it. Names from before
 * the rule that names are normalised are read as well: `Foo.Bar-1.0-py3-none-any.whl`.
 *
 * @module
 */

import { normalizeName } from './name.ts';
import { assertPlainFilename, invalidFilename } from './plain-filename.ts';
import { parseVersion } from './version.ts';

/** The parts of a wheel's file name. */
export interface WheelFilename {
  readonly filename: string;
  readonly kind: 'wheel';
  /** Normalised by PEP 503. */
  readonly name: string;
  /** Canonical by PEP 440. */
  readonly version: string;
  /** The build tag as it stands, such as `1` or `2local`. */
  readonly build?: string;
  /** Lower case, such as `['py2', 'py3']`. */
  readonly pythonTags: readonly string[];
  /** Lower case, such as `['abi3']`. */
  readonly abiTags: readonly string[];
  /** Lower case, such as `['manylinux2014_x86_64']`. */
  readonly platformTags: readonly string[];
}

/**
 * Reads the file name of a wheel.
 *
 * @throws DistributionError with code `FILENAME_INVALID`.
 */
export function parseWheelFilename(filename: string): WheelFilename {
  assertPlainFilename(filename);
  if (!filename.endsWith('.whl')) throw invalidFilename(filename, 'does not end in `.whl`');
  const { name, version, build, tags } = split(filename);
  // `__` stands for nothing: normalising makes one `_` of every run of separators.
  if (name.includes('__')) throw invalidFilename(filename, 'has a name with `__`');
  if (build !== undefined && !/^\d[A-Za-z0-9_.]*$/.test(build)) {
    throw invalidFilename(filename, 'has a build tag that does not begin with a digit');
  }
  const [pythonTags, abiTags, platformTags] = tags.map((set) => readTags(filename, set));
  try {
    return {
      filename,
      kind: 'wheel',
      name: normalizeName(name),
      version: parseVersion(version).canonical,
      ...(build !== undefined && { build }),
      pythonTags: pythonTags ?? [],
      abiTags: abiTags ?? [],
      platformTags: platformTags ?? [],
    };
  } catch (cause) {
    throw invalidFilename(filename, 'has no valid name and version', cause);
  }
}

function split(filename: string): {
  readonly name: string;
  readonly version: string;
  readonly build: string | undefined;
  readonly tags: readonly string[];
} {
  const parts = filename.slice(0, -'.whl'.length).split('-');
  if (parts.length !== 5 && parts.length !== 6) {
    throw invalidFilename(
      filename,
      `has ${parts.length} parts between dashes, expected 5 or, with a build tag, 6`,
    );
  }
  const [name = '', version = ''] = parts;
  return { name, version, build: parts.length === 6 ? parts[2] : undefined, tags: parts.slice(-3) };
}

function readTags(filename: string, set: string): readonly string[] {
  const tags = set.toLowerCase().split('.');
  if (tags.every((tag) => /^[a-z0-9_]+$/.test(tag))) return tags;
  throw invalidFilename(filename, `has the malformed tag set \`${set}\``);
}
