/**
 * One thing changed at a time, in material of every kind: a bit, a number, a word, a part left out, or
 * a part of another signing put in its place. None of it may be accepted, and each refusal must say
 * what is wrong.
 *
 * @module
 */

import {
  createKeyVerifier,
  parseTrustedRoot,
  VerificationError,
  type FileDigest,
} from '@wheelseal/signing';
import { beforeAll, expect, test } from 'vitest';
import { numbers, type Numbers } from './random-numbers.ts';
import {
  after,
  artifact,
  createOwnSigstore,
  policy,
  subject,
  type Made,
  type OwnSigstore,
  type Signing,
} from './own-sigstore.ts';
import { fileOf, publishPredicateType } from './signing-scene.ts';

const runs = Number(process.env['WHEELSEAL_TEST_RUNS'] ?? 2000);
const seed = Number(process.env['WHEELSEAL_TEST_SEED'] ?? Date.now() % 1_000_000);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Path = readonly string[];

/** Material of one kind, and the same from other signings. */
interface Specimen {
  readonly title: string;
  readonly document: Json;
  readonly donors: readonly Json[];
  verify(document: Json, file: FileDigest): Promise<unknown>;
}

/** One change of material, or of the file. */
interface Mutation {
  readonly what: string;
  readonly document: Json;
  readonly file: FileDigest;
  readonly codes: readonly string[];
}

const own = createOwnSigstore();
const foreign = createOwnSigstore();
const statement = { predicateType: publishPredicateType };

const shapes: readonly Signing[] = [
  {},
  { bundleVersion: '0.1' },
  { bundleVersion: '0.2' },
  { bundleVersion: '0.3 as before', stampedAt: [] },
  { curve: 'P-384' },
  { entries: ['hashedrekord 0.0.2'] },
  { entries: ['hashedrekord 0.0.1', 'hashedrekord 0.0.2'] },
  { statement, entries: ['dsse 0.0.1'] },
  { statement, entries: ['dsse 0.0.1'], stampedAt: [] },
  { statement, entries: ['intoto 0.0.2'], bundleVersion: '0.2' },
  { statement, entries: ['dsse 0.0.2'] },
  { statement, entries: ['hashedrekord 0.0.2'] },
  { byKey: true },
  { byKey: true, entries: ['hashedrekord 0.0.2'] },
  { byKey: true, statement, entries: ['dsse 0.0.1'] },
];

let specimens: readonly Specimen[];

beforeAll(() => {
  specimens = shapes.flatMap((shape) => [specimen(shape), ...attestations(shape)]);
});

test('accepts everything as it is', async () => {
  for (const one of specimens) {
    await expect(one.verify(one.document, artifact), one.title).resolves.toBeDefined();
  }
});

/** The same signing of another file, at another time, by another signer, in another log, and again. */
function variants(shape: Signing): readonly (readonly [OwnSigstore, Signing])[] {
  const { statement: stated, byKey } = shape;
  const otherFile = fileOf('another wheel', 'demo-1.0.0.tar.gz');
  return [
    [own, shape],
    [own, { ...shape, ...(stated === undefined ? {} : { file: otherFile }) }],
    [own, { ...shape, loggedAt: 90, stampedAt: (shape.stampedAt ?? [0]).map((one) => one + 30) }],
    [own, { ...shape, log: { before: 9, after: 1 } }],
    [own, byKey === true ? shape : { ...shape, subject: `${subject}2` }],
    [foreign, shape],
  ];
}

function specimen(shape: Signing): Specimen {
  const made = own.make(shape);
  return {
    title: JSON.stringify(shape),
    document: jsonOf(made.bundle),
    donors: variants(shape).map(([sigstore, other]) => jsonOf(sigstore.make(other).bundle)),
    verify: verificationOf(made, shape),
  };
}

function verificationOf({ publicKey }: Made, { byKey = false }: Signing): Specimen['verify'] {
  const verifier = own.verifier();
  const trustedRoot = parseTrustedRoot(JSON.stringify(own.root()));
  const keyVerifier = createKeyVerifier(publicKey, { trustedRoot, now: () => after(86_400) });
  return async (document, file) => {
    const material = { bundle: JSON.stringify(document) };
    return byKey ? keyVerifier.verify(file, material) : verifier.verify(file, material, policy);
  };
}

/** What a package index would have of it: the same parts under other names. */
function attestations(shape: Signing): readonly Specimen[] {
  const { byKey, statement: stated, stampedAt, bundleVersion } = shape;
  if (byKey === true || stated === undefined || bundleVersion !== undefined) return [];
  if (stampedAt?.length !== 0) return [];
  const verifier = own.verifier();
  return [
    {
      title: `attestation ${JSON.stringify(shape)}`,
      document: attestationOf(own.make(shape)),
      donors: variants(shape).map(([sigstore, other]) => attestationOf(sigstore.make(other))),
      verify: async (document, file) =>
        verifier.verify(file, { attestation: JSON.stringify(document) }, policy),
    },
  ];
}

