/**
 * What may be wrong with the entries of an archive, whichever kind of archive it is.
 *
 * Nothing is unpacked here. Whoever unpacks it later must get the files that were looked at, in the
 * folder they chose, on any system.
 *
 * @module
 */

import type { ArchiveFlawCode } from './archive-flaw.ts';
import { quote } from './quote.ts';

/** One file, folder or other thing in an archive. */
export interface ArchiveEntry {
  /** As the archive spells it. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** One flaw of the entries. */
export interface EntryFlaw {
  readonly code: ArchiveFlawCode;
  readonly message: string;
}

const longestPath = 1024;
const longestSegment = 255;
const deepest = 64;

/** The folders and the file that a name leads through; spellings of one path give the same. */
export function segmentsOf(name: string): readonly string[] {
  return name.split('/').filter((segment) => segment !== '' && segment !== '.');
}

/** Says why a name must not be unpacked. */
function pathComplaint(name: string): string | undefined {
  const segments = segmentsOf(name);
  if (/^(?:\/|[A-Za-z]:)/.test(name) || segments.includes('..'))
    return 'leads outside of its folder';
  if (name.includes('\\')) return 'has a backslash, which separates folders on Windows';
  if (/\p{Cc}/u.test(name)) return 'has a control character';
  if (name.includes('\uFFFD')) return 'is not UTF-8';
  if (segments.length > deepest) return `is more than ${deepest} folders deep`;
  if (Buffer.byteLength(name) > longestPath) return `is longer than ${longestPath} bytes`;
  if (segments.some((segment) => Buffer.byteLength(segment) > longestSegment)) {
    return `has a part of more than ${longestSegment} bytes`;
  }
  return undefined;
}

/** Finds unsafe names, names that occur twice, and names that some disks take for one. */
export function* entryFlaws(entries: Iterable<ArchiveEntry>): Generator<EntryFlaw, void, void> {
  const seen = new Map<string, ArchiveEntry['kind']>();
  const folded = new Map<string, string>();
  for (const { name, kind } of entries) {
    const complaint = pathComplaint(name);
    if (complaint !== undefined) {
      yield { code: 'ENTRY_PATH_UNSAFE', message: `the entry ${quote(name)} ${complaint}` };
      continue;
    }
    const path = segmentsOf(name).join('/');
    const before = seen.get(path);
    if (before !== undefined && !(before === 'folder' && kind === 'folder')) {
      yield { code: 'ENTRY_DUPLICATE', message: `the archive has ${quote(path)} twice` };
    }
    seen.set(path, kind);
    yield* collision(path, folded);
  }
  yield* filesAsFolders(seen);
}

function* collision(path: string, folded: Map<string, string>): Generator<EntryFlaw, void, void> {
  const fold = path.normalize('NFC').toLowerCase().normalize('NFC');
  const other = folded.get(fold);
  if (other === undefined) folded.set(fold, path);
  if (other === undefined || other === path) return;
  const message = `${quote(other)} and ${quote(path)} are one file on some disks`;
  // Which of two metadata files is read must not depend on the disk.
  const isMetadata = /(?:^|\/)(?:pkg-info|[^/]+\.dist-info(?:\/.*)?)$/.test(fold);
  yield { code: isMetadata ? 'ENTRY_DUPLICATE' : 'ENTRY_COLLISION', message };
}

function* filesAsFolders(
  seen: ReadonlyMap<string, ArchiveEntry['kind']>,
): Generator<EntryFlaw, void, void> {
  const folders = new Set<string>();
  for (const path of seen.keys()) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
      const kind = seen.get(folder);
      if (kind === undefined || kind === 'folder') continue;
      const message = `${quote(folder)} is both a ${kind === 'file' ? 'file' : 'link'} and a folder`;
      yield { code: 'ENTRY_DUPLICATE', message };
    }
  }
}
