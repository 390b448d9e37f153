/**
 * ECDSA verified from a digest that somebody else computed, on OpenSSL's arithmetic.
 *
 * Node's crypto verifies messages only, and a wheel of some gigabytes is not read twice for that. But
 * it multiplies points, which is nearly all of the work: with `e` the digest and `(r, s)` the signature,
 * the point `e/s·G + r/s·Q` is `r/s·(e/r·G + Q)`. Only the one addition in the middle is done here.
 * Everything in it is public, so nothing has to take constant time.
 *
 * @see https://doi.org/10.6028/NIST.FIPS.186-5 section 6.4.2
 *
 * @module
 */

import { createECDH, type ECDH, type KeyObject } from 'node:crypto';
import { childrenOf, readElement, tags, type DerElement } from './der.ts';

/** A curve of NIST, as OpenSSL calls it, and its numbers (FIPS 186-5, SP 800-186 section 3.2.1). */
interface Curve {
  readonly name: 'prime256v1' | 'secp384r1' | 'secp521r1';
  /** Bytes of a coordinate. */
  readonly size: number;
  /** Bits of the order. */
  readonly bits: number;
  /** The prime of the field. */
  readonly prime: bigint;
  /** The order of the group. */
  readonly order: bigint;
}

/** A public key on one of the curves. */
export interface CurveKey {
  readonly curve: Curve;
  /** The key as an uncompressed point. */
  readonly point: Buffer;
}

interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const curves: readonly Curve[] = [
  {
    name: 'prime256v1',
    size: 32,
    bits: 256,
    prime: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    name: 'secp384r1',
    size: 48,
    bits: 384,
    prime: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    name: 'secp521r1',
    size: 66,
    bits: 521,
    prime: 2n ** 521n - 1n,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
];

// OpenSSL prepares a curve for longer than it multiplies.
const calculators = new Map<string, ECDH>();

/** The point of a public key; `undefined` for a key that is on none of the curves. */
export function curveKeyOf(key: KeyObject): CurveKey | undefined {
  if (key.asymmetricKeyType !== 'ec') return undefined;
  const curve = curves.find(({ name }) => name === key.asymmetricKeyDetails?.namedCurve);
  if (curve === undefined) return undefined;
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const coordinates = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  return { curve, point: Buffer.concat([Buffer.of(4), ...coordinates]) };
}

/** Whether a signature in DER fits a digest and a public key. */
export function verifyDigestOnCurve(
  digest: Uint8Array,
  signature: Uint8Array,
  { curve, point }: CurveKey,
): boolean {
  const numbers = readCurveSignature(signature, curve);
  if (numbers === undefined) return false;
  const { r, s } = numbers;
  const { order, size } = curve;
  const e = truncated(digest, curve) % order;
  // Never happens to an honest signature, and is nothing that OpenSSL multiplies by.
  if (e === 0n) return false;
  // One inversion for both: of r and of s.
  const inverse = inverted(r * s, order);
  try {
    const base = toPoint(multiplyBase((e * s * inverse) % order, curve), size);
    const sum = added(base, toPoint(point, size), curve);
    if (sum === undefined) return false;
    const x = multiply((r * r * inverse) % order, sum, curve);
    return toNumber(x) % order === r;
  } catch {
    // OpenSSL refuses numbers out of range, and points that are not on the curve.
    return false;
  }
}

/** Whether bytes are a signature on the curve of a key, in the one DER form it has. */
export function isCurveSignature(signature: Uint8Array, { curve }: CurveKey): boolean {
  return readCurveSignature(signature, curve) !== undefined;
}

/** Whether bytes have the form of an ECDSA signature, on whatever curve. */
export function isSignatureForm(signature: Uint8Array): boolean {
  return curves.some((curve) => readCurveSignature(signature, curve) !== undefined);
}

function readCurveSignature(
  signature: Uint8Array,
  { order }: Curve,
): { readonly r: bigint; readonly s: bigint } | undefined {
  try {
    const [first, second, ...others] = childrenOf(readElement(signature), tags.sequence);
    const r = positive(first);
    const s = positive(second);
    if (others.length > 0 || r === undefined || s === undefined || r >= order || s >= order) {
      return undefined;
    }
    return { r, s };
  } catch {
    return undefined;
  }
}

/** A positive INTEGER in its one form: no zero in front but the one that a set first bit needs. */
function positive(element: DerElement | undefined): bigint | undefined {
  const [first = 0x80, second = 0] = element?.value ?? [];
  if (element?.tag !== tags.integer || first >= 0x80 || (first === 0 && second < 0x80)) {
    return undefined;
  }
  return toNumber(element.value);
}

function truncated(digest: Uint8Array, { bits }: Curve): bigint {
  const surplus = digest.length * 8 - bits;
  return surplus > 0 ? toNumber(digest) >> BigInt(surplus) : toNumber(digest);
}

function added(left: Point, right: Point, { prime }: Curve): Point | undefined {
  // Two points of one x have no chord. Who finds such a signature knows the logarithm of a digest.
  if (left.x === right.x) return undefined;
  const slope = modulo(
    (right.y - left.y) * inverted(modulo(right.x - left.x, prime), prime),
    prime,
  );
  const x = modulo(slope * slope - left.x - right.x, prime);
  return { x, y: modulo(slope * (left.x - x) - left.y, prime) };
}

function multiplyBase(factor: bigint, { name, size }: Curve): Buffer {
  const calculator = calculatorOf(name);
  calculator.setPrivateKey(toBytes(factor, size));
  return calculator.getPublicKey();
}

function multiply(factor: bigint, { x, y }: Point, { name, size }: Curve): Buffer {
  const calculator = calculatorOf(name);
  calculator.setPrivateKey(toBytes(factor, size));
  return calculator.computeSecret(
    Buffer.concat([Buffer.of(4), toBytes(x, size), toBytes(y, size)]),
  );
}

function calculatorOf(name: string): ECDH {
  const calculator = calculators.get(name) ?? createECDH(name);
  calculators.set(name, calculator);
  return calculator;
}

/** The inverse of a number that is no multiple of the prime, by Euclid's algorithm. */
function inverted(number: bigint, prime: bigint): bigint {
  let [left, right] = [modulo(number, prime), prime];
  let [x, y] = [1n, 0n];
  while (right !== 0n) {
    const quotient = left / right;
    [left, right] = [right, left - quotient * right];
    [x, y] = [y, x - quotient * y];
  }
  return modulo(x, prime);
}

function modulo(number: bigint, prime: bigint): bigint {
  const rest = number % prime;
  return rest < 0n ? rest + prime : rest;
}

function toPoint(bytes: Uint8Array, size: number): Point {
  return {
    x: toNumber(bytes.subarray(1, 1 + size)),
    y: toNumber(bytes.subarray(1 + size)),
  };
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

function toBytes(number: bigint, size: number): Buffer {
  return Buffer.from(number.toString(16).padStart(size * 2, '0'), 'hex');
}
