/**
 * `trust_config.json`: whom to trust and where to sign, in one file.
 *
 * It is taken apart here and nothing else: each half is read by whoever reads that document where it
 * lies alone.
 *
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 *
 * @module
 */

import * as z from 'zod/mini';
import { VerificationError } from './errors.ts';

/** The two documents in a trust configuration, as JSON text. */
export interface TrustConfig {
  /** For `parseTrustedRoot`. */
  readonly trustedRoot: string;
  /** For `parseSigningConfig`. */
  readonly signingConfig: string;
}

const longest = 8 * 1024 * 1024;
const Json = z.looseObject({
  mediaType: z.literal('application/vnd.dev.sigstore.clienttrustconfig.v0.1+json'),
  trustedRoot: z.looseObject({}),
  signingConfig: z.looseObject({}),
});

/**
 * Takes the text of a `trust_config.json` apart.
 *
 * @throws VerificationError with code `TRUST_CONFIG_MALFORMED`.
 */
export function parseTrustConfig(text: string): TrustConfig {
  if (text.length > longest) throw malformed('the trust configuration is longer than 8 MiB');
  const { data, error } = Json.safeParse(parseJson(text));
  if (data === undefined) {
    const where = error.issues[0]?.path.join('.') ?? '';
    throw malformed(
      `the trust configuration is malformed${where === '' ? '' : ` at \`${where}\``}`,
    );
  }
  return {
    trustedRoot: JSON.stringify(data.trustedRoot),
    signingConfig: JSON.stringify(data.signingConfig),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed('the trust configuration is no JSON document', cause);
  }
}

function malformed(message: string, cause?: unknown): VerificationError {
  return new VerificationError(message, {
    code: 'TRUST_CONFIG_MALFORMED',
    hint: 'Get the `trust_config.json` anew from whoever runs this Sigstore.',
    ...(cause !== undefined && { cause }),
  });
}
