/**
 * DER, taken apart and put together: tag, length, value.
 *
 * It stands here because parts of a certificate must be taken over byte by byte into what a log
 * signed. A parser that writes anew what it read could write something else.
 *
 * @see https://www.itu.int/rec/T-REC-X.690
 *
 * @module
 */

/** One element of DER. */
export interface DerElement {
  readonly tag: number;
  /** The whole element. */
  readonly bytes: Buffer;
  /** The part after tag and length. */
  readonly value: Buffer;
}

/** The tags of what is read here. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Bytes are not in the form of DER, or not what is expected there. */
export class DerError extends Error {}

/** Reads the one element that bytes consist of. */
export function readElement(bytes: Uint8Array, tag?: number): DerElement {
  const [element, ...others] = readElements(bytes);
  if (element === undefined || others.length > 0) throw new DerError('expected one element');
  return tag === undefined ? element : expectTag(element, tag);
}

/** Reads elements that follow each other until the bytes end. */
export function readElements(bytes: Uint8Array): readonly DerElement[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: DerElement[] = [];
  for (let at = 0; at < whole.length;) {
    const element = elementAt(whole, at);
    elements.push(element);
    at += element.bytes.length;
  }
  return elements;
}

/** The elements inside a constructed one. */
export function childrenOf(element: DerElement, tag: number): readonly DerElement[] {
  return readElements(expectTag(element, tag).value);
}

/** Returns an element if it has a tag; throws if it has another, or is missing. */
export function expectTag(element: DerElement | undefined, tag: number): DerElement {
  if (element?.tag === tag) return element;
  throw new DerError(`expected an element with tag ${tag}`);
}

/** Puts an element together. */
export function writeElement(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.of(tag, ...lengthBytes(length)), ...parts]);
}

/** An object identifier in its usual spelling, such as `2.5.29.15`. */
export function objectIdentifier(element: DerElement | undefined): string {
  const { value } = expectTag(element, tags.objectIdentifier);
  const arcs: bigint[] = [];
  let arc = 0n;
  let isOpen = false;
  for (const byte of value) {
    if (!isOpen && byte === 0x80) throw new DerError('an arc starts with zeros');
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    isOpen = byte >= 0x80;
    if (isOpen) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first, ...rest] = arcs;
  if (first === undefined || isOpen) throw new DerError('an object identifier is cut off');
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

function elementAt(bytes: Buffer, start: number): DerElement {
  const tag = bytes[start] ?? 0;
  // Tags of more than one byte occur in nothing that is read here.
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of several bytes');
  const first = bytes[start + 1];
  if (first === undefined) throw new DerError('an element is cut off');
  const size = first < 0x80 ? 0 : first & 0x7f;
  const from = start + 2 + size;
  if (first === 0x80 || size > 4 || from > bytes.length) throw new DerError('a length is wrong');
  const length = size === 0 ? first : bytes.readUIntBE(start + 2, size);
  // There is one way to write a length, the shortest.
  if (size > 0 && (length < 0x80 || bytes[start + 2] === 0)) throw new DerError('a long length');
  const end = from + length;
  if (end > bytes.length) throw new DerError('an element is cut off');
  return { tag, bytes: bytes.subarray(start, end), value: bytes.subarray(from, end) };
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}
