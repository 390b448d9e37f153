/**
 * ECDSA from a digest, against another implementation of it.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { createKeyVerifier } from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { numbers } from './random-numbers.ts';

const filename = 'demo-1.0.0.tar.gz';
const curves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;
const form = { prehash: false, lowS: false, format: 'der' } as const;
const random = numbers(20_260_501);

type CurveName = keyof typeof curves;

async function isGood(publicKey: KeyObject, digest: Buffer, signature: Buffer): Promise<boolean> {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const verifier = createKeyVerifier(pem, { allowUnlogged: true });
  const file = { filename, sha256: digest.toString('hex') };
  return verifier.verify(file, { signature }).then(
    () => true,
    () => false,
  );
}

function isGoodElsewhere(publicKey: KeyObject, digest: Buffer, signature: Buffer): boolean {
  const { crv = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const curve = curves[crv === 'P-256' || crv === 'P-384' ? crv : 'P-521'];
  const coordinates = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  const point = Buffer.concat([Buffer.of(4), ...coordinates]);
  try {
    return curve.verify(signature, digest, point, form);
  } catch {
    return false;
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const names: readonly CurveName[] = ['P-256', 'P-384', 'P-521'];

test.for(names)('verifies signatures of OpenSSL on %s', async (namedCurve) => {
  for (let round = 0; round < 12; round += 1) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const signature = sign('sha256', Buffer.from(`${round}`), privateKey);

    expect(await isGood(publicKey, digestOf(`${round}`), signature)).toBe(true);
    expect(await isGood(publicKey, digestOf('other'), signature)).toBe(false);
  }
});

test.for(names)('agrees with another implementation on %s, whatever is changed', async (curve) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const digest = digestOf('the wheel');
  const signature = sign('sha256', Buffer.from('the wheel'), privateKey);
  for (let round = 0; round < 40; round += 1) {
    const changed = Buffer.from(signature);
    changed[random.below(changed.length)]! ^= 1 << random.below(8);
    const good = await isGood(publicKey, digest, changed);

    // The other one reads numbers in more than one spelling.
    expect(good && !isGoodElsewhere(publicKey, digest, changed)).toBe(false);
    expect(good).toBe(false);
  }
});

function integer(number: bigint): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const positive = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(2, positive.length), positive]);
}

/** A signature of two numbers that nobody made. */
function signatureOf(r: bigint, s: bigint): Buffer {
  const numbersOf = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.of(0x30, numbersOf.length), numbersOf]);
}

test('refuses numbers that are out of range', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const digest = digestOf('the wheel');
  const order = p256.Point.Fn.ORDER;
  const { r, s } = p256.Signature.fromBytes(
    sign('sha256', Buffer.from('the wheel'), privateKey),
    'der',
  );

  expect(await isGood(publicKey, digest, signatureOf(r, s))).toBe(true);
  expect(await isGood(publicKey, digest, signatureOf(r, order - s))).toBe(true);
  for (const [one, other] of [
    [0n, s],
    [r, 0n],
    [0n, 0n],
    [r, order],
    [order, s],
    [r + order, s],
    [r, s + order],
    [1n, 1n],
    [order - 1n, order - 1n],
    [s, r],
    [r, r],
  ] as const) {
    expect(await isGood(publicKey, digest, signatureOf(one, other))).toBe(false);
  }
});

test('refuses a signature in another spelling', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const digest = digestOf('the wheel');
  const signature = sign('sha256', Buffer.from('the wheel'), privateKey);
  const inside = signature.subarray(2);

  for (const spelling of [
    Buffer.concat([signature, Buffer.of(0)]),
    Buffer.concat([Buffer.of(0x30, 0x81, inside.length), inside]),
    Buffer.concat([Buffer.of(0x30, 0x80), inside, Buffer.of(0, 0)]),
    Buffer.concat([Buffer.of(0x31, inside.length), inside]),
    Buffer.concat([Buffer.of(0x30, inside.length + 2), inside, Buffer.of(5, 0)]),
  ]) {
    expect(await isGood(publicKey, digest, spelling)).toBe(false);
  }
});

test('refuses a digest of zeros, which no sum of bytes has', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const r = BigInt(`0x${Buffer.from(x, 'base64url').toString('hex')}`) % p256.Point.Fn.ORDER;

  // By the equations it would fit: with nothing signed, r/s times the key is the key.
  expect(await isGood(publicKey, Buffer.alloc(32), signatureOf(r, r))).toBe(false);
});

test('verifies RSA by its digest, and Ed25519 not at all', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signature = sign('sha256', Buffer.from('the wheel'), rsa.privateKey);
  const wrong = sign('sha512', Buffer.from('the wheel'), rsa.privateKey);
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const edwards = generateKeyPairSync('ed25519');
  const digest = digestOf('the wheel');

  expect(await isGood(rsa.publicKey, digest, signature)).toBe(true);
  expect(await isGood(rsa.publicKey, digestOf('other'), signature)).toBe(false);
  expect(await isGood(rsa.publicKey, digest, wrong)).toBe(false);
  expect(await isGood(edwards.publicKey, digest, sign(null, digest, edwards.privateKey))).toBe(
    false,
  );
  expect(() =>
    createKeyVerifier(short.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  ).toThrowError(expect.objectContaining({ code: 'KEY_UNSUPPORTED' }));
});
