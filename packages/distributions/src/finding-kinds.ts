/**
 * Severity and hint of every finding.
 *
 * An error is what makes a distribution unsafe, unusable or refused by the public index.
 *
 * @module
 */

import type { Finding, FindingCode } from './finding.ts';

type FindingKind = Pick<Finding, 'severity' | 'hint'>;

const rebuild = 'Build the distribution again, or download it again if it came from a registry.';
const repack =
  'Build with a current build backend instead of packing or changing the file by hand.';

/** Every kind of finding by its code. */
export const findingKinds: Readonly<Record<FindingCode, FindingKind>> = {
  ARCHIVE_INVALID: error(rebuild),
  ARCHIVE_TOO_LARGE: error('Leave out what does not belong into a distribution.'),
  ARCHIVE_AMBIGUOUS: error(repack),
  ENTRY_PATH_UNSAFE: error('Rename the file, or leave it out of the distribution.'),
  ENTRY_DUPLICATE: error(repack),
  ENTRY_KIND_UNSAFE: error('Ship the file itself instead of a link or a device.'),
  METADATA_MISSING: error(
    'Build the distribution with a build backend instead of packing it by hand.',
  ),
  METADATA_INVALID: error(
    'Build the distribution again with a current version of its build backend.',
  ),
  METADATA_MISMATCH: error(
    'Build the distribution again and do not rename what the build backend wrote.',
  ),
  WHEEL_INVALID: error(repack),
  TAGS_MISMATCH: error('Rename wheels with `wheel tags`, which changes the `WHEEL` file as well.'),
  RECORD_INVALID: error(repack),
  RECORD_MISMATCH: error('Find out what changed the wheel after it was built, and build it again.'),
  RECORD_INCOMPLETE: error(
    'Find out what changed the wheel after it was built, and build it again.',
  ),
  WHEEL_EMPTY: error('Tell the build backend where the packages of the project are.'),
  SDIST_FOLDER_MISMATCH: error(
    'Build the distribution again and do not rename what the build backend wrote.',
  ),
  PROJECT_UNNAMED: error('Require a build backend that reads the `[project]` table.'),
  FIELD_INVALID: error('Correct the field where the project declares it.'),
  FIELD_TOO_LONG: error('Shorten the field where the project declares it.'),
  REQUIRES_PYTHON_INVALID: error('Write `requires-python` such as `>=3.10`.'),
  LICENSE_EXPRESSION_INVALID: error(
    'Write `license` as an SPDX expression, such as `MIT` or `MIT OR Apache-2.0`.',
  ),
  LICENSE_FILE_MISSING: error('Correct `license-files`, or include the file.'),
  CONTENT_TYPE_INVALID: error(
    'Use `text/markdown`, `text/x-rst` or `text/plain`, with no charset or `UTF-8`.',
  ),
  DESCRIPTION_BROKEN: error('Correct the readme; its markup is shown as plain text otherwise.'),
  ENTRY_COLLISION: warning('Rename one of the files.'),
  ENTRY_LINK: warning('Ship the file itself: links do not unpack on every system.'),
  WHEEL_NOT_IMPORTABLE: warning('Check that the packages of the project are found by the build.'),
  SDIST_NOT_BUILDABLE: warning(
    'Include `pyproject.toml`, without which nobody can build the sdist.',
  ),
  METADATA_VERSION_UNKNOWN: warning('Update Wheelseal to have the new fields checked.'),
  FIELD_TOO_NEW: warning('Update the build backend, or let it write newer core metadata.'),
  DESCRIPTION_MISSING: warning('Set `readme` in `pyproject.toml`.'),
  DESCRIPTION_SUSPICIOUS: warning('Look at the readme as the public index renders it.'),
  CONTENT_TYPE_MISSING: warning('Set the content type of `readme` in `pyproject.toml`.'),
  SUMMARY_MISSING: warning('Set `description` in `pyproject.toml`.'),
  REQUIRES_PYTHON_MISSING: warning('Set `requires-python` in `pyproject.toml`, such as `>=3.10`.'),
  LICENSE_MISSING: warning('Set `license` in `pyproject.toml`, such as `MIT`.'),
};

function error(hint: string): FindingKind {
  return { severity: 'error', hint };
}

function warning(hint: string): FindingKind {
  return { severity: 'warning', hint };
}
