/**
 * Reads the core metadata out of a distribution.
 *
 * Nothing is unpacked and nothing of the project runs: one file is read inside the archive, and
 * what it says must agree with the name of the archive. An archive that another reader may read
 * differently is refused.
 *
 * @module
 */

import { basename } from 'node:path';
import { type ArchiveEntry, entryFlaws, segmentsOf } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import { findDistInfo } from './dist-info.ts';
import { parseDistributionFilename } from './distribution-filename.ts';
import { findingKinds } from './finding-kinds.ts';
import type { DistributionOptions } from './measure.ts';
import { assertAgreement, decodeMetadata } from './metadata-agreement.ts';
import type { CoreMetadata } from './metadata-fields.ts';
import { readMetadataFile } from './metadata-file.ts';
import { missingMetadata } from './missing-metadata.ts';
import { quote } from './quote.ts';
import { withRegularFile } from './regular-file.ts';
import { readSdist } from './sdist-contents.ts';
import type { WheelFilename } from './wheel-filename.ts';
import { readZip } from './zip-archive.ts';

/**
 * Reads `METADATA` of a wheel or `PKG-INFO` of an sdist.
 *
 * @throws DistributionError with code `FILENAME_INVALID`, `FILENAME_AMBIGUOUS`, `FILE_UNREADABLE`,
 * `ARCHIVE_INVALID`, `METADATA_MISSING` or `METADATA_INVALID`.
 */
export async function readCoreMetadata(
  path: string,
  options: DistributionOptions = {},
): Promise<CoreMetadata> {
  const { signal } = options;
  signal?.throwIfAborted();
  const expected = parseDistributionFilename(basename(path), options);
  const { filename } = expected;
  const metadata = await withRegularFile(path, async (file, { size }) => {
    const archive = { file, size, filename, signal };
    const bytes =
      expected.kind === 'wheel'
        ? await readWheelMetadata(archive, expected)
        : await readSdistMetadata(archive);
    return decodeMetadata(bytes);
  });
  assertAgreement(metadata, expected);
  return metadata;
}

async function readWheelMetadata(archive: ArchiveFile, expected: WheelFilename): Promise<Buffer> {
  const entries = await readZip(archive);
  assertUnpackable(entries);
  const folder = findDistInfo(
    entries.map(({ name }) => name),
    expected,
  );
  const path = `${folder}/METADATA`;
  const entry = entries.find(({ name, kind }) => name === path && kind === 'file');
  if (entry) return readMetadataFile('METADATA', archive, entry.content());
  throw missingMetadata(`${quote(archive.filename)} has no \`METADATA\` file`);
}

async function readSdistMetadata(archive: ArchiveFile): Promise<Buffer> {
  const { entries, metadata } = await readSdist(archive);
  assertUnpackable(entries);
  const filename = quote(archive.filename);
  const [top, another] = new Set(entries.flatMap(({ name }) => segmentsOf(name).slice(0, 1)));
  if (top !== undefined && another !== undefined) {
    const message = `${filename} has ${quote(another)} beside ${quote(top)}, expected one folder`;
    throw new ArchiveFlaw('ARCHIVE_INVALID', message);
  }
  if (metadata) return metadata;
  const path = `${top}/PKG-INFO`;
  const other = entries.find(({ name }) => segmentsOf(name).join('/') === path);
  throw missingMetadata(
    other
      ? `\`PKG-INFO\` of ${filename} is a ${other.kind}, expected a file`
      : `${filename} has no \`PKG-INFO\` file in its folder`,
  );
}

function assertUnpackable(entries: readonly ArchiveEntry[]): void {
  for (const { code, message } of entryFlaws(entries)) {
    if (findingKinds[code].severity === 'error') throw new ArchiveFlaw(code, message);
  }
}
