/**
 * A signature file made into another one that says the same.
 *
 * Which shape a file has is told by its name, as it is when signatures are written.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { measureFile } from '@wheelseal/distributions';
import type { ConvertibleSignature } from '@wheelseal/signing';
import { PipelineError } from './errors.ts';
import { type SignatureKind, signatureSuffixes } from './release.ts';
import type { ServiceSettings } from './services.ts';
import { writeWhole } from './write-file.ts';

/** What a signature file can become. */
export type ConvertedKind = Exclude<SignatureKind, 'provenance'>;

/** Settings of {@link convertSignatureFile}. */
export interface ConvertFileOptions extends Pick<ServiceSettings, 'dispatcher' | 'rekorUrl'> {
  /** Where to write; beside the file, under the name that belongs to the kind, when absent. */
  readonly output?: string;
  /** Whether a file with other content may be replaced. */
  readonly isForced?: boolean;
  readonly signal?: AbortSignal;
}

/** What became of a signature file. */
export interface ConvertedFile {
  readonly path: string;
  readonly outcome: 'written' | 'already-present';
}

/**
 * Converts a signature file. A `.sig` needs its `.crt` and the distribution beside it.
 *
 * @throws PipelineError with code `SETTING_INVALID`, `FILE_EXISTS` or `FILE_UNWRITABLE`.
 * @throws SigningError with code `SHAPE_IMPOSSIBLE`, VerificationError when something is malformed or
 * the log does not help.
 */
export async function convertSignatureFile(
  path: string,
  kind: ConvertedKind,
  options: ConvertFileOptions = {},
): Promise<ConvertedFile> {
  const { rekorUrl, dispatcher, signal, output, isForced = false } = options;
  const { distribution, from } = kindOf(path);
  const { convertSignature } = await import('@wheelseal/signing');
  const text = await convertSignature(await read(path, distribution, from, signal), kind, {
    ...(rekorUrl !== undefined && { rekorUrl: new URL(rekorUrl) }),
    ...(dispatcher && { dispatcher }),
    ...(signal && { signal }),
  });
  const place = output ?? distribution + signatureSuffixes[kind];
  const present = await contentOf(place);
  if (present === text) return { path: place, outcome: 'already-present' };
  if (present !== undefined && !isForced) {
    throw new PipelineError(`\`${place}\` is there already with other content`, {
      code: 'FILE_EXISTS',
      hint: 'Move it away, or write with `--output` to another file.',
    });
  }
  await writeWhole(place, text, 0o644);
  return { path: place, outcome: 'written' };
}

// The longest suffix first: that of a provenance ends like that of a bundle.
const kinds = Object.entries(signatureSuffixes).toSorted(
  ([, left], [, right]) => right.length - left.length,
);

function kindOf(path: string): { readonly distribution: string; readonly from: string } {
  const [from, suffix = ''] = kinds.find(([, one]) => path.endsWith(one)) ?? [];
  if (from !== undefined) return { distribution: path.slice(0, -suffix.length), from };
  const known = kinds.map(([, one]) => `\`${one}\``).join(', ');
  throw new PipelineError(`\`${path}\` is no signature file by its name`, {
    code: 'SETTING_INVALID',
    hint: `Name a file that ends in ${known}.`,
  });
}

async function read(
  path: string,
  distribution: string,
  from: string,
  signal: AbortSignal | undefined,
): Promise<ConvertibleSignature> {
  if (from === 'attestation') return { attestation: await readSignatureFile(path) };
  if (from !== 'signature' && from !== 'certificate')
    return { bundle: await readSignatureFile(path) };
  const { sha256 } = await measureFile(distribution, signal && { signal });
  return {
    signature: await readSignatureFile(distribution + signatureSuffixes.signature),
    certificate: await readSignatureFile(distribution + signatureSuffixes.certificate),
    sha256,
  };
}

const largest = 4 * 1024 * 1024;

async function readSignatureFile(path: string): Promise<Buffer> {
  const { size } = await measureFile(path);
  if (size <= largest) return readFile(path);
  throw new PipelineError(`\`${path}\` is larger than ${largest} bytes`, {
    code: 'SETTING_INVALID',
    hint: 'Name a file with a signature in it.',
  });
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
