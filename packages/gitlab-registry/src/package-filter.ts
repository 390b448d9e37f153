/**
 * Finding packages by name, exactly.
 *
 * GitLab's own filter is a search: it takes the words of the query for parts of names, so it also finds
 * `demo-tools` for `demo` and, for `my-demo`, misses the same project stored as `My_Demo`. It is asked
 * for one word that every spelling has, and its answer is looked through again.
 *
 * @module
 */

import { genericVersion } from './generic-version.ts';
import { normalized } from './normalized.ts';

/** Which packages to list. */
export interface PackageFilter {
  /** For PyPI packages any spelling of the name will do; for others it is compared as it is. */
  readonly name?: string;
  /** Compared as it is: `1.0` is not `1.0.0`. With the type `generic`, an epoch as {@link genericVersion} has it. */
  readonly version?: string;
  readonly type?: 'pypi' | 'generic';
}

/** What GitLab's query can narrow down without losing a match. */
export function queryOf(filter: PackageFilter): Readonly<Record<string, string>> {
  const { name, type } = filter;
  const version = storedVersion(filter);
  const word = name === undefined ? undefined : longestWord(name);
  return {
    ...(word !== undefined && { package_name: word }),
    ...(version !== undefined && { package_version: version }),
    ...(type !== undefined && { package_type: type }),
  };
}

/** Whether a package is one that was asked for. */
export function isMatch(
  found: { readonly name: string; readonly version?: string; readonly type: string },
  filter: PackageFilter,
): boolean {
  const { name, type } = filter;
  const version = storedVersion(filter);
  if (type !== undefined && found.type !== type) return false;
  if (version !== undefined && found.version !== version) return false;
  if (name === undefined || found.name === name) return true;
  return found.type === 'pypi' && normalized(found.name) === normalized(name);
}

function storedVersion({ version, type }: PackageFilter): string | undefined {
  return type === 'generic' && version !== undefined ? genericVersion(version) : version;
}

/** GitLab leaves words of one or two characters out of a search. */
function longestWord(name: string): string | undefined {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word.length > 2);
  return words.toSorted((left, right) => right.length - left.length)[0];
}
