/**
 * The kind of log entry that signed statements are kept in: `dsse` 0.0.1.
 *
 * The log keeps digests and signatures, not the statement.
 *
 * @module
 */

import { field, listField, parseJson, textField } from '../json-field.ts';
import { readEntryKey } from './entry-key.ts';
import { statementDigests, verifyEnvelope } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { EntryError, loggedEntry, sha256Hex } from './logged-entry.ts';
import type { LoggedEntry } from './logged-entry.ts';

const identity = { kind: 'dsse', apiVersion: '0.0.1' } as const;
const computed = ['signatures', 'envelopeHash', 'payloadHash'] as const;

/**
 * Checks a proposed entry, its signatures included, and brings it into its canonical form.
 *
 * @throws EntryError when it has no envelope, or one whose signatures are not by its keys.
 */
export function readDsseEntry(proposed: unknown): LoggedEntry {
  const spec = field(proposed, 'spec');
  if (computed.some((name) => isPresent(field(spec, name)))) {
    throw new EntryError(
      'either proposedContent or envelopeHash, payloadHash, and signatures must be present but not both',
    );
  }
  const text = textField(spec, 'proposedContent', 'envelope');
  const envelope = readEnvelope(text);
  const keys = listField(spec, 'proposedContent', 'verifiers').map((verifier) =>
    readEntryKey(Buffer.from(String(verifier), 'base64').toString()),
  );
  const found = [...verifyEnvelope(envelope, keys)];
  const payloadHash = { algorithm: 'sha256', value: sha256Hex(envelope.payload) };
  const envelopeHash = { algorithm: 'sha256', value: sha256Hex(text) };
  const signatures = found
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([signature, { pem }]) => ({ signature, verifier: pem.toString('base64') }));
  return loggedEntry({ ...identity, spec: { envelopeHash, payloadHash, signatures } }, [
    ...found.flatMap(([, { digest, names }]) => [`sha256:${digest}`, ...names]),
    `sha256:${payloadHash.value}`,
    `sha256:${envelopeHash.value}`,
    ...statementDigests(envelope),
  ]);
}

/** Reads an entry that is in its canonical form already, to look for it. */
export function readCanonicalDsseEntry(entry: unknown): LoggedEntry | undefined {
  const spec = field(entry, 'spec');
  if (isPresent(field(spec, 'proposedContent'))) return undefined;
  const members = computed.map((name) => [name, field(spec, name)] as const);
  if (!members.every(([, value]) => isPresent(value))) return undefined;
  return loggedEntry({ ...identity, spec: Object.fromEntries(members) }, []);
}

/** Clients that are written in Go spell out what they leave empty. */
function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function readEnvelope(text: string): Envelope {
  const json = parseJson(text);
  if (typeof json !== 'object' || json === null) {
    throw new EntryError('proposed content envelope is missing');
  }
  const signatures = listField(json, 'signatures').map((signature) => textField(signature, 'sig'));
  if (signatures.length === 0) {
    throw new EntryError('DSSE envelope must contain 1 or more signatures');
  }
  const payload = Buffer.from(textField(json, 'payload'), 'base64');
  return { payloadType: textField(json, 'payloadType'), payload, signatures };
}
