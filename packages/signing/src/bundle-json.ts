/**
 * The JSON of a Sigstore bundle, by the letter: no field that is not known, base64 and numbers in
 * their one spelling, one of every alternative.
 *
 * Fields that are zero or empty may be missing, as proto3 has it; `null` counts as missing.
 *
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 *
 * @module
 */

import * as z from 'zod/mini';
import { Base64Bytes } from './base64-bytes.ts';
import { VerificationError } from './errors.ts';
import type { InclusionProof, LogEntry } from './log-entry.ts';
import type { SignedContent } from './signed-content.ts';

/** The media type of the bundles that are written here. */
export const bundleMediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What a bundle holds, with bytes decoded. */
export interface BundleContent {
  readonly mediaType: string;
  /** The leaf, in older bundles with other certificates after it; or a hint at a public key. */
  readonly key: { readonly certificates: readonly Buffer[] } | { readonly publicKeyHint: string };
  readonly content: SignedContent;
  readonly logEntries: readonly LogEntry[];
  readonly timestamps: readonly Buffer[];
}

const former = 'application/vnd.dev.sigstore.bundle+json;version=';
const withChain = new Set([`${former}0.1`, `${former}0.2`]);
const mediaTypes = new Set([...withChain, `${former}0.3`, bundleMediaType]);

const longest = 4 * 1024 * 1024;

const Hash = Base64Bytes.check(z.refine((bytes) => bytes.length === 32, 'expected 32 bytes'));

// Nothing above 2^53 - 1: beyond that two spellings are one number to the signature check.
const Decimal = z
  .pipe(
    z.nullish(z.union([z.string(), z.number()])),
    z.transform((value) => String(value ?? 0)),
  )
  .check(z.refine((text) => /^(?:0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))));

const ProofJson = z.pipe(
  z.strictObject({
    logIndex: Decimal,
    rootHash: Hash,
    treeSize: Decimal,
    hashes: z.nullish(z.array(Hash).check(z.maxLength(64))),
    checkpoint: z.nullish(z.strictObject({ envelope: z.string() })),
  }),
  z.transform(({ hashes, checkpoint, ...proof }): InclusionProof => ({
    ...proof,
    hashes: hashes ?? [],
    ...(checkpoint && { checkpoint: checkpoint.envelope }),
  })),
);

const EntryJson = z.pipe(
  z.strictObject({
    logIndex: Decimal,
    logId: z.strictObject({ keyId: Hash }),
    kindVersion: z.strictObject({ kind: z.string(), version: z.string() }),
    integratedTime: Decimal,
    inclusionPromise: z.nullish(z.strictObject({ signedEntryTimestamp: Base64Bytes })),
    inclusionProof: z.nullish(ProofJson),
    canonicalizedBody: Base64Bytes,
  }),
  z.transform(
    ({ logId, kindVersion, integratedTime, inclusionPromise, inclusionProof, ...entry }) => ({
      ...entry,
      ...kindVersion,
      logId: logId.keyId,
      // A log without times of its own leaves a zero, or nothing.
      ...(integratedTime !== '0' && { integratedTime }),
      ...(inclusionPromise && { signedEntryTimestamp: inclusionPromise.signedEntryTimestamp }),
      ...(inclusionProof && { inclusionProof }),
    }),
  ),
);

/** Reads an entry as bundles hold it and as Rekor v2 answers; `undefined` if it is none. */
export function readLogEntryJson(json: unknown): LogEntry | undefined {
  return EntryJson.safeParse(json).data;
}

const CertificateJson = z.strictObject({ rawBytes: Base64Bytes });
const TimestampJson = z.strictObject({ signedTimestamp: Base64Bytes });

const MessageJson = z.strictObject({
  messageDigest: z.nullish(z.strictObject({ algorithm: z.literal('SHA2_256'), digest: Hash })),
  signature: Base64Bytes,
});

// One signature: DSSE allows several, a bundle has one key.
const EnvelopeJson = z.strictObject({
  payload: Base64Bytes,
  payloadType: z.string().check(z.minLength(1)),
  signatures: z.tuple([z.strictObject({ sig: Base64Bytes, keyid: z.nullish(z.string()) })]),
});

