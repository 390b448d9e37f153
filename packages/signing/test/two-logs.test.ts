import { readFile } from 'node:fs/promises';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { createVerifier, parseTrustedRoot, type Verifier } from '@wheelseal/signing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  documentOf,
  entryOf,
  flipped,
  type BundleDocument,
  type EntryDocument,
} from './bundle-document.ts';
import { certify, log } from './foreign-client.ts';
import { fileOf } from './signing-scene.ts';

const content = 'the wheel';
const policy = { describe: 'anybody', accepts: () => true };

let home: Sandbox;
let other: Sandbox;
/** Trusts the log of the other sandbox as well, but not its authorities. */
let verifier: Verifier;
/** With an entry of each log; that of the other log is five minutes later. */
let both: BundleDocument;
let late: EntryDocument;
let detached: { readonly signature: string; readonly certificate: string };

beforeAll(async () => {
  home = await startSandbox();
  other = await startSandbox({ now: () => new Date(Date.now() + 300_000) });
  const [root, otherRoot] = await Promise.all(
    [home, other].map(async ({ trust }) => JSON.parse(await readFile(trust.trustedRoot, 'utf8'))),
  );
  for (const { publicKey } of otherRoot.tlogs) publicKey.validFor.start = '2020-01-01T00:00:00Z';
  const trustedRoot = parseTrustedRoot(
    JSON.stringify({ ...root, tlogs: [...root.tlogs, ...otherRoot.tlogs] }),
  );
  verifier = createVerifier(trustedRoot, {
    rekorUrl: home.urls.rekor,
    now: () => new Date(Date.now() + 300_000),
  });
  const credential = await certify(home);
  const { signature, certificate, bundle } = await log(home, content, credential);
  both = documentOf(bundle);
  late = entryOf(documentOf((await log(other, content, credential, signature)).bundle));
  detached = { signature, certificate };
});

afterAll(async () => {
  await home.close();
  await other.close();
});

async function verify(entries: readonly EntryDocument[]) {
  const document = structuredClone(both);
  document.verificationMaterial.tlogEntries = [...entries];
  return verifier.verify(fileOf(content), { bundle: JSON.stringify(document) }, policy);
}

test('counts the earliest of several entries, whatever their order', async () => {
  const early = entryOf(both);
  const time = new Date(Number(early.integratedTime) * 1000);

  expect((await verify([early, late])).integratedTime).toEqual(time);
  expect((await verify([late, early])).integratedTime).toEqual(time);
  expect((await verify([late])).signedAt.getTime()).toBeGreaterThan(time.getTime());
});

test('counts the earliest of several answers, whatever their order', async () => {
  const path = /retrieve$/;
  let found: unknown[] = [];
  other.faults.add({ path, rewrite: (body) => ((found = JSON.parse(body.toString())), body) });
  const { rekor: rekorUrl } = other.urls;
  const request = { method: 'POST', body: JSON.stringify({ logIndexes: [Number(late.logIndex)] }) };
  const headers = { 'content-type': 'application/json' };
  await fetch(new URL('/api/v1/log/entries/retrieve', rekorUrl), { ...request, headers });
  const time = new Date(Number(entryOf(both).integratedTime) * 1000);

  for (const order of [
    (own: unknown[]) => [...own, ...found],
    (own: unknown[]) => [...found, ...own],
  ]) {
    const rewrite = (body: Buffer) => JSON.stringify(order(JSON.parse(body.toString())));
    const remove = home.faults.add({ service: 'rekor', path, rewrite });
    const verified = await verifier.verify(fileOf(content), detached, policy);
    expect(verified.integratedTime).toEqual(time);
    remove();
  }
});

test.for<readonly [string, (entry: EntryDocument) => unknown]>([
  ['signed timestamp', (e) => Reflect.deleteProperty(e, 'inclusionPromise')],
  ['signed timestamp of its log', (e) => (e.inclusionPromise = entryOf(both).inclusionPromise!)],
  ['proof', (e) => Reflect.deleteProperty(e, 'inclusionProof')],
  ['true proof', (e) => (e.inclusionProof!.rootHash = flipped(e.inclusionProof!.rootHash))],
  ['checkpoint of its log', (e) => (e.inclusionProof = entryOf(both).inclusionProof!)],
  ['log of its own', (e) => (e.logId = entryOf(both).logId)],
])('refuses a good entry beside one without a %s', async ([, change]) => {
  const spoiled = structuredClone(late);
  change(spoiled);

  for (const entries of [
    [entryOf(both), spoiled],
    [spoiled, entryOf(both)],
  ]) {
    await expect(verify(entries)).rejects.toMatchObject({ code: 'LOG_ENTRY_INVALID' });
  }
});
