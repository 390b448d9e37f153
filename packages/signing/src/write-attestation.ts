/**
 * The JSON text of a publish attestation (PEP 740): the same parts as a bundle of an envelope, under
 * other names. It has no place for timestamps.
 *
 * @see https://packaging.python.org/en/latest/specifications/index-hosted-attestations/
 *
 * @module
 */

import * as z from 'zod/mini';
import { publishPredicateType } from './attestation.ts';
import type { SignatureBundle } from './bundle.ts';
import { SigningError } from './errors.ts';
import type { SignedContent } from './signed-content.ts';
import { statementPayloadType } from './statement.ts';
import { logEntryJson } from './write-bundle.ts';

const Published = z.looseObject({ predicateType: z.literal(publishPredicateType) });

/**
 * Writes the attestation that a bundle holds.
 *
 * @throws SigningError with code `SHAPE_IMPOSSIBLE`.
 */
export function attestationText(bundle: Omit<SignatureBundle, 'mediaType'>): string {
  const { key, content, logEntries } = bundle;
  if (content.kind !== 'envelope') {
    throw impossible('the bundle holds the signature of a file, expected that of a statement');
  }
  if (!isPublishStatement(content)) {
    throw impossible('the bundle states something else than that a file was published');
  }
  if ('publicKeyHint' in key) {
    throw impossible('the bundle names a public key, and an attestation needs a certificate');
  }
  if (!logEntries.some(({ integratedTime }) => integratedTime !== undefined)) {
    throw impossible(
      'no log entry in the bundle says when it was made, and a timestamp has no place',
    );
  }
  return JSON.stringify({
    version: 1,
    verification_material: {
      certificate: base64(key.certificate),
      transparency_entries: logEntries.map(logEntryJson),
    },
    envelope: { statement: base64(content.payload), signature: base64(content.signature) },
  });
}

function isPublishStatement({
  payloadType,
  payload,
}: Extract<SignedContent, { kind: 'envelope' }>): boolean {
  if (payloadType !== statementPayloadType) return false;
  try {
    return Published.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).success;
  } catch {
    return false;
  }
}

function impossible(message: string): SigningError {
  return new SigningError(message, {
    code: 'SHAPE_IMPOSSIBLE',
    hint: 'Sign again, and ask for an attestation.',
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
