/**
 * What an inspection found inside an archive.
 *
 * @module
 */

import { type ArchiveEntry, entryFlaws } from './archive-entries.ts';
import { ArchiveFlaw } from './archive-flaw.ts';
import type { Report } from './finding.ts';

/** What the checks of the metadata need to know of the archive. */
export interface InspectedContents {
  /** The bytes of `METADATA` or `PKG-INFO`. */
  readonly metadata?: Buffer;
  /** The paths of all files. */
  readonly paths: ReadonlySet<string>;
  /** The folder in which `License-File` names its files. */
  readonly licenseFolder: string;
}

/** Takes down what is wrong with the entries. */
export function reportEntries(entries: Iterable<ArchiveEntry>, report: Report): void {
  for (const { code, message } of entryFlaws(entries)) report(code, message);
}

/** Goes on after a flaw of the archive, which is taken down. */
export async function reportFlaws<T>(
  report: Report,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ArchiveFlaw)) throw error;
    report(error.finding, error.message);
    return undefined;
  }
}
