/**
 * The JSON text of a publish attestation (PEP 740): the same parts as a bundle of an envelope, under
 * other names. It has no place for timestamps.
 *
 * @see https://packaging.python.org/en/latest/specifications/index-hosted-attestations/
 *
 * @module
 */

import type { SignatureBundle } from './bundle.ts';
import { SigningError } from './errors.ts';
import { statementPayloadType } from './statement.ts';
import { logEntryJson } from './write-bundle.ts';

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
  if (content.payloadType !== statementPayloadType) {
    throw impossible('the envelope in the bundle holds no statement');
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

function impossible(message: string): SigningError {
  return new SigningError(message, {
    code: 'SHAPE_IMPOSSIBLE',
    hint: 'Sign again, and ask for an attestation.',
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