const BundleJson = z.strictObject({
  mediaType: z.string(),
  verificationMaterial: z.strictObject({
    certificate: z.nullish(CertificateJson),
    x509CertificateChain: z.nullish(
      z.strictObject({
        certificates: z.array(CertificateJson).check(z.minLength(1), z.maxLength(16)),
      }),
    ),
    publicKey: z.nullish(z.strictObject({ hint: z.nullish(z.string()) })),
    tlogEntries: z.nullish(z.array(EntryJson).check(z.maxLength(32))),
    timestampVerificationData: z.nullish(
      z.strictObject({
        rfc3161Timestamps: z.nullish(z.array(TimestampJson).check(z.maxLength(32))),
      }),
    ),
  }),
  messageSignature: z.nullish(MessageJson),
  dsseEnvelope: z.nullish(EnvelopeJson),
});

// Says what kind of document it is before saying which field of the expected kind it lacks.
const AnyBundle = z.looseObject({ mediaType: z.string() });

/**
 * Reads the JSON of a bundle.
 *
 * @throws VerificationError with code `BUNDLE_MALFORMED`.
 */
export function readBundleJson(text: string | Uint8Array): BundleContent {
  const parsed = parseJson(text);
  assertKind(parsed);
  const { data, error } = BundleJson.safeParse(parsed);
  if (data === undefined) {
    const where = error.issues[0]?.path.join('.') ?? '';
    throw malformed(`the bundle is malformed${where === '' ? '' : ` at \`${where}\``}`);
  }
  const { mediaType, verificationMaterial: material } = data;
  return {
    mediaType,
    key: keyOf(data),
    content: contentOf(data),
    logEntries: material.tlogEntries ?? [],
    timestamps: (material.timestampVerificationData?.rfc3161Timestamps ?? []).map(
      ({ signedTimestamp }) => signedTimestamp,
    ),
  };
}

function parseJson(text: string | Uint8Array): unknown {
  if (text.length > longest) throw malformed('the bundle is longer than 4 MiB');
  try {
    return JSON.parse(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text),
    );
  } catch {
    throw malformed('the bundle is no JSON document');
  }
}

function assertKind(parsed: unknown): void {
  const { data } = AnyBundle.safeParse(parsed);
  if (data === undefined) throw malformed('the bundle has no media type');
  if (!mediaTypes.has(data.mediaType)) throw malformed('the bundle has an unknown media type');
}

function contentOf({
  messageSignature: message,
  dsseEnvelope: envelope,
}: z.infer<typeof BundleJson>): SignedContent {
  if (message && envelope) throw malformed('the bundle holds two things that are signed');
  if (message) {
    const { signature, messageDigest } = message;
    return {
      kind: 'message',
      signature,
      ...(messageDigest && { sha256: messageDigest.digest.toString('hex') }),
    };
  }
  if (!envelope) throw malformed('the bundle has no signature');
  const { payload, payloadType, signatures } = envelope;
  return { kind: 'envelope', payloadType, payload, signature: signatures[0].sig };
}

function keyOf(json: z.infer<typeof BundleJson>): BundleContent['key'] {
  const { certificate, x509CertificateChain: chain, publicKey } = json.verificationMaterial;
  const kinds = [certificate, chain, publicKey].filter((kind) => (kind ?? undefined) !== undefined);
  if (kinds.length > 1) throw malformed('the bundle has two keys');
  if (kinds.length === 0) throw malformed('the bundle has no certificate');
  if (publicKey) return { publicKeyHint: publicKey.hint ?? '' };
  const wanted = withChain.has(json.mediaType) ? chain?.certificates : certificate && [certificate];
  if (wanted) return { certificates: wanted.map(({ rawBytes }) => rawBytes) };
  throw malformed('the bundle has its certificate where its version does not');
}

function malformed(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'BUNDLE_MALFORMED',
    hint: 'Take the `.sigstore.json` file that was published with the file.',
  });
}
