/**
 * An archive as it is handed from one reader to the next.
 *
 * @module
 */

import type { FileHandle } from 'node:fs/promises';

/** A file that should be an archive, opened by somebody who closes it again. */
export interface ArchiveFile {
  readonly file: FileHandle;
  /** In bytes. */
  readonly size: number;
  readonly filename: string;
  readonly signal: AbortSignal | undefined;
}
