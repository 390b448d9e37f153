/**
 * Changes nobody thought of: every bundle that is accepted must mean the same as the one it was made
 * from, and every other one must be refused with a code.
 *
 * @module
 */

import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { VerificationError } from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf, openScene, type Scene, type Signed } from './signing-scene.ts';

const file = fileOf('the wheel');
const runs = Number(process.env['WHEELSEAL_FUZZ_RUNS'] ?? 300);

let scene: Scene;
let signed: Signed;
let sibling: Signed;

beforeAll(async () => {
  scene = await openScene();
  [signed, sibling] = await scene.signBoth(file, fileOf('another wheel', 'demo-1.0.0.tar.gz'));
});

afterAll(async () => scene[Symbol.asyncDispose]());

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

async function isAccepted(bundle: string | Uint8Array): Promise<boolean> {
  try {
    await scene.verifier.verify(file, { bundle }, scene.policy);
    return true;
  } catch (error) {
    if (error instanceof VerificationError) return false;
    throw error;
  }
}

/** What a document says, when numbers may be text and absent fields zero, as in proto3. */
function meaningOf(document: Json): Json {
  if (Array.isArray(document)) return document.map(meaningOf);
  if (typeof document === 'number') return String(document);
  if (typeof document !== 'object' || document === null) return document;
  const names = Object.keys(document).toSorted();
  const fields = names.map((name) => [name, meaningOf(document[name]!)] as const);
  return Object.fromEntries(fields.filter(([, value]) => value !== null && value !== '0'));
}

function parsed(text: string): Json {
  const document: Json = JSON.parse(text);
  return document;
}

/** What became of a changed bundle; it must not be `another meaning accepted`. */
async function fateOf(bundle: string): Promise<string> {
  if (!(await isAccepted(bundle))) return 'refused';
  const { mediaType, ...rest } = withoutEmpties(bundle);
  const { mediaType: original, ...expected } = withoutEmpties(signed.bundle);
  const mediaTypes = [original, 'application/vnd.dev.sigstore.bundle+json;version=0.3'];
  const isSame = isDeepStrictEqual(rest, expected) && mediaTypes.includes(mediaType);
  return isSame ? 'same meaning accepted' : 'another meaning accepted';
}

const wrong = 'another meaning accepted';

// Absent, null and empty are one thing for a list, and the digest is for finding files only.
function withoutEmpties(bundle: string): { [name: string]: Json } {
  const text = JSON.stringify(meaningOf(parsed(bundle)));
  const document: { [name: string]: Json } = JSON.parse(
    text
      .replace(/,?"timestampVerificationData":(\{"rfc3161Timestamps":\[\]\}|\{\})/, '')
      .replace(/"messageDigest":\{[^}]*\},?/, ''),
  );
  return document;
}

test('refuses every flipped bit that changes the meaning', { timeout: 120_000 }, async () => {
  const original = Buffer.from(signed.bundle);
  const places = fc.integer({ min: 0, max: original.length * 8 - 1 });

  await fc.assert(
    fc.asyncProperty(places, async (place) => {
      const bytes = Buffer.from(original);
      bytes[place >> 3]! ^= 1 << (place & 7);
      const isRefused = !(await isAccepted(bytes));
      expect(isRefused || (await fateOf(bytes.toString()))).not.toBe(wrong);
    }),
    { numRuns: runs },
  );
});

test('refuses every flipped bit in decoded bytes', { timeout: 120_000 }, async () => {
  const places = allPlaces(parsed(signed.bundle)).flatMap(({ path, value }) =>
    isBase64(value) ? [{ path, value }] : [],
  );

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.nat(), async ({ path, value }, random) => {
      const bytes = Buffer.from(value, 'base64');
      const bit = random % (bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const bundle = JSON.stringify(
        replaced(parsed(signed.bundle), path, bytes.toString('base64')),
      );

      expect(await isAccepted(bundle), path.join('.')).toBe(false);
    }),
    { numRuns: runs },
  );
});

test('refuses every replaced part that changes the meaning', { timeout: 120_000 }, async () => {
  const places = allPlaces(parsed(signed.bundle));
  const donors = allPlaces(parsed(sibling.bundle));
  const values = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(undefined, null, '', 0, '0', '-1', '1e3', [], {}, 2 ** 53),
    fc.constantFrom(...donors.map(({ value }) => value)),
  );

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), values, async ({ path }, value) => {
      const text = JSON.stringify(replaced(parsed(signed.bundle), path, value));
      expect(await fateOf(text ?? '')).not.toBe(wrong);
    }),
    { numRuns: runs },
  );
});

test('refuses every part of another signing in its own place', async () => {
  const donor = new Map(
    allPlaces(parsed(sibling.bundle)).map(({ path, value }) => [path.join('.'), value]),
  );

  for (const { path } of allPlaces(parsed(signed.bundle)).slice(1)) {
    const name = path.join('.');
    if (!donor.has(name)) continue;
    const text = JSON.stringify(replaced(parsed(signed.bundle), path, donor.get(name)));
    expect(await fateOf(text), name).not.toBe(wrong);
  }
});

test('answers noise with a code', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (bundle) => {
      expect(await isAccepted(bundle)).toBe(false);
    }),
    { numRuns: runs },
  );
});

interface Place {
  readonly path: readonly string[];
  readonly value: Json;
}

function allPlaces(value: Json, path: readonly string[] = []): readonly Place[] {
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    { path, value },
    ...inside.flatMap(([name, part]: readonly [string, Json]) => allPlaces(part, [...path, name])),
  ];
}

function replaced(document: Json, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof document !== 'object' || document === null) throw new TypeError(`no ${name} here`);
  const entries: readonly (readonly [string, Json])[] = Object.entries(document);
  const changed = entries.map(([key, part]) =>
    key === name ? [key, replaced(part, rest, value)] : [key, part],
  );
  if (!Array.isArray(document)) return Object.fromEntries(changed);
  return changed.map(([, part]) => part);
}

function isBase64(value: Json): value is string {
  return typeof value === 'string' && value.length > 40 && /^[\w+/]+=*$/.test(value);
}
