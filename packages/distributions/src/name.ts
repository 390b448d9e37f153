/**
 * Names of Python projects.
 *
 * A project is one project however its name is spelled: `My.Pkg`, `my_pkg` and `MY--PKG` are the
 * same. The normalised form is what a simple index is asked for.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import { quote } from './quote.ts';

const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/**
 * Spells a name the one way PEP 503 gives it: lower case, every run of `-`, `_` and `.` one dash.
 *
 * @throws DistributionError with code `NAME_INVALID` unless PEP 508 allows the name.
 */
export function normalizeName(name: string): string {
  if (namePattern.test(name)) return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
  throw new DistributionError(`${quote(name)} is not the name of a Python project`, {
    code: 'NAME_INVALID',
    hint: 'Use ASCII letters, digits, `.`, `_` and `-`, and begin and end with a letter or digit.',
  });
}
