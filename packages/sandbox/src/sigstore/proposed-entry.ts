/**
 * The kinds of entries that Rekor 1 takes.
 *
 * @module
 */

import { textField } from '../json-field.ts';
import { readCanonicalDsseEntry, readDsseEntry } from './dsse-entry.ts';
import { readHashedRekord } from './hashed-rekord.ts';
import { readInTotoEntry } from './in-toto-entry.ts';
import { EntryError } from './logged-entry.ts';
import type { LoggedEntry } from './logged-entry.ts';

type Reader = (proposed: unknown) => LoggedEntry;

const readers: Readonly<Record<string, { readonly version: string; readonly read: Reader }>> = {
  hashedrekord: { version: '0.0.1', read: readHashedRekord },
  dsse: { version: '0.0.1', read: readDsseEntry },
  intoto: { version: '0.0.2', read: readInTotoEntry },
};

/**
 * Checks a proposed entry, its signatures included, and brings it into its canonical form.
 *
 * @throws EntryError when the log does not take it.
 */
export function readProposedEntry(proposed: unknown): LoggedEntry {
  const kind = textField(proposed, 'kind');
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (reader === undefined) throw new EntryError(`invalid kind value: "${kind}"`);
  const version = textField(proposed, 'apiVersion');
  if (version === reader.version) return reader.read(proposed);
  throw new EntryError(`could not find entry type implementation for version ${version}`);
}

/** Like {@link readProposedEntry}, for an entry to look for, which may be in the canonical form. */
export function readSoughtEntry(entry: unknown): LoggedEntry {
  const canonical = textField(entry, 'kind') === 'dsse' ? readCanonicalDsseEntry(entry) : undefined;
  return canonical ?? readProposedEntry(entry);
}
