/**
 * The blocks of a tar archive, watched on their way to the library that reads them.
 *
 * Readers of tar differ where an archive uses what hardly anybody needs: entries behind the end, a
 * size in an extended header, two extended headers, a prefix that another format uses otherwise.
 * Such archives are refused, so that all readers see the same files.
 *
 * @module
 */

import { ArchiveFlaw } from './archive-flaw.ts';
import { paxComplaint } from './pax-records.ts';
import { quote } from './quote.ts';

const block = 512;
const longestExtension = 65_536;

/** The header of an entry, or of an extension to the header of the next one. */
interface Header {
  readonly type: string;
  readonly size: number;
}

/** Watches an archive chunk by chunk, from its first to its last. */
export class TarFraming {
  readonly #filename: string;
  #pending: Buffer = Buffer.alloc(0);
  #skip = 0;
  #extension: Header | undefined;
  /** The types of the extensions since the last entry. */
  #extensions = '';
  #ended = false;
  #lost = false;

  constructor(filename: string) {
    this.#filename = filename;
  }

  /**
   * Takes the next bytes.
   *
   * @throws ArchiveFlaw
   */
  push(chunk: Buffer): void {
    if (this.#lost) return;
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length > 0 && this.#step());
  }

  /** Answers whether it could go on with what it has. */
  #step(): boolean {
    if (this.#skip > 0) {
      this.#skip -= this.#take(Math.min(this.#skip, this.#pending.length))?.length ?? 0;
      return this.#skip === 0;
    }
    if (this.#extension) {
      const { type, size } = this.#extension;
      const content = this.#take(padded(size));
      if (!content) return false;
      this.#extension = undefined;
      this.#refuse(paxComplaint(type, content.subarray(0, size)));
      return true;
    }
    const bytes = this.#take(block);
    if (bytes) this.#readBlock(bytes);
    return bytes !== undefined && !this.#lost;
  }

  #readBlock(bytes: Buffer): void {
    if (bytes.every((byte) => byte === 0)) {
      this.#ended = true;
      return;
    }
    if (this.#ended) this.#refuse('has entries behind its end');
    // What is no header of a tar archive, the library refuses.
    this.#lost = bytes.toString('latin1', 257, 262) !== 'ustar';
    if (this.#lost) return;
    this.#refuse(headerComplaint(bytes));
    const header = { type: typeOf(bytes), size: sizeOf(bytes) ?? 0 };
    if (!'xgLK'.includes(header.type)) {
      this.#extensions = '';
      this.#skip = padded(header.size);
      return;
    }
    if (header.type !== 'g') this.#extensions += header.type;
    if (!['', 'x', 'L', 'K', 'LK', 'KL'].includes(this.#extensions)) {
      this.#refuse('has two headers for one entry');
    }
    this.#extension = header;
  }

  #take(length: number): Buffer | undefined {
    if (this.#pending.length < length) return undefined;
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  #refuse(complaint: string | undefined): void {
    if (complaint === undefined) return;
    throw new ArchiveFlaw('ARCHIVE_AMBIGUOUS', `${quote(this.#filename)} ${complaint}`);
  }
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

function typeOf(bytes: Buffer): string {
  return bytes[156] === 0 ? '0' : bytes.toString('latin1', 156, 157);
}

function sizeOf(bytes: Buffer): number | undefined {
  const digits = /^[ 0]*([0-7]{1,11})[ \0]*$/.exec(bytes.toString('latin1', 124, 136))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function headerComplaint(bytes: Buffer): string | undefined {
  const type = typeOf(bytes);
  const size = sizeOf(bytes);
  const [name = ''] = bytes.toString('latin1', 0, 100).split('\0');
  if (size === undefined) return 'has an entry whose size is no octal number';
  if (!'01234567xgLK'.includes(type)) return 'has an entry of a kind that not all readers know';
  if ('xgLK'.includes(type) && size > longestExtension)
    return 'has an extended header that is too long';
  if (('123456'.includes(type) || name.endsWith('/')) && size > 0) {
    return 'has a folder or a link with content';
  }
  // The old GNU format has times where others have the folder of the file.
  const isGnu = bytes.toString('latin1', 257, 265) === 'ustar  \0';
  return isGnu && bytes[345] !== 0 ? 'has a header that is read as two different names' : undefined;
}
