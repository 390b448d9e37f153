/**
 * Why a `pyproject.toml` is not read or not edited.
 *
 * @module
 */

import { CodedError } from '@wheelseal/errors';

/** Every code a {@link PyprojectError} can carry. */
export type PyprojectErrorCode =
  /** Not TOML; the message names line and column and shows the line. */
  | 'TOML_INVALID'
  /** Neither a `[project]` nor a `[tool.poetry]` table. */
  | 'PROJECT_TABLE_MISSING'
  /** A key the packaging specifications require is absent and was not given. */
  | 'KEY_MISSING'
  /** Two keys mean the same, and it is not for us to choose. */
  | 'KEY_AMBIGUOUS'
  /** The value to be read or replaced is of another type. */
  | 'VALUE_NOT_STRING'
  /** The name given is none a Python project can have. */
  | 'NAME_INVALID'
  /** The version given is not one PEP 440 describes. */
  | 'VERSION_INVALID'
  /** The homepage given is not an absolute http(s) URL without credentials. */
  | 'HOMEPAGE_INVALID'
  /** A path is not one of keys, is given twice, or has an edit of its own. */
  | 'VALUE_INVALID'
  /** A field the build backend fills in would be edited, which the options refuse. */
  | 'FIELD_DYNAMIC'
  /** The edited text would differ from the original in more than the edits. */
  | 'REWRITE_UNSAFE';

/** A `pyproject.toml` is not what it should be. */
export class PyprojectError extends CodedError<PyprojectErrorCode> {}
