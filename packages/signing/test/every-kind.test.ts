/**
 * Material of every kind, version and key, from a Sigstore that a test has in its hands.
 *
 * @module
 */

import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier as SigstoreVerifier } from '@sigstore/verify';
import { createKeyVerifier, parseTrustedRoot } from '@wheelseal/signing';
import { expect, test } from 'vitest';
import {
  after,
  artifact,
  createOwnSigstore,
  policy,
  start,
  type EntryKind,
  type Signing,
} from './own-sigstore.ts';

const own = createOwnSigstore();
const trustedRoot = parseTrustedRoot(JSON.stringify(own.root()));
const statement = {};

const shapes: Readonly<Record<string, Signing>> = {
  'a file in a bundle of version 0.1': { bundleVersion: '0.1' },
  'a file in a bundle of version 0.2': { bundleVersion: '0.2' },
  'a file in a bundle of version 0.3': {},
  'a file in a bundle of version 0.3 as it was called first': { bundleVersion: '0.3 as before' },
  'a file on P-384': { curve: 'P-384' },
  'a file on P-521': { curve: 'P-521' },
  'a file in Rekor v2': { entries: ['hashedrekord 0.0.2'] },
  'a file in both': { entries: ['hashedrekord 0.0.1', 'hashedrekord 0.0.2'] },
  'a file without a timestamp': { stampedAt: [] },
  'a file with two timestamps': { stampedAt: [0, 5] },
  'a statement as dsse 0.0.1': { statement, entries: ['dsse 0.0.1'] },
  'a statement as dsse 0.0.2': { statement, entries: ['dsse 0.0.2'] },
  'a statement as intoto 0.0.2': { statement, entries: ['intoto 0.0.2'] },
  'a statement as hashedrekord 0.0.1': { statement, entries: ['hashedrekord 0.0.1'] },
  'a statement as hashedrekord 0.0.2': { statement, entries: ['hashedrekord 0.0.2'] },
  'a statement on P-384': { statement, curve: 'P-384', entries: ['dsse 0.0.1'] },
  'a statement in both': { statement, entries: ['dsse 0.0.1', 'hashedrekord 0.0.2'] },
};

test.for(Object.entries(shapes))('verifies %s, by certificate', async ([, signing]) => {
  const bundle = JSON.stringify(own.make(signing).bundle);

  const found = await own.verifier().verify(artifact, { bundle }, policy);

  const { entries = ['hashedrekord 0.0.1'], stampedAt = [0] } = signing;
  expect(found.logEntries.map(({ kind, version }): string => `${kind} ${version}`)).toEqual(
    entries,
  );
  expect(found.timestamps.map(({ time }) => time)).toEqual(stampedAt.map(after));
  expect(found.signedAt).toEqual(stampedAt.length === 0 ? after(60) : start);
});

// Of what sigstore-js takes at all, it has to take the same.
test.for(Object.entries(shapes))('has the second opinion of sigstore-js on %s', ([, signing]) => {
  const { bundle } = own.make(signing);
  const material = toTrustMaterial(TrustedRootMessage.fromJSON(own.root()));
  const entity = toSignedEntity(
    bundleFromJSON(JSON.parse(JSON.stringify(bundle))),
    Buffer.from('the wheel'),
  );

  expect(() => new SigstoreVerifier(material).verify(entity)).not.toThrow();
});

test.for(Object.entries(shapes))('verifies %s, by key', async ([, signing]) => {
  const { bundle, publicKey } = own.make({ ...signing, byKey: true });
  const verifier = createKeyVerifier(publicKey, { trustedRoot, now: () => after(86_400) });

  await expect(
    verifier.verify(artifact, { bundle: JSON.stringify(bundle) }),
  ).resolves.toBeDefined();
});

const kinds: readonly EntryKind[] = ['dsse 0.0.1', 'dsse 0.0.2', 'intoto 0.0.2'];

test.for(kinds)('refuses a file that was logged as %s', async (kind) => {
  const { bundle } = own.make();
  const made = own.make({ statement, entries: [kind] });
  bundle.verificationMaterial.tlogEntries = made.bundle.verificationMaterial.tlogEntries;

  await expect(
    own.verifier().verify(artifact, { bundle: JSON.stringify(bundle) }, policy),
  ).rejects.toMatchObject({ code: 'LOG_ENTRY_MISMATCH' });
});
