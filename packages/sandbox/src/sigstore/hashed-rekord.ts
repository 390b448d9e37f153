/**
 * The kind of log entry that signatures over files are kept in: `hashedrekord` 0.0.1.
 *
 * @module
 */

import { bytesField, textField } from '../json-field.ts';
import { readEntryKey } from './entry-key.ts';
import { keyKind } from './key-kind.ts';
import { EntryError, loggedEntry } from './logged-entry.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { digestLengths, isSignedDigest } from './prehashed-signature.ts';
import type { Digest } from './prehashed-signature.ts';

/**
 * Checks a proposed entry, its signature included, and brings it into its canonical form.
 *
 * @throws EntryError when its signature is not by its key over its digest.
 */
export function readHashedRekord(proposed: unknown): LoggedEntry {
  const digest = readDigest(proposed);
  const signature = bytesField(proposed, 'spec', 'signature', 'content');
  const verifier = readEntryKey(
    bytesField(proposed, 'spec', 'signature', 'publicKey', 'content').toString(),
  );
  if (!isSignedDigest(digest, signature, verifier.key)) {
    throw new EntryError(
      'verifying signature: invalid signature when validating ASN.1 encoded signature',
    );
  }
  if (keyKind(verifier.key)?.digest !== digest.name) {
    throw new EntryError('entry algorithms are not allowed');
  }
  const hash = {
    algorithm: digest.name,
    value: textField(proposed, 'spec', 'data', 'hash', 'value'),
  };
  return loggedEntry(
    {
      kind: 'hashedrekord',
      apiVersion: '0.0.1',
      spec: {
        data: { hash },
        signature: {
          content: signature.toString('base64'),
          publicKey: { content: verifier.pem.toString('base64') },
        },
      },
    },
    [verifier.digest, ...verifier.names, `${hash.algorithm}:${hash.value}`.toLowerCase()],
  );
}

function readDigest(proposed: unknown): Digest {
  const algorithm = textField(proposed, 'spec', 'data', 'hash', 'algorithm');
  const text = textField(proposed, 'spec', 'data', 'hash', 'value');
  const value = Buffer.from(text, 'hex');
  for (const name of ['sha256', 'sha384', 'sha512'] as const) {
    const isWhole = value.length === digestLengths[name] && text.length === 2 * value.length;
    if (name === algorithm && isWhole) return { name, value };
  }
  throw new EntryError('invalid value for hash');
}
