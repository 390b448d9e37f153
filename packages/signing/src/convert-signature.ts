/**
 * One shape of a signature made into another.
 *
 * Nothing is verified by that: what is converted proves as much as before. What a shape has no place
 * for would be lost, so then it is refused.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { parseAttestation } from './attestation.ts';
import { bundleMediaType } from './bundle-json.ts';
import { detachedSignature, parseBundle, type SignatureBundle } from './bundle.ts';
import { parseCertificate } from './certificate.ts';
import { readCertificate, readSignature } from './detached-signature.ts';
import { digestOf } from './digested-file.ts';
import { assertRecorded } from './entry-body.ts';
import { SigningError, VerificationError } from './errors.ts';
import { assertSignedBy } from './evidence.ts';
import { timeOf, type LogEntry } from './log-entry.ts';
import { findLogEntries } from './rekor.ts';
import type { SignatureShape } from './signature-shape.ts';
import { attestationText } from './write-attestation.ts';
import { bundleText } from './write-bundle.ts';

/** A signature in one of its shapes. */
export type ConvertibleSignature =
  | { readonly bundle: string | Uint8Array }
  | { readonly attestation: string | Uint8Array }
  | {
      readonly signature: string | Uint8Array;
      readonly certificate: string | Uint8Array;
      /** Digest of the file that was signed, which is in neither of the two. */
      readonly sha256: string;
    };

/** Settings of {@link convertSignature}. */
export interface ConvertOptions {
  /** The Rekor v1 that knows the entry of a `.sig` and a `.crt`. */
  readonly rekorUrl?: URL;
  readonly dispatcher?: Dispatcher;
  readonly signal?: AbortSignal;
}

/**
 * Makes the text of another shape.
 *
 * @throws SigningError with code `SHAPE_IMPOSSIBLE` where there is no way.
 * @throws VerificationError with the code of what cannot be read, `LOG_UNREACHABLE` or
 * `LOG_ENTRY_MISSING`.
 */
export async function convertSignature(
  from: ConvertibleSignature,
  shape: Exclude<SignatureShape, 'provenance'>,
  options: ConvertOptions = {},
): Promise<string> {
  options.signal?.throwIfAborted();
  const bundle = await bundleOf(from, options);
  if (shape === 'bundle') return bundleText(bundle);
  if (shape === 'attestation') return attestationText(bundle);
  return detachedText(bundle, shape);
}

function detachedText(bundle: SignatureBundle, shape: 'signature' | 'certificate'): string {
  const { content, key, logEntries } = bundle;
  if (content.kind === 'envelope') {
    throw impossible('the signature of a statement proves nothing about a file without it');
  }
  const isSearchable = logEntries.some(({ integratedTime }) => integratedTime !== undefined);
  if ('certificate' in key && !isSearchable) {
    throw impossible('no log can be asked for the entry of this signature, so it needs its bundle');
  }
  const text = detachedSignature(bundle)[shape];
  if (text !== undefined) return text;
  throw impossible('the bundle names a public key, so there is no certificate');
}

async function bundleOf(
  from: ConvertibleSignature,
  options: ConvertOptions,
): Promise<SignatureBundle> {
  if ('bundle' in from) return parseBundle(from.bundle);
  return 'attestation' in from ? parseAttestation(from.attestation) : foundBundle(from, options);
}

async function foundBundle(
  { sha256, ...from }: Extract<ConvertibleSignature, { signature: unknown }>,
  { rekorUrl, ...connection }: ConvertOptions,
): Promise<SignatureBundle> {
  const digest = digestOf({ sha256 });
  const signature = readSignature(from.signature);
  const key = { certificate: readCertificate(from.certificate) };
  const content = { kind: 'message', signature, sha256 } as const;
  const certificate = parseCertificate(key.certificate);
  // The log learns nothing of files that were not signed.
  assertSignedBy(certificate, { content, digest });
  if (rekorUrl === undefined) {
    throw new VerificationError('a bundle needs the log entry, and there is no log to ask for it', {
      code: 'LOG_UNREACHABLE',
      hint: 'Name the Rekor v1 that was signed with, by `--rekor-url` or `REKOR_URL`.',
    });
  }
  const found = await findLogEntries({ ...connection, rekorUrl }, { key, signature, digest });
  const { details } = certificate.key;
  for (const entry of found) assertRecorded(entry, { content, digest, key, details });
  const [first] = found
    .filter((entry) => isWithin(entry, certificate))
    .toSorted((left, right) => Number(left.integratedTime) - Number(right.integratedTime));
  if (first === undefined) {
    throw new VerificationError('the transparency log does not know the signature', {
      code: 'LOG_ENTRY_MISSING',
      hint: 'Check that `REKOR_URL` is the log the file was signed with.',
    });
  }
  return { mediaType: bundleMediaType, key, content, logEntries: [first], timestamps: [] };
}

function isWithin(
  entry: LogEntry,
  { notBefore, notAfter }: { readonly notBefore: Date; readonly notAfter: Date },
): boolean {
  const time = timeOf(entry);
  return time !== undefined && time >= notBefore && time <= notAfter;
}

function impossible(message: string): SigningError {
  return new SigningError(message, {
    code: 'SHAPE_IMPOSSIBLE',
    hint: 'Take the shape that there is, or sign again and ask for the other one.',
  });
}
