/**
 * Finding packages by name, exactly.
 *
 * GitLab's own filter is a search: it takes the words of the query for parts of names, so it also finds
 * `demo-tools` for `demo` and, for `my-demo`, misses the same project stored as `My_Demo`. It is asked
 * for one word that every spelling has, and its answer is looked through again.
 *
 * @module
 */

/** Which packages to list. */
export interface PackageFilter {
  /** For PyPI packages any spelling of the name will do; for others it is compared as it is. */
  readonly name?: string;
  /** Compared as it is: `1.0` is not `1.0.0`. */
  readonly version?: string;
  readonly type?: 'pypi' | 'generic';
}

/** What GitLab's query can narrow down without losing a match. */
export function queryOf({ name, version, type }: PackageFilter): Readonly<Record<string, string>> {
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
  { name, version, type }: PackageFilter,
): boolean {
  if (type !== undefined && found.type !== type) return false;
  if (version !== undefined && found.version !== version) return false;
  if (name === undefined || found.name === name) return true;
  return found.type === 'pypi' && normalized(found.name) === normalized(name);
}

/** GitLab leaves words of one or two characters out of a search. */
function longestWord(name: string): string | undefined {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word.length > 2);
  return words.toSorted((left, right) => right.length - left.length)[0];
}

/** As PEP 503 has it, but also for the stored names that are no Python names. */
function normalized(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}
