/**
 * What an inspection says about a distribution, as data.
 *
 * Each code has one severity and one hint; the message says what was found where.
 *
 * @module
 */

/** Every code a {@link Finding} can carry: first the errors, then the warnings. */
export type FindingCode =
  /** Not an archive, or a damaged one. */
  | 'ARCHIVE_INVALID'
  /** More files or bytes than are read. */
  | 'ARCHIVE_TOO_LARGE'
  /** Two readers of the archive may see different files. */
  | 'ARCHIVE_AMBIGUOUS'
  /** An entry that leads out of its folder, or that some system cannot store. */
  | 'ENTRY_PATH_UNSAFE'
  /** Two entries of one name. */
  | 'ENTRY_DUPLICATE'
  /** A link or device where only files may be. */
  | 'ENTRY_KIND_UNSAFE'
  /** No core metadata where it belongs. */
  | 'METADATA_MISSING'
  /** Malformed core metadata. */
  | 'METADATA_INVALID'
  /** Core metadata of another name or version than the file name. */
  | 'METADATA_MISMATCH'
  /** No `WHEEL` file, or a malformed one. */
  | 'WHEEL_INVALID'
  /** Tags or build number in `WHEEL` that are not those of the file name. */
  | 'TAGS_MISMATCH'
  /** No `RECORD` file, or a malformed one, or one with a weak hash. */
  | 'RECORD_INVALID'
  /** A file with another digest or size than `RECORD` says. */
  | 'RECORD_MISMATCH'
  /** A file that `RECORD` does not list, or one that it lists and that is not there. */
  | 'RECORD_INCOMPLETE'
  /** No code, no data and no dependencies. */
  | 'WHEEL_EMPTY'
  /** A top folder that is not named after the file. */
  | 'SDIST_FOLDER_MISMATCH'
  /** A project that is called `UNKNOWN`. */
  | 'PROJECT_UNNAMED'
  /** A value that core metadata does not allow. */
  | 'FIELD_INVALID'
  /** A value that the public index does not store. */
  | 'FIELD_TOO_LONG'
  /** Not a specifier of Python versions. */
  | 'REQUIRES_PYTHON_INVALID'
  /** Not an SPDX expression. */
  | 'LICENSE_EXPRESSION_INVALID'
  /** A license file that is named and not there. */
  | 'LICENSE_FILE_MISSING'
  /** A content type that no index renders. */
  | 'CONTENT_TYPE_INVALID'
  /** A long description that does not render. */
  | 'DESCRIPTION_BROKEN'
  /** Names that are one on a disk that ignores case or Unicode form. */
  | 'ENTRY_COLLISION'
  /** A link inside an sdist. */
  | 'ENTRY_LINK'
  /** Importers find nothing in the wheel. */
  | 'WHEEL_NOT_IMPORTABLE'
  /** Neither `pyproject.toml` nor `setup.py`. */
  | 'SDIST_NOT_BUILDABLE'
  /** Core metadata newer than what is known here. */
  | 'METADATA_VERSION_UNKNOWN'
  /** A field that came with a later version of core metadata. */
  | 'FIELD_TOO_NEW'
  /** No long description. */
  | 'DESCRIPTION_MISSING'
  /** A long description that is probably of another markup, or has a dangling reference. */
  | 'DESCRIPTION_SUSPICIOUS'
  /** No content type: taken for reStructuredText. */
  | 'CONTENT_TYPE_MISSING'
  /** No summary. */
  | 'SUMMARY_MISSING'
  /** Any Python is said to do. */
  | 'REQUIRES_PYTHON_MISSING'
  /** Nothing says under which license it is. */
  | 'LICENSE_MISSING';

/** One thing that is wrong with a distribution. */
export interface Finding {
  readonly code: FindingCode;
  /** An `error` must not be published; a `warning` is for the maintainer to decide about. */
  readonly severity: 'error' | 'warning';
  /** One clause: what was expected and what was found. */
  readonly message: string;
  /** One imperative sentence. */
  readonly hint: string;
}

/** Takes down one finding. */
export type Report = (code: FindingCode, message: string) => void;
