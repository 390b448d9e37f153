/**
 * An attestation as package indexes publish them (PEP 740): the parts of a bundle under other names.
 *
 * @see https://peps.python.org/pep-0740/
 *
 * @module
 */

import * as z from 'zod/mini';
import { bundleMediaType } from './bundle-json.ts';
import { parseBundle, type SignatureBundle } from './bundle.ts';
import { VerificationError } from './errors.ts';
import { statementPayloadType } from './statement.ts';

/**
 * What an attestation states of a file that is published: the identifier that PEP 740 gives it. It is
 * only compared, and nothing is asked there.
 */
export const publishPredicateType = 'https://docs.pypi.org/attestations/publish/v1';

const longest = 4 * 1024 * 1024;

const AttestationJson = z.strictObject({
  version: z.literal(1),
  verification_material: z.strictObject({
    certificate: z.string(),
    transparency_entries: z.array(z.unknown()).check(z.minLength(1)),
  }),
  envelope: z.strictObject({ statement: z.string(), signature: z.string() }),
});

/**
 * Reads the JSON text of an attestation into a bundle.
 *
 * @throws VerificationError with code `ATTESTATION_MALFORMED`, or those of {@link parseBundle}.
 */
export function parseAttestation(text: string | Uint8Array): SignatureBundle {
  const { data, error } = AttestationJson.safeParse(parseJson(text));
  if (data === undefined) {
    const where = error.issues[0]?.path.join('.') ?? '';
    throw malformed(`the attestation is malformed${where === '' ? '' : ` at \`${where}\``}`);
  }
  const { verification_material: material, envelope } = data;
  return parseBundle(
    JSON.stringify({
      mediaType: bundleMediaType,
      verificationMaterial: {
        certificate: { rawBytes: material.certificate },
        tlogEntries: material.transparency_entries,
      },
      dsseEnvelope: {
        payload: envelope.statement,
        payloadType: statementPayloadType,
        signatures: [{ sig: envelope.signature }],
      },
    }),
  );
}

function parseJson(text: string | Uint8Array): unknown {
  if (text.length > longest) throw malformed('the attestation is longer than 4 MiB');
  try {
    return JSON.parse(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text),
    );
  } catch {
    throw malformed('the attestation is no JSON document');
  }
}

function malformed(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'ATTESTATION_MALFORMED',
    hint: 'Take the `.publish.attestation` file that was published with the file.',
  });
}
