/**
 * Which exit code an error ends the command with.
 *
 * A pipeline acts on these without reading a word: 7 may be tried again, 3 must never be.
 *
 * @module
 */

import { isCodedError } from '@wheelseal/errors';
import type { ReleaseErrorCode } from '@wheelseal/pipeline';
import type { SandboxErrorCode } from '@wheelseal/sandbox';
import type { CommandErrorCode } from './errors.ts';

/** The exit codes of every command. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 126 | 127 | 130;

/** What each exit code means. */
export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done, and at least one thing was really verified or published',
  1: 'unexpected error, the build failed, or `rewrite --check` found a change',
  2: 'usage, configuration or bad input',
  3: 'verification failed',
  4: 'not authenticated or not allowed',
  5: 'not found, or not signed',
  6: 'conflict: the registry has other bytes',
  7: 'a service or the network is down: safe to retry',
  126: 'sandbox: the program cannot be started',
  127: 'sandbox: there is no such program',
  130: 'interrupted (143 by SIGTERM)',
};

/** Every code that an error can have here. */
type AnyErrorCode = ReleaseErrorCode | SandboxErrorCode | CommandErrorCode;

/** Every error code with its exit code. */
export const exitCodes: Readonly<Record<AnyErrorCode, ExitCode>> = {
  ARCHIVE_INVALID: 2,
  ATTESTATION_MALFORMED: 3,
  BUILD_FAILED: 1,
  BUILD_FRONTEND_MISSING: 2,
  BUILD_NOT_REPRODUCIBLE: 1,
  BUILD_UNEXPECTED: 2,
  BUNDLE_MALFORMED: 3,
  CERTIFICATE_MALFORMED: 3,
  CERTIFICATE_REFUSED: 4,
  CERTIFICATE_UNTRUSTED: 3,
  CONNECTION_SETTING_INVALID: 2,
  DIGEST_MISMATCH: 3,
  DISTRIBUTION_CHANGED: 3,
  DISTRIBUTION_UNSAFE: 3,
  DISTRIBUTION_UNSOUND: 2,
  FIELD_DYNAMIC: 2,
  FILENAME_AMBIGUOUS: 2,
  FILENAME_INVALID: 2,
  FILE_CHANGED: 3,
  FILE_EXISTS: 2,
  FILE_UNREADABLE: 2,
  FILE_UNWRITABLE: 2,
  HOMEPAGE_INVALID: 2,
  IDENTITY_MISMATCH: 3,
  INTERRUPTED: 130,
  KEY_AMBIGUOUS: 2,
  KEY_MISSING: 2,
  KEY_UNSUPPORTED: 3,
  KEY_UNUSABLE: 2,
  LOG_ENTRY_INVALID: 3,
  LOG_ENTRY_MISMATCH: 3,
  LOG_ENTRY_MISSING: 3,
  LOG_REFUSED: 1,
  LOG_UNREACHABLE: 7,
  METADATA_INVALID: 2,
  METADATA_MISSING: 2,
  NAME_INVALID: 2,
  NAME_MISMATCH: 3,
  NOTHING_TO_RELEASE: 2,
  NOTHING_TO_SIGN: 2,
  OPTION_INVALID: 2,
  POLICY_INVALID: 2,
  PROGRAM_NOT_FOUND: 127,
  PROGRAM_NOT_STARTED: 126,
  PROJECT_TABLE_MISSING: 2,
  PROJECT_UNREADABLE: 2,
  PROVENANCE_INCOMPLETE: 2,
  PUBLIC_LOG_REFUSED: 4,
  PUBLISH_CONFLICT: 6,
  REGISTRY_CONFLICT: 6,
  REGISTRY_DIGEST_MISMATCH: 3,
  REGISTRY_FORBIDDEN: 4,
  REGISTRY_NOT_FOUND: 5,
  REGISTRY_PROTECTED: 4,
  REGISTRY_RATE_LIMITED: 7,
  REGISTRY_REFUSED: 2,
  REGISTRY_TOO_LARGE: 2,
  REGISTRY_UNAUTHORIZED: 4,
  REGISTRY_UNAVAILABLE: 7,
  REGISTRY_UNEXPECTED_RESPONSE: 1,
  REGISTRY_UNREACHABLE: 7,
  RELEASE_CHANGED: 3,
  RELEASE_MALFORMED: 2,
  REWRITE_UNSAFE: 2,
  SCT_INVALID: 3,
  SECRET_FILE_UNREADABLE: 2,
  SELF_CHECK_FAILED: 3,
  SERVICE_MISSING: 2,
  SERVICE_UNEXPECTED_RESPONSE: 1,
  SERVICE_UNREACHABLE: 7,
  SETTING_INVALID: 2,
  SETTING_MISSING: 2,
  SHAPE_IMPOSSIBLE: 2,
  SIGNATURE_INVALID: 3,
  SIGNATURE_MALFORMED: 3,
  SIGNATURE_MISSING: 5,
  SIGNING_CONFIG_MALFORMED: 2,
  STATEMENT_MALFORMED: 3,
  TAG_UNUSABLE: 2,
  TIMESTAMP_INVALID: 3,
  TIME_UNPROVEN: 2,
  TOKEN_AUDIENCE_MISMATCH: 4,
  TOKEN_CLAIM_MISSING: 4,
  TOKEN_EXPIRED: 4,
  TOKEN_ISSUER_REFUSED: 4,
  TOKEN_MALFORMED: 4,
  TOKEN_MISSING: 4,
  TOKEN_NOT_YET_VALID: 4,
  TOKEN_UNAVAILABLE: 4,
  TOML_INVALID: 2,
  TRUSTED_ROOT_MALFORMED: 2,
  TRUSTED_ROOT_OUTDATED: 2,
  TRUSTED_ROOT_REFUSED: 3,
  TRUSTED_ROOT_UNAVAILABLE: 7,
  TRUST_CONFIG_MALFORMED: 2,
  USAGE_INVALID: 2,
  VALUE_INVALID: 2,
  VALUE_NOT_STRING: 2,
  VERIFICATION_FAILED: 3,
  VERSION_INVALID: 2,
  VERSION_NOT_FOUND: 5,
};

/** The exit code for anything that was thrown; what nobody expected is 1. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!isCodedError(error)) return 1;
  // Trying again does not bring a file that is not there.
  if (error.code === 'TRUSTED_ROOT_UNAVAILABLE' && isFileSystemError(error.cause)) return 2;
  return isKnown(error.code) ? exitCodes[error.code] : 1;
}

function isKnown(code: string): code is keyof typeof exitCodes {
  return Object.hasOwn(exitCodes, code);
}

function isFileSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}
