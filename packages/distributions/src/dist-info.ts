/**
 * The `*.dist-info` folder of a wheel.
 *
 * A wheel has one at its top, named after its file. Vendored projects may have theirs deeper down;
 * those are not this wheel's.
 *
 * @module
 */

import { segmentsOf } from './archive-entries.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { DistributionError } from './errors.ts';
import { findingKinds } from './finding-kinds.ts';
import { missingMetadata } from './missing-metadata.ts';
import { normalizeName } from './name.ts';
import { quote } from './quote.ts';
import { parseVersion } from './version.ts';
import type { WheelFilename } from './wheel-filename.ts';

/**
 * Names the one folder among the names of a wheel's entries.
 *
 * @throws DistributionError with code `METADATA_MISSING`, `METADATA_INVALID` or `ARCHIVE_INVALID`.
 */
export function findDistInfo(names: Iterable<string>, expected: WheelFilename): string {
  const filename = quote(expected.filename);
  const paths = [...names].map((name) => segmentsOf(name));
  const folders = new Set(
    paths.flatMap(([top = '', ...rest]) =>
      /\.dist-info$/i.test(top) && rest.length > 0 ? [top] : [],
    ),
  );
  const [folder, another] = folders;
  if (folder === undefined) throw missingMetadata(`${filename} has no \`.dist-info\` folder`);
  if (another !== undefined) {
    const message = `${filename} has both ${quote(folder)} and ${quote(another)}`;
    throw new ArchiveFlaw('ARCHIVE_AMBIGUOUS', message);
  }
  if (isFolderOf(folder, expected)) return folder;
  throw new DistributionError(`the core metadata of ${filename} lies in ${quote(folder)}`, {
    code: 'METADATA_INVALID',
    hint: findingKinds.METADATA_MISMATCH.hint,
  });
}

function isFolderOf(folder: string, { name, version }: WheelFilename): boolean {
  const [, folderName = '', folderVersion = ''] = /^(.+)-([^-]+)\.dist-info$/.exec(folder) ?? [];
  try {
    return (
      normalizeName(folderName) === name &&
      parseVersion(folderVersion).equals(parseVersion(version))
    );
  } catch {
    return false;
  }
}
