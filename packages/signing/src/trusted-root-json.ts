/**
 * The JSON of a trusted root, as far as it must be right before anything is trusted.
 *
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 *
 * @module
 */

import * as z from 'zod/mini';
import { decodeBase64 } from './base64.ts';
import { VerificationError } from './errors.ts';

/** How long something is trusted, as ISO 8601 has it. */
export interface ValidityJson {
  readonly start: string;
  readonly end?: string | null | undefined;
}

/** A certificate authority or a timestamp authority. */
export interface AuthorityJson {
  readonly uri?: string | null | undefined;
  readonly certChain: { readonly certificates: readonly { readonly rawBytes: string }[] };
  readonly validFor: ValidityJson;
}

/** A log of signatures or of certificates. */
export interface LogJson {
  readonly baseUrl: string;
  readonly publicKey: {
    readonly rawBytes: string;
    readonly keyDetails: string;
    readonly validFor: ValidityJson;
  };
  readonly logId: { readonly keyId: string };
  readonly checkpointKeyId?: { readonly keyId: string } | null | undefined;
}

/** What is read of a trusted root. */
export interface TrustedRootJson {
  readonly mediaType: string;
  readonly certificateAuthorities: readonly AuthorityJson[];
  readonly tlogs: readonly LogJson[];
  readonly ctlogs?: readonly LogJson[] | null | undefined;
  readonly timestampAuthorities?: readonly AuthorityJson[] | null | undefined;
}

const longest = 8 * 1024 * 1024;
const mediaTypes: ReadonlySet<string> = new Set([
  'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  'application/vnd.dev.sigstore.trustedroot+json;version=0.2',
  'application/vnd.dev.sigstore.trustedroot.v0.2+json',
]);

const Bytes = z.string().check(z.refine((text) => text !== '' && decodeBase64(text) !== undefined));
const Time = z.string().check(z.refine((text) => Number.isFinite(Date.parse(text))));
// Without its start a key would be trusted for ever back.
const Validity = z.looseObject({ start: Time, end: z.nullish(Time) });
const KeyId = z.looseObject({ keyId: Bytes });
const Authority = z.looseObject({
  uri: z.nullish(z.string()),
  certChain: z.looseObject({
    certificates: z.array(z.looseObject({ rawBytes: Bytes })).check(z.minLength(1)),
  }),
  validFor: Validity,
});
const Log = z.looseObject({
  baseUrl: z.string().check(z.minLength(1)),
  publicKey: z.looseObject({ rawBytes: Bytes, keyDetails: z.string(), validFor: Validity }),
  logId: KeyId,
  checkpointKeyId: z.nullish(KeyId),
});
const Json: z.ZodMiniType<TrustedRootJson> = z.looseObject({
  mediaType: z.string(),
  certificateAuthorities: z.array(Authority).check(z.minLength(1)),
  tlogs: z.array(Log).check(z.minLength(1)),
  ctlogs: z.nullish(z.array(Log)),
  timestampAuthorities: z.nullish(z.array(Authority)),
});

/**
 * Reads the JSON of a trusted root.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_MALFORMED`.
 */
export function readTrustedRootJson(text: string): TrustedRootJson {
  if (text.length > longest) throw malformedRoot('the trusted root is longer than 8 MiB');
  const { data, error } = Json.safeParse(parseJson(text));
  if (data === undefined) {
    const where = error.issues[0]?.path.join('.') ?? '';
    throw malformedRoot(`the trusted root is malformed${where === '' ? '' : ` at \`${where}\``}`);
  }
  if (mediaTypes.has(data.mediaType)) return data;
  throw malformedRoot(`the trusted root has the unknown media type \`${data.mediaType}\``);
}

/** Says that a trusted root is not in the form of one. */
export function malformedRoot(message: string, cause?: unknown): VerificationError {
  return new VerificationError(message, {
    code: 'TRUSTED_ROOT_MALFORMED',
    hint: 'Get the `trusted_root.json` anew from whoever runs this Sigstore.',
    ...(cause !== undefined && { cause }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformedRoot('the trusted root is no JSON document', cause);
  }
}
