/**
 * Lets the library that reads zip archives read through a window on the file.
 *
 * By itself it asks the disk twice for each of what may be thousands of entries.
 *
 * @module
 */

import { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import { RandomAccessReader } from 'yauzl';
import type { FileWindow } from './file-range.ts';

/** What the library takes instead of a file. Closing it closes nothing. */
export class ZipReader extends RandomAccessReader {
  readonly #window: FileWindow;

  constructor(window: FileWindow) {
    super();
    this.#window = window;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const window = this.#window;
    return Readable.from(
      (async function* () {
        yield await window.read(start, end - start);
      })(),
    );
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    callbackify(async () => {
      (await this.#window.read(position, length)).copy(buffer, offset);
    })(callback);
  }
}
