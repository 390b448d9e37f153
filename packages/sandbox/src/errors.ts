/**
 * What can go wrong when a sandbox starts.
 *
 * @module
 */

import { CodedError } from '@wheelseal/errors';

/** Every code a {@link SandboxError} can carry. */
export type SandboxErrorCode =
  /** An option has a value that GitLab would not take. */
  'OPTION_INVALID';

/** The sandbox cannot be what was asked for. */
export class SandboxError extends CodedError<SandboxErrorCode> {}
