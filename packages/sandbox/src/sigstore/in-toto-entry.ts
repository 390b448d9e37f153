/**
 * The older kind of log entry for signed statements: `intoto` 0.0.2.
 *
 * Payload and signatures are base64 twice over in it. The digest of the envelope is the client's word.
 *
 * @module
 */

import { bytesField, field, listField, textField } from '../json-field.ts';
import { readEntryKey } from './entry-key.ts';
import { statementDigests, verifyEnvelope } from './envelope.ts';
import { EntryError, loggedEntry, sha256Hex } from './logged-entry.ts';
import type { LoggedEntry } from './logged-entry.ts';

/**
 * Checks a proposed entry, its signatures included, and brings it into its canonical form.
 *
 * @throws EntryError when it has no envelope, or one whose signatures are not by its keys.
 */
export function readInTotoEntry(proposed: unknown): LoggedEntry {
  const content = field(proposed, 'spec', 'content');
  const payloadType = textField(content, 'envelope', 'payloadType');
  const payloadText = bytesField(content, 'envelope', 'payload').toString();
  if (payloadText === '') throw new EntryError('entry not insertable into log: missing envelope');
  const signatures = listField(content, 'envelope', 'signatures');
  const keys = signatures.map((signature) =>
    readEntryKey(bytesField(signature, 'publicKey').toString()),
  );
  const envelope = {
    payloadType,
    payload: Buffer.from(payloadText, 'base64'),
    signatures: signatures.map((signature) => bytesField(signature, 'sig').toString()),
  };
  verifyEnvelope(envelope, keys);
  const payloadHash = { algorithm: 'sha256', value: sha256Hex(envelope.payload) };
  const spec = {
    content: {
      envelope: { payloadType, signatures: signatures.map(spelled) },
      hash: readHash(content),
      payloadHash,
    },
  };
  return loggedEntry({ kind: 'intoto', apiVersion: '0.0.2', spec }, [
    ...keys.flatMap(({ digest, names }) => [`sha256:${digest}`, ...names]),
    `sha256:${payloadHash.value}`,
    ...statementDigests(envelope),
  ]);
}

/** A signature with its key as the client spelled it. */
function spelled(signature: unknown) {
  const keyid = textField(signature, 'keyid');
  return {
    ...(keyid !== '' && { keyid }),
    publicKey: bytesField(signature, 'publicKey').toString('base64'),
    sig: bytesField(signature, 'sig').toString('base64'),
  };
}

function readHash(content: unknown) {
  const algorithm = textField(content, 'hash', 'algorithm');
  const value = textField(content, 'hash', 'value');
  if (value === '') throw new EntryError('missing envelope digest');
  if (algorithm === 'sha256') return { algorithm, value };
  throw new EntryError(`validating envelope digest: algorithm "${algorithm}" should be sha256`);
}
