/**
 * Inspects the contents of a wheel.
 *
 * Every file is read once, through its hash: what `RECORD` lists must be there, byte for byte, and
 * nothing else may be.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import type { ArchiveFile } from './archive-file.ts';
import { mostMetadataBytes, mostRecordBytes } from './archive-limits.ts';
import { findDistInfo } from './dist-info.ts';
import { DistributionError } from './errors.ts';
import type { Report } from './finding.ts';
import { type InspectedContents, reportEntries, reportFlaws } from './inspection-contents.ts';
import { readMetadataFile } from './metadata-file.ts';
import { quote } from './quote.ts';
import { parseRecord, type RecordLine } from './record.ts';
import { inspectWheelFile } from './wheel-file.ts';
import type { WheelFilename } from './wheel-filename.ts';
import { readZip, type ZipEntry } from './zip-archive.ts';

/** Inspects a wheel; answers what is in it as far as it can be read. */
export async function inspectWheel(
  archive: ArchiveFile,
  expected: WheelFilename,
  report: Report,
): Promise<InspectedContents | undefined> {
  const entries = await reportFlaws(report, async () => readZip(archive));
  if (!entries) return undefined;
  reportEntries(entries, report);
  for (const { name, kind } of entries) {
    if (kind !== 'link' && kind !== 'other') continue;
    report('ENTRY_KIND_UNSAFE', `the entry ${quote(name)} is no file but a ${kindNames[kind]}`);
  }
  const folder = folderOf(entries, expected, report);
  if (folder === undefined) return undefined;
  const files = entries.filter(({ kind }) => kind === 'file');
  const read = async (name: string, most: number) => {
    const entry = files.find((file) => file.name === `${folder}/${name}`);
    return (
      entry && reportFlaws(report, () => readMetadataFile(name, archive, entry.content(), most))
    );
  };
  const wheel = await read('WHEEL', mostMetadataBytes);
  if (wheel) inspectWheelFile(wheel.toString('utf8'), expected, report);
  else report('WHEEL_INVALID', `${quote(archive.filename)} has no readable \`WHEEL\` file`);
  const record = await read('RECORD', mostRecordBytes);
  if (!record)
    report('RECORD_INVALID', `${quote(archive.filename)} has no readable \`RECORD\` file`);
  await compareRecord(files, record?.toString('utf8'), folder, report);
  const metadata = await read('METADATA', mostMetadataBytes);
  return {
    ...(metadata && { metadata }),
    paths: new Set(files.map(({ name }) => name)),
    licenseFolder: `${folder}/licenses`,
  };
}

const kindNames = { link: 'link', other: 'device or pipe' } as const;

function folderOf(
  entries: readonly ZipEntry[],
  expected: WheelFilename,
  report: Report,
): string | undefined {
  try {
    return findDistInfo(
      entries.map(({ name }) => name),
      expected,
    );
  } catch (error) {
    if (!(error instanceof DistributionError)) throw error;
    const code =
      error.code === 'ARCHIVE_INVALID'
        ? 'ARCHIVE_AMBIGUOUS'
        : error.code === 'METADATA_MISSING'
          ? 'METADATA_MISSING'
          : 'METADATA_MISMATCH';
    report(code, error.message);
    return undefined;
  }
}

/** Reads every file; without `RECORD`, only to see that it is not damaged. */
async function compareRecord(
  files: readonly ZipEntry[],
  text: string | undefined,
  folder: string,
  report: Report,
): Promise<void> {
  const { lines, complaints } = parseRecord(text ?? '');
  for (const complaint of complaints) report('RECORD_INVALID', `\`RECORD\` ${complaint}`);
  const unlisted = new Set(['', '.jws', '.p7s'].map((suffix) => `${folder}/RECORD${suffix}`));
  const missing = new Set([...lines.keys()].filter((path) => !unlisted.has(path)));
  for (const entry of files) {
    missing.delete(entry.name);
    const line = lines.get(entry.name);
    await reportFlaws(report, async () => {
      const digest = await digestOf(entry, line?.algorithm ?? 'sha256');
      if (text === undefined || unlisted.has(entry.name)) return;
      compareLine(entry, line, digest, report);
    });
  }
  for (const path of missing) {
    report('RECORD_INCOMPLETE', `\`RECORD\` lists ${quote(path)}, which is not in the wheel`);
  }
}

async function digestOf(entry: ZipEntry, algorithm: string): Promise<Buffer> {
  const hash = createHash(algorithm);
  for await (const chunk of entry.content()) hash.update(chunk);
  return hash.digest();
}

function compareLine(
  { name, size }: ZipEntry,
  line: RecordLine | undefined,
  digest: Buffer,
  report: Report,
): void {
  if (!line) {
    report('RECORD_INCOMPLETE', `\`RECORD\` does not list ${quote(name)}`);
  } else if (!line.digest) {
    report('RECORD_INVALID', `\`RECORD\` has no hash for ${quote(name)}`);
  } else if (!line.digest.equals(digest)) {
    report('RECORD_MISMATCH', `${quote(name)} has another digest than \`RECORD\` says`);
  } else if (line.size !== undefined && line.size !== size) {
    report('RECORD_MISMATCH', `${quote(name)} has ${size} bytes, \`RECORD\` says ${line.size}`);
  }
}
