/**
 * How the packages API picks and orders: the name filter is fuzzy, the version filter exact.
 *
 * @module
 */

import { invalidParameters } from './answer.ts';
import type { PackageRow } from './package-store.ts';

const types = [
  'maven',
  'npm',
  'conan',
  'nuget',
  'pypi',
  'composer',
  'generic',
  'golang',
  'debian',
  'rubygems',
  'helm',
  'terraform_module',
  'rpm',
  'ml_model',
  'cargo',
];

const statuses = ['default', 'hidden', 'processing', 'error', 'pending_destruction', 'deprecated'];

/**
 * Picks the packages a query asks for, in the order it asks for.
 *
 * @throws Refusal with 400 for a value that the query may not have.
 */
export function filteredPackages(
  rows: readonly PackageRow[],
  query: URLSearchParams,
): readonly PackageRow[] {
  const type = oneOf(query, 'package_type', types);
  const status = oneOf(query, 'status', statuses) ?? 'default';
  const version = query.get('package_version');
  const words = searchWords(query.get('package_name') ?? '');
  const picked = rows.filter(
    (row) =>
      row.status === status &&
      (type === undefined || row.type === type) &&
      (version === null || row.version === version) &&
      words.every((word) => row.name.toLowerCase().includes(word)),
  );
  return sorted(picked, query, {
    created_at: (row) => row.id,
    name: (row) => row.name,
    version: (row) => row.version,
    type: (row) => row.type,
  });
}

/**
 * Orders by the column `order_by`, the first of `columns` unless the query names one.
 *
 * @throws Refusal with 400 for an unknown column or direction.
 */
export function sorted<Row extends { readonly id: number }>(
  rows: readonly Row[],
  query: URLSearchParams,
  columns: Readonly<Record<string, (row: Row) => number | string>>,
): readonly Row[] {
  const names = Object.keys(columns);
  const column = columns[oneOf(query, 'order_by', names) ?? names[0] ?? ''];
  const direction = oneOf(query, 'sort', ['asc', 'desc']) === 'desc' ? -1 : 1;
  if (column === undefined) return rows;
  return rows.toSorted(
    (left, right) => direction * (compare(column(left), column(right)) || left.id - right.id),
  );
}

function compare(left: number | string, right: number | string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function oneOf(
  query: URLSearchParams,
  name: string,
  values: readonly string[],
): string | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!values.includes(value)) throw invalidParameters([`${name} does not have a valid value`]);
  return value;
}

/** Words of a search, all of which must occur; quotes hold several together. */
function searchWords(search: string): readonly string[] {
  return [...search.toLowerCase().matchAll(/"([^"]+)"|(\S+)/gu)].map(
    ([, quoted, word]) => quoted ?? word ?? '',
  );
}
