/**
 * The bytes of a part of a file.
 *
 * @module
 */

import type { FileHandle } from 'node:fs/promises';

const chunkSize = 256 * 1024;

/** Reads from `start` up to `end`; throws when the file ends before. */
export async function* readRange(
  file: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Buffer, void, void> {
  for (let position = start; position < end;) {
    const length = Math.min(chunkSize, end - position);
    // A new buffer each time: whoever inflates it may still hold the one before.
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, position);
    if (bytesRead === 0) throw new Error('unexpected end of the file');
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Reads a part of a file into one buffer. */
export async function readBytes(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of readRange(file, start, start + length)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads small parts that lie side by side without asking the disk for each. */
export class FileWindow {
  readonly #file: FileHandle;
  readonly #size: number;
  #start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** Reads a part of the file; throws when the file ends before. */
  async read(start: number, length: number): Promise<Buffer> {
    if (start < this.#start || start + length > this.#start + this.#bytes.length) {
      const wanted = Math.max(length, Math.min(chunkSize, this.#size - start));
      this.#bytes = await readBytes(this.#file, start, wanted);
      this.#start = start;
    }
    return this.#bytes.subarray(start - this.#start, start - this.#start + length);
  }
}
