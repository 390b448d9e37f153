/**
 * The edits a caller asks for, checked before a document is looked at.
 *
 * @module
 */

import { normalizeName, parseVersion } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import { PyprojectError } from './errors.ts';
import { checkValues, type PathValue } from './requested-values.ts';

/** The values to write; what is left out is left alone. */
export interface PyprojectEdits {
  /** A name PEP 508 allows, written as given. */
  readonly name?: string;
  /** A version PEP 440 describes, written in its canonical spelling. */
  readonly version?: string;
  /** An absolute http(s) URL without credentials, written as given. */
  readonly homepage?: string;
  /** Any other strings of the file, each written as given. */
  readonly set?: readonly PyprojectValue[];
}

/** A string at any place of the file. */
export interface PyprojectValue {
  /** Keys from the top, or a dotted key as TOML writes it: `tool.commitizen.version`. */
  readonly path: string | readonly string[];
  readonly value: string;
}

/** The edits once they are checked. */
export interface CheckedEdits extends PyprojectEdits {
  readonly set: readonly PathValue[];
}

/** Returns the edits as they will be written, with a warning for each that is not as it was given. */
export function checkEdits({ name, version, homepage, set = [] }: PyprojectEdits): {
  readonly edits: CheckedEdits;
  readonly warnings: readonly string[];
} {
  if (name !== undefined) checkName(name);
  if (homepage !== undefined) checkHomepage(homepage);
  const canonical = version === undefined ? undefined : canonicalVersion(version);
  return {
    edits: {
      ...(name !== undefined && { name }),
      ...(canonical !== undefined && { version: canonical }),
      ...(homepage !== undefined && { homepage }),
      set: checkValues(set),
    },
    warnings:
      canonical === version ? [] : [`version \`${version}\` is written as \`${canonical}\``],
  };
}

function checkName(name: string): void {
  try {
    normalizeName(name);
  } catch (cause) {
    throw restate('NAME_INVALID', cause);
  }
}

function canonicalVersion(version: string): string {
  try {
    return parseVersion(version).canonical;
  } catch (cause) {
    throw restate('VERSION_INVALID', cause);
  }
}

function restate(code: 'NAME_INVALID' | 'VERSION_INVALID', cause: unknown): unknown {
  if (!isCodedError(cause)) return cause;
  const { message, hint } = cause;
  return new PyprojectError(message, { code, cause, ...(hint !== undefined && { hint }) });
}

function checkHomepage(homepage: string): void {
  const complaint = complaintOf(homepage);
  if (complaint === undefined) return;
  // The URL itself is not shown: it may hold a password.
  throw new PyprojectError(`the homepage ${complaint}`, {
    code: 'HOMEPAGE_INVALID',
    hint: 'Give an absolute URL such as `https://gitlab.com/group/project`.',
  });
}

function complaintOf(homepage: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(homepage)) return 'has white space or control characters in it';
  if (!/^https?:\/\/[^/]/i.test(homepage) || !URL.canParse(homepage)) {
    return 'is not an absolute http(s) URL';
  }
  const { username, password } = new URL(homepage);
  return username === '' && password === '' ? undefined : 'has credentials in it';
}
