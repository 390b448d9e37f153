/**
 * Failures of the command line itself; everything else comes from the libraries.
 *
 * @module
 */

import { CodedError } from '@wheelseal/errors';

/** Every code a {@link CommandError} can carry. */
export type CommandErrorCode =
  /** The command line asks for something that does not exist. */
  | 'USAGE_INVALID'
  /** A flag names a file with a secret that cannot be read. */
  | 'SECRET_FILE_UNREADABLE'
  /** There is nothing to sign with. */
  | 'TOKEN_MISSING'
  /** There is no such program to run in the sandbox. */
  | 'PROGRAM_NOT_FOUND'
  /** The program to run in the sandbox cannot be started. */
  | 'PROGRAM_NOT_STARTED'
  /** A signal ended the command. */
  | 'INTERRUPTED';

/** The command line or the one who runs it is in the way. */
export class CommandError extends CodedError<CommandErrorCode> {}