function attestationOf({ bundle }: Made): Json {
  const { verificationMaterial: material, dsseEnvelope: envelope } = bundle;
  return jsonOf({
    version: 1,
    verification_material: {
      certificate: material.certificate?.rawBytes,
      transparency_entries: material.tlogEntries,
    },
    envelope: { statement: envelope?.payload, signature: envelope?.signatures[0]?.sig },
  });
}

function jsonOf(value: unknown): Json {
  const json: Json = JSON.parse(JSON.stringify(value));
  return json;
}

const malformed = ['BUNDLE_MALFORMED', 'ATTESTATION_MALFORMED'];

/** Which codes a change in a place may lead to; `undefined` where it changes nothing. */
function codesOf(path: Path): readonly string[] | undefined {
  const name = path.join('.');
  // Words that help to find something, and prove nothing.
  if (/publicKey\.hint|keyid/.test(name)) return undefined;
  if (/mediaType|^version$/.test(name)) return malformed;
  if (/messageDigest/.test(name)) return [...malformed, 'DIGEST_MISMATCH'];
  if (/rfc3161Timestamps/.test(name)) return [...malformed, 'TIMESTAMP_INVALID'];
  if (/tlogEntries|transparency_entries/.test(name)) {
    return [...malformed, 'LOG_ENTRY_INVALID', 'LOG_ENTRY_MISMATCH', 'TIMESTAMP_INVALID'];
  }
  if (/certificate/i.test(name)) {
    return [
      ...malformed,
      'CERTIFICATE_MALFORMED',
      'CERTIFICATE_UNTRUSTED',
      'KEY_UNSUPPORTED',
      'SIGNATURE_INVALID',
      'SIGNATURE_MALFORMED',
    ];
  }
  return [...malformed, 'SIGNATURE_INVALID', 'SIGNATURE_MALFORMED'];
}

type Mutator = (specimen: Specimen, random: Numbers) => Mutation | undefined;

const flipBit: Mutator = ({ document }, random) => {
  const { path, value } = random.from(leavesOf(document).filter(({ value: one }) => isBase64(one)));
  const bytes = Buffer.from(textOf(value), 'base64');
  const bit = random.below(bytes.length * 8);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return changed(document, path, bytes.toString('base64'), `bit ${bit}`);
};

const flipCharacter: Mutator = ({ document }, random) => {
  const texts = leavesOf(document).filter(({ value }) => typeof value === 'string' && value !== '');
  const { path, value } = random.from(texts);
  const characters = Array.from(textOf(value));
  const at = random.below(characters.length);
  const flipped = String.fromCodePoint(characters[at]!.codePointAt(0)! ^ (1 << random.below(7)));
  const text = characters.with(at, flipped).join('');
  // Another version is another meaning only where the parts are in other places.
  if (path.at(-1) === 'mediaType' && /version=0\.[123]$/.test(text)) return undefined;
  return changed(document, path, text, `character ${at}`);
};

const changeNumber: Mutator = ({ document }, random) => {
  const leaves = leavesOf(document).filter(({ value }) => /^\d+$/.test(textOf(value)));
  const { path, value } = random.from(leaves);
  const number = Math.abs(Number(value) + random.from([-1, 1, 2, 60, 3600, -3600, 2 ** 32]));
  return changed(document, path, String(number), `number ${number}`);
};

const changeType: Mutator = ({ document }, random) => {
  const { path, value } = random.from(leavesOf(document));
  const other = random.from<Json>([null, true, 7, '', ' ', [], {}, [value], { value }]);
  // What is absent may be null or empty: nothing is said by it.
  if (isNothing(value) && isNothing(other)) return undefined;
  if (/messageDigest|rfc3161/.test(path.join('.')) && other === null) return undefined;
  if (path.at(-1) === 'checkpoint') return undefined;
  return changed(document, path, other, `type ${JSON.stringify(other)}`);
};

const neededParts = [
  /mediaType$/,
  /verificationMaterial$|verification_material$/,
  /(certificate|x509CertificateChain|publicKey|rawBytes)$/,
  /(tlogEntries|transparency_entries)\.\d+\.(logIndex|logId|kindVersion|canonicalizedBody)$/,
  /inclusionPromise$/,
  /(messageSignature|dsseEnvelope|envelope|signature|statement|payload|payloadType|sig)$/,
];

const leaveOut: Mutator = ({ document }, random) => {
  const needed = placesOf(document).filter(({ path, value }) => {
    const isNeeded = neededParts.some((part) => part.test(path.join('.')));
    return isNeeded && !(path.at(-1) === 'logIndex' && value === '0');
  });
  const { path } = random.from(needed);
  return { ...changed(document, path, undefined, 'left out'), codes: anyCode };
};

const swapIn: Mutator = ({ document, donors }, random) => {
  const donor = random.from(donors);
  const { path, value } = random.from(
    placesOf(document).filter(({ path: one }) => one.length > 0 && one.at(1) !== 'publicKey'),
  );
  const other = at(donor, path);
  if (other === undefined || JSON.stringify(other) === JSON.stringify(value)) return undefined;
  // A witness of the same signature is none of another, so that nothing here is swapped for its equal.
  return { ...changed(document, path, other, 'swapped in'), codes: anyCode };
};

