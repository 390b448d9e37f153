/**
 * Secrets on the command line: named by a file, not written out.
 *
 * @module
 */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandError } from './errors.ts';

/** The secret that a flag names: what is in `@FILE`, or the value itself. */
export interface NamedSecret {
  readonly value: string;
  /** Whether the secret itself stands on the command line, where every user of the machine sees it. */
  readonly isExposed: boolean;
}

/**
 * Reads the secret that the value of a flag names.
 *
 * @throws CommandError with code `SECRET_FILE_UNREADABLE`.
 */
export function readSecret(text: string, directory: string): NamedSecret {
  if (!text.startsWith('@')) return { value: text, isExposed: true };
  const path = resolve(directory, text.slice(1));
  try {
    return { value: readFileSync(path, 'utf8').trim(), isExposed: false };
  } catch (cause) {
    throw new CommandError(`cannot read the secret in \`${path}\``, {
      code: 'SECRET_FILE_UNREADABLE',
      hint: 'Write `@` and the path of a file that holds nothing but the secret.',
      cause,
    });
  }
}
