/**
 * Whom the findings of an inspection concern.
 *
 * A consumer is kept from what is unsafe to unpack or is not what its name says. How a project is
 * described is for its maintainer to decide, before the file is signed and not after; what only another
 * index would refuse is worth a warning, and no reason to stop a release to GitLab. The table has a row
 * for every code, so that a new one does not compile before somebody decided about it.
 *
 * @module
 */

import type { FindingCode } from '@wheelseal/distributions';

/** Whom each finding concerns, by its code. */
export const findingConcerns: Readonly<Record<FindingCode, 'consumer' | 'maintainer' | 'index'>> = {
  ARCHIVE_INVALID: 'consumer',
  ARCHIVE_TOO_LARGE: 'consumer',
  ARCHIVE_AMBIGUOUS: 'consumer',
  ENTRY_PATH_UNSAFE: 'consumer',
  ENTRY_DUPLICATE: 'consumer',
  ENTRY_KIND_UNSAFE: 'consumer',
  METADATA_MISSING: 'consumer',
  METADATA_INVALID: 'consumer',
  METADATA_MISMATCH: 'consumer',
  WHEEL_INVALID: 'consumer',
  TAGS_MISMATCH: 'consumer',
  RECORD_INVALID: 'consumer',
  RECORD_MISMATCH: 'consumer',
  RECORD_INCOMPLETE: 'consumer',
  WHEEL_EMPTY: 'maintainer',
  SDIST_FOLDER_MISMATCH: 'consumer',
  PROJECT_UNNAMED: 'maintainer',
  FIELD_INVALID: 'index',
  FIELD_TOO_LONG: 'index',
  REQUIRES_PYTHON_INVALID: 'maintainer',
  LICENSE_EXPRESSION_INVALID: 'index',
  LICENSE_FILE_MISSING: 'index',
  CONTENT_TYPE_INVALID: 'index',
  DESCRIPTION_BROKEN: 'index',
  ENTRY_COLLISION: 'maintainer',
  ENTRY_LINK: 'maintainer',
  WHEEL_NOT_IMPORTABLE: 'maintainer',
  SDIST_NOT_BUILDABLE: 'maintainer',
  METADATA_VERSION_UNKNOWN: 'maintainer',
  FIELD_TOO_NEW: 'maintainer',
  DESCRIPTION_MISSING: 'maintainer',
  DESCRIPTION_SUSPICIOUS: 'maintainer',
  CONTENT_TYPE_MISSING: 'maintainer',
  SUMMARY_MISSING: 'maintainer',
  REQUIRES_PYTHON_MISSING: 'maintainer',
  LICENSE_MISSING: 'maintainer',
};