const anyCode = [
  ...malformed,
  'SIGNATURE_INVALID',
  'SIGNATURE_MALFORMED',
  'DIGEST_MISMATCH',
  'KEY_UNSUPPORTED',
  'CERTIFICATE_MALFORMED',
  'CERTIFICATE_UNTRUSTED',
  'TIMESTAMP_INVALID',
  'LOG_ENTRY_INVALID',
  'LOG_ENTRY_MISMATCH',
  'LOG_ENTRY_MISSING',
  'IDENTITY_MISMATCH',
  'NAME_MISMATCH',
  'STATEMENT_MALFORMED',
];

const changeFile: Mutator = ({ document }, random) => {
  const digest = Buffer.from(artifact.sha256, 'hex');
  const bit = random.below(256);
  digest[bit >> 3]! ^= 1 << (bit & 7);
  const file = { ...artifact, sha256: digest.toString('hex') };
  return { what: `file, bit ${bit}`, document, file, codes: ['DIGEST_MISMATCH'] };
};

const changeName: Mutator = ({ document }, random) => {
  if (!/dsseEnvelope|statement/.test(JSON.stringify(document))) return undefined;
  const characters = Array.from(artifact.filename);
  const index = random.below(characters.length);
  const filename = characters.with(index, `${characters[index]}x`).join('');
  return {
    what: `file name ${filename}`,
    document,
    file: { ...artifact, filename },
    codes: ['NAME_MISMATCH'],
  };
};

const mutators: readonly Mutator[] = [
  flipBit,
  flipBit,
  flipBit,
  flipCharacter,
  changeNumber,
  changeType,
  leaveOut,
  swapIn,
  swapIn,
  changeFile,
  changeName,
];

test('refuses whatever was changed', { timeout: 3_600_000 }, async () => {
  const random = numbers(seed);
  const refused = new Map<string, number>();
  for (let done = 0; done < runs;) {
    const specimen = random.from(specimens);
    const mutation = random.from(mutators)(specimen, random);
    if (mutation === undefined) continue;
    done += 1;
    const { document, file, what, codes } = mutation;
    const outcome = await specimen.verify(document, file).then(() => 'accepted', outcomeOf);
    expect([outcome], `seed ${seed}, ${specimen.title}: ${what}`).toSatisfy(([code]: [string]) =>
      codes.includes(code),
    );
    refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
  }
  // All of it is reached: a generator that only ever breaks the JSON would show nothing.
  expect([...refused.keys()].toSorted()).toEqual(
    expect.arrayContaining([
      'BUNDLE_MALFORMED',
      'CERTIFICATE_UNTRUSTED',
      'DIGEST_MISMATCH',
      'LOG_ENTRY_INVALID',
      'LOG_ENTRY_MISMATCH',
      'NAME_MISMATCH',
      'SIGNATURE_INVALID',
      'TIMESTAMP_INVALID',
    ]),
  );
});

function outcomeOf(error: unknown): string {
  return error instanceof VerificationError ? error.code : `crash: ${String(error)}`;
}

interface Place {
  readonly path: Path;
  readonly value: Json;
}

function placesOf(value: Json, path: Path = []): readonly Place[] {
  const inside = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [
    { path, value },
    ...inside.flatMap(([name, part]: readonly [string, Json]) => placesOf(part, [...path, name])),
  ];
}

/** Places that hold no others and in which a change means something. */
function leavesOf(document: Json): readonly Place[] {
  return placesOf(document).filter(
    ({ path, value }) =>
      (typeof value !== 'object' || value === null) && codesOf(path) !== undefined,
  );
}

function at(document: Json, path: Path): Json | undefined {
  let value: Json | undefined = document;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = new Map<string, Json>(Object.entries(value)).get(name);
  }
  return value;
}

function changed(document: Json, path: Path, value: Json | undefined, how: string): Mutation {
  const what = `${path.join('.')}, ${how}`;
  const codes = codesOf(path) ?? [];
  return { what, document: replaced(document, path, value) ?? null, file: artifact, codes };
}

function replaced(document: Json, path: Path, value: Json | undefined): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (typeof document !== 'object' || document === null) throw new TypeError(`no ${name} here`);
  const entries = Object.entries(document).flatMap(
    ([key, part]: readonly [string, Json]): readonly (readonly [string, Json])[] => {
      if (key !== name) return [[key, part]];
      const other = replaced(part, rest, value);
      return other === undefined ? [] : [[key, other]];
    },
  );
  return Array.isArray(document) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isBase64(value: Json): boolean {
  return typeof value === 'string' && value.length >= 40 && /^[\w+/]+=*$/.test(value);
}

function isNothing(value: Json): boolean {
  return value === null || value === '0' || (Array.isArray(value) && value.length === 0);
}
