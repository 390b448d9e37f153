/**
 * What the file name of an sdist says.
 *
 * Older sdists have dashes in their name and, rarely, in their version. Where the version could
 * begin at more than one dash, the file name alone does not tell; nothing is guessed then.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import { normalizeName } from './name.ts';
import { assertPlainFilename, invalidFilename } from './plain-filename.ts';
import { quote } from './quote.ts';
import { parseVersion, type Version } from './version.ts';

/** The parts of an sdist's file name. */
export interface SdistFilename {
  readonly filename: string;
  readonly kind: 'sdist';
  /** Normalised by PEP 503. */
  readonly name: string;
  /** Canonical by PEP 440. */
  readonly version: string;
}

/** What is known of a distribution before its file name is read, in any spelling. */
export interface KnownParts {
  readonly name?: string;
  readonly version?: string;
}

const suffixes = ['.tar.gz', '.zip'] as const;

/**
 * Reads the file name of an sdist, of today (`.tar.gz`) or of old (`.zip`).
 *
 * `a-1-1.tar.gz` may be the version `1-1` of `a` or the version `1` of `a-1`: it is read only with
 * the project's name or version. A file name of another name or version than what is known is
 * refused.
 *
 * @throws DistributionError with code `FILENAME_INVALID` or `FILENAME_AMBIGUOUS`.
 */
export function parseSdistFilename(filename: string, known: KnownParts = {}): SdistFilename {
  assertPlainFilename(filename);
  const readings = readingsOf(stemOf(filename));
  const name = known.name === undefined ? undefined : normalizeName(known.name);
  const version = known.version === undefined ? undefined : parseVersion(known.version);
  const fitting = readings.filter(
    (reading) =>
      (name ?? reading.name) === reading.name && (version?.equals(reading.version) ?? true),
  );
  const [reading, another] = fitting;
  if (another) throw ambiguous(filename, fitting);
  if (reading) {
    return { filename, kind: 'sdist', name: reading.name, version: reading.version.canonical };
  }
  const wanted = [
    name === undefined ? 'a name' : quote(name),
    version === undefined ? 'a version' : quote(version.canonical),
  ];
  throw invalidFilename(filename, `is not ${wanted.join(', a dash and ')}`);
}

/** Whether the top folder of an sdist is named after its file. */
export function isSdistFolder(
  folder: string,
  expected: { readonly name: string; readonly version: string },
): boolean {
  const wanted = parseVersion(expected.version);
  return readingsOf(folder).some(
    ({ name, version }) => name === expected.name && version.equals(wanted),
  );
}

interface Reading {
  readonly name: string;
  readonly version: Version;
}

function stemOf(filename: string): string {
  const suffix = suffixes.find((end) => filename.endsWith(end));
  if (suffix !== undefined) return filename.slice(0, -suffix.length);
  throw invalidFilename(filename, 'does not end in `.tar.gz` or `.zip`');
}

function readingsOf(stem: string): readonly Reading[] {
  const dashes = [...stem.matchAll(/-/g)].map(({ index }) => index);
  return dashes.flatMap((dash) => readParts(stem.slice(0, dash), stem.slice(dash + 1)));
}

function readParts(name: string, version: string): readonly Reading[] {
  try {
    return [{ name: normalizeName(name), version: parseVersion(version) }];
  } catch {
    return [];
  }
}

function ambiguous(filename: string, readings: readonly Reading[]): DistributionError {
  const shown = readings.map(
    ({ name, version }) => `the version ${quote(version.canonical)} of ${quote(name)}`,
  );
  return new DistributionError(`${quote(filename)} may be ${shown.join(' or ')}`, {
    code: 'FILENAME_AMBIGUOUS',
    hint: 'Say which project or version the file is of, or build it with a current build backend.',
  });
}
