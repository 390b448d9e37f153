/**
 * The cases of the Sigstore conformance suite, each made anew: what it is about is the same, the
 * material is our own.
 *
 * @see https://github.com/sigstore/sigstore-conformance/tree/main/test/assets/bundle-verify
 *
 * @module
 */

import type { VerificationErrorCode } from '@wheelseal/signing';
import { flipped, type EntryDocument } from '../bundle-document.ts';
import { createOwnAuthority, type OwnAuthority } from '../own-authority.ts';
import { cosignature } from '../own-log.ts';
import {
  after,
  artifact,
  createOwnSigstore,
  encoded,
  start,
  statementText,
  type EntryKind,
  type Made,
  type OwnBundle,
  type OwnRoot,
  type Signing,
} from '../own-sigstore.ts';
import {
  createOwnTimestamps,
  type StampOptions,
  type TimestampsOptions,
} from '../own-timestamps.ts';
import { fileOf } from '../signing-scene.ts';

/** What a client is given. */
export interface CaseInput {
  /** The text of the bundle. */
  readonly bundle: string;
  readonly root?: OwnRoot;
  /** A public key in PEM, in the place of an identity. */
  readonly key?: string;
  /** Whether an identity is given beside the key. */
  readonly hasIdentity?: boolean;
  /** What the file holds; the artifact when absent. */
  readonly content?: string;
}

/** One case by the name of its folder; those that must be refused end in `_fail`. */
export interface Case {
  readonly name: string;
  readonly input: () => CaseInput;
  /** Why it is refused: a code, or a word of the client itself. */
  readonly code?: VerificationErrorCode | 'TypeError';
}

const own = createOwnSigstore();
const foreign = createOwnSigstore();
const v2: readonly EntryKind[] = ['hashedrekord 0.0.2'];
const statement = {};
const dsse: Signing = { statement, entries: ['dsse 0.0.1'] };
const tiled: Signing = { statement, entries: v2 };

/** A bundle with something done to it. */
function made(signing: Signing, change: (bundle: OwnBundle, made: Made) => unknown = () => {}) {
  return (): CaseInput => {
    const one = own.make(signing);
    change(one.bundle, one);
    return { bundle: JSON.stringify(one.bundle) };
  };
}

/** A bundle under a trusted root with something done to it. */
function under(signing: Signing, change: (root: OwnRoot) => unknown) {
  return (): CaseInput => {
    const root = own.root();
    change(root);
    return { bundle: JSON.stringify(own.make(signing).bundle), root };
  };
}

function withKey(signing: Signing, more: Partial<CaseInput> = {}) {
  return (): CaseInput => {
    const { bundle, publicKey } = own.make({ ...signing, byKey: true });
    return { bundle: JSON.stringify(bundle), key: publicKey, ...more };
  };
}

/** A bundle with timestamps of another authority than the one of the trusted root. */
function stampedBy(
  authority: TimestampsOptions,
  {
    at = [0],
    isTrusted = true,
    over,
    ...options
  }: StampOptions & {
    readonly at?: readonly number[];
    readonly isTrusted?: boolean;
    readonly over?: Buffer;
  } = {},
) {
  return (): CaseInput => {
    const timestamps = createOwnTimestamps(authority);
    const { bundle, signature } = own.make({ entries: v2 });
    bundle.verificationMaterial.timestampVerificationData = {
      rfc3161Timestamps: at.map((seconds) => ({
        signedTimestamp: timestamps.stamp(over ?? signature, after(seconds), options),
      })),
    };
    const root = own.root();
    if (isTrusted) root.timestampAuthorities = [...timestamps.timestampAuthorities];
    return { bundle: JSON.stringify(bundle), root };
  };
}

function entryOf({ verificationMaterial }: OwnBundle): EntryDocument {
  return verificationMaterial.tlogEntries[0]!;
}

function note(change: (text: string) => string) {
  return (bundle: OwnBundle): void => {
    const checkpoint = entryOf(bundle).inclusionProof!.checkpoint!;
    checkpoint.envelope = change(checkpoint.envelope);
  };
}

/** Replaces the entry by one about something else, signed with the same key. */
function entered(kind: EntryKind, about: (one: Made) => Parameters<Made['enter']>[1]) {
  return (bundle: OwnBundle, one: Made): void => {
    bundle.verificationMaterial.tlogEntries = [one.enter(kind, about(one))];
  };
}

/** Replaces the envelope by another of the same key, which the log has not seen. */
function otherEnvelope(bundle: OwnBundle, one: Made): void {
  const payload = Buffer.from(statementText(artifact, { predicate: { other: true } }));
  bundle.dsseEnvelope!.payload = payload.toString('base64');
  bundle.dsseEnvelope!.signatures[0]!.sig = one.sign(encoded(payload)).toString('base64');
}

function otherSignature(bundle: OwnBundle, one: Made): void {
  bundle.dsseEnvelope!.signatures[0]!.sig = one.sign().toString('base64');
}

/** Logged and stamped, and made with another key. */
function foreignSignature(bundle: OwnBundle): void {
  bundle.dsseEnvelope!.signatures[0]!.sig = own.make(tiled).signature.toString('base64');
}

function cosigned(cosignatures: readonly string[], change: (text: string) => string = (t) => t) {
  return made({ entries: v2, log: { cosignatures } }, note(change));
}

function lastLines(text: string): string {
  return text.slice(text.indexOf('\u2014'));
}

const accepted: readonly Case[] = [
  {
    name: 'happy-path-v0.1',
    input: made({ bundleVersion: '0.1', curve: 'P-384', stampedAt: [] }, (bundle) => {
      delete entryOf(bundle).inclusionProof!.checkpoint;
    }),
  },
  { name: 'happy-path-v0.2', input: made({ bundleVersion: '0.2', stampedAt: [] }) },
  { name: 'happy-path-v0.3', input: made({ bundleVersion: '0.3 as before', stampedAt: [] }) },
  { name: 'happy-path-v0.3-new-mediaType', input: made({ stampedAt: [] }) },
  { name: 'happy-path-intoto-in-dsse-v3', input: made({ ...dsse, stampedAt: [] }) },
  {
    name: 'bundle-with-sct-with-extensions',
    input: made({ certificate: { promiseExtensions: Buffer.from('leaf index') } }),
  },
  {
    name: 'dsse-with-hashedrekord-happy-path',
    input: made({ statement, entries: ['hashedrekord 0.0.1'], stampedAt: [] }),
  },
  {
    name: 'intoto-canonical-log-entry',
    input: withKeyAndProof({ statement, entries: ['intoto 0.0.2'], stampedAt: [] }),
  },
  {
    name: 'intoto-with-custom-trust-root',
    input: made({ statement, entries: ['intoto 0.0.2'], bundleVersion: '0.2' }),
  },
  { name: 'managed-key-and-trusted-root', input: withKey({ entries: [], stampedAt: [] }) },
  { name: 'managed-key-happy-path', input: withKey({}) },
  { name: 'rekor2-happy-path', input: made({ entries: v2 }) },
  { name: 'rekor2-dsse-happy-path', input: made(tiled) },
  {
    name: 'rekor2-checkpoint-cosigned',
    input: made(
      { entries: v2 },
      note((text) => text + cosignature('witness.example')),
    ),
  },
  {
    name: 'rekor2-checkpoint-multiple-cosigs',
    input: cosigned([cosignature('witness.example')], (text) => text + cosignature('b.example')),
  },
  { name: 'rekor2-checkpoint-origin-not-first', input: cosigned([cosignature('a.example')]) },
  {
    name: 'rekor2-checkpoint-two-sigs-cosigned',
    input: cosigned([cosignature('tiles.example'), cosignature('witness.example')]),
  },
  {
    name: 'rekor2-checkpoint-two-sigs-from-origin',
    input: cosigned([cosignature('tiles.example')]),
  },
  { name: 'rekor2-timestamp-with-embedded-cert', input: stampedBy({}, { hasCertificate: true }) },
  { name: 'rekor2-timestamp-without-embedded-cert', input: stampedBy({}) },
  {
    name: 'rekor2-timestamp-with-expired-cert-chain',
    input: stampedBy({ from: after(-3600), seconds: 7200 }),
  },
  {
    name: 'sct-duplicate-intermediate-name',
    input: under({}, (root) => {
      const { certificateAuthorities } = createOwnAuthority({
        from: new Date('2020-01-01T00:00:00Z'),
        seconds: 20 * 365 * 86_400,
        hasIntermediate: true,
      });
      root.certificateAuthorities.unshift(...certificateAuthorities);
    }),
  },
  {
    name: 'trust-root-tlog-validity-end-inclusive',
    input: under({ stampedAt: [] }, (root) => endAt(root.tlogs, 0, after(60))),
  },
  {
    name: 'trust-root-tsa-validity-end-inclusive',
    input: stampedBy({ validFor: { start: '2020-01-01T00:00:00Z', end: start.toISOString() } }),
  },
];

/** By key, in a log of version 1 that gives a proof alone, as some tools have written it. */
function withKeyAndProof(signing: Signing) {
  return (): CaseInput => {
    const { bundle, publicKey } = own.make({ ...signing, byKey: true });
    const entry = entryOf(bundle);
    entry.integratedTime = '0';
    delete entry.inclusionPromise;
    return { bundle: JSON.stringify(bundle), key: publicKey };
  };
}

function endAt(logs: unknown[], index: number, end: Date): void {
  const text = JSON.stringify(logs[index]);
  logs[index] = JSON.parse(
    text.replace('"validFor":{', `"validFor":{"end":"${end.toISOString()}",`),
  );
}

function withoutStart(logs: unknown[], index: number): void {
  logs[index] = JSON.parse(JSON.stringify(logs[index]).replace(/"start":"[^"]*"/, ''));
}

function rootOf({ root }: OwnAuthority): string {
  return root.toString('base64');
}

const otherFile = fileOf('another wheel');

const refused: readonly Case[] = [
  {
    name: 'bundle-empty-certificate-chain_fail',
    input: made({ bundleVersion: '0.1' }, ({ verificationMaterial }) => {
      verificationMaterial.x509CertificateChain = { certificates: [] };
    }),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'bundle-from-wrong-instance_fail',
    input: () => ({ bundle: JSON.stringify(foreign.make().bundle) }),
    code: 'CERTIFICATE_UNTRUSTED',
  },
  {
    name: 'bundle-invalid-base64-signature_fail',
    input: made({}, ({ messageSignature }) => (messageSignature!.signature += '%')),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'bundle-malformed-json_fail',
    input: () => ({ bundle: JSON.stringify(own.make().bundle).slice(0, -1) }),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'bundle-negative-log-index_fail',
    input: made({}, (bundle) => (entryOf(bundle).logIndex = '-1')),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'bundle-unknown-version_fail',
    input: made({}, (bundle) => {
      bundle.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=99.9';
    }),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'bundle-with-root-cert_fail',
    input: made({ bundleVersion: '0.1' }, ({ verificationMaterial }) =>
      verificationMaterial.x509CertificateChain!.certificates.push({
        rawBytes: rootOf(own.authority),
      }),
    ),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'checkpoint-bad-keyhint_fail',
    input: made({ bundleVersion: '0.2' }, note(hinted)),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'checkpoint-wrong-roothash_fail',
    input: made({ bundleVersion: '0.2' }, (bundle) => {
      const { inclusionProof } = own.make({ log: { before: 2 } }).enter('hashedrekord 0.0.1');
      entryOf(bundle).inclusionProof!.checkpoint = inclusionProof!.checkpoint!;
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'cve-2022-36056-swapped-tlog-entry_fail',
    input: made({}, (bundle) => {
      bundle.verificationMaterial.tlogEntries = own.make().bundle.verificationMaterial.tlogEntries;
    }),
    code: 'LOG_ENTRY_MISMATCH',
  },
  { name: 'dsse-invalid-sig_fail', input: made(dsse, foreignSignature), code: 'SIGNATURE_INVALID' },
  {
    name: 'dsse-mismatch-envelope_fail',
    input: made({ ...dsse, stampedAt: [] }, otherEnvelope),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'dsse-mismatch-sig_fail',
    input: made({ ...dsse, stampedAt: [] }, otherSignature),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'dsse-statement-missing-type_fail',
    input: withKey({ ...dsse, statement: { _type: undefined } }),
    code: 'STATEMENT_MALFORMED',
  },
  {
    name: 'dsse-statement-unknown-type_fail',
    input: withKey({ ...dsse, statement: { _type: 'https://in-toto.io/Statement/v9' } }),
    code: 'STATEMENT_MALFORMED',
  },
  {
    name: 'dsse-with-hashedrekord-invalid-sig_fail',
    input: made({ statement, entries: ['hashedrekord 0.0.1'] }, foreignSignature),
    code: 'SIGNATURE_INVALID',
  },
  {
    name: 'dsse-with-hashedrekord-mismatch-envelope_fail',
    input: made({ statement, entries: ['hashedrekord 0.0.1'], stampedAt: [] }, otherEnvelope),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'dsse-with-hashedrekord-mismatch-sig_fail',
    input: made({ statement, entries: ['hashedrekord 0.0.1'], stampedAt: [] }, otherSignature),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'inclusion-proof-corrupted-hash_fail',
    input: made({}, (bundle) => {
      const { hashes } = entryOf(bundle).inclusionProof!;
      hashes[1] = flipped(hashes[1]!);
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'incorrect-public-key_fail',
    input: made(
      { bundleVersion: '0.1', stampedAt: [] },
      entered('hashedrekord 0.0.1', () => ({ key: own.make({ byKey: true }).publicKey })),
    ),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'integrated-time-in-future_fail',
    input: made({ bundleVersion: '0.1', stampedAt: [], loggedAt: 100 * 365 * 86_400 }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'intoto-expired-certificate_fail',
    input: under({ statement, entries: ['intoto 0.0.2'], bundleVersion: '0.2' }, (root) =>
      endAt(root.certificateAuthorities, 0, after(-1)),
    ),
    code: 'CERTIFICATE_UNTRUSTED',
  },
  {
    name: 'intoto-log-entry-mismatch_fail',
    input: made(
      { statement, entries: ['intoto 0.0.2'], bundleVersion: '0.2' },
      entered('intoto 0.0.2', () => ({ payload: Buffer.from('{"other":true}') })),
    ),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'intoto-missing-inclusion-proof_fail',
    input: made(
      { statement, entries: ['intoto 0.0.2'], bundleVersion: '0.2' },
      (bundle) => delete entryOf(bundle).inclusionProof,
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'intoto-set-outside-signing-cert-validity_fail',
    input: made({ statement, entries: ['intoto 0.0.2'], bundleVersion: '0.2', loggedAt: 3600 }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'intoto-tsa-timestamp-outside-cert-validity_fail',
    input: made({
      statement,
      entries: ['intoto 0.0.2'],
      bundleVersion: '0.2',
      stampedAt: [86_400],
    }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'invalid-checkpoint-signature_fail',
    input: made({ bundleVersion: '0.2' }, note(spoiled)),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'invalid-ct-key_fail',
    input: under({}, (root) => {
      const [wrong] = JSON.parse(JSON.stringify(foreign.root().ctlogs));
      const [right] = JSON.parse(JSON.stringify(root.ctlogs));
      root.ctlogs = [{ ...right, publicKey: wrong.publicKey }];
    }),
    code: 'SCT_INVALID',
  },
  {
    name: 'invalid-inclusion-proof_fail',
    input: made({ bundleVersion: '0.2' }, (bundle) => {
      const { inclusionProof } = own
        .make({ log: { before: 5, after: 1 } })
        .enter('hashedrekord 0.0.1');
      entryOf(bundle).inclusionProof = inclusionProof!;
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'managed-key-and-client-identity_fail',
    input: withKey({}, { hasIdentity: true }),
    code: 'TypeError',
  },
  {
    name: 'managed-key-no-key_fail',
    input: made({ byKey: true }),
    code: 'KEY_UNSUPPORTED',
  },
  {
    name: 'managed-key-wrong-key_fail',
    input: withKey({}, { key: own.make({ byKey: true }).publicKey }),
    code: 'SIGNATURE_INVALID',
  },
  {
    name: 'message-digest-mismatch_fail',
    input: made({}, ({ messageSignature }) => {
      const digest = messageSignature!.messageDigest!;
      digest.digest = flipped(digest.digest, 0);
    }),
    code: 'DIGEST_MISMATCH',
  },
  {
    name: 'rekor2-checkpoint-missing-log-signature_fail',
    input: cosigned([cosignature('witness.example')], (text) =>
      text.replace(/\u2014 tiles\.example .*\n/, ''),
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-checkpoint-missing-origin_fail',
    input: made(
      { entries: v2 },
      note((text) => text.slice(text.indexOf('\n') + 1)),
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-checkpoint-missing-root-hash_fail',
    input: made(
      { entries: v2 },
      note((text) => text.replace(/\n[^\n]{44}\n/, '\n')),
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-checkpoint-missing-size_fail',
    input: made(
      { entries: v2 },
      note((text) => text.replace(/\n\d+\n/, '\n')),
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-checkpoint-no-matching-signature_fail',
    input: made(
      { entries: v2 },
      note((text) => text.replace('\u2014 tiles.example ', '\u2014 other.example ')),
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-dsse-invalid-sig_fail',
    input: made(tiled, foreignSignature),
    code: 'SIGNATURE_INVALID',
  },
  {
    name: 'rekor2-dsse-mismatch-envelope_fail',
    input: made(tiled, otherEnvelope),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'rekor2-dsse-mismatch-sig_fail',
    input: made(tiled, otherSignature),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'rekor2-multiple-timestamps-one-outside-cert-validity_fail',
    input: made({ entries: v2, stampedAt: [0, 3600] }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-no-inclusion-proof_fail',
    input: made({ entries: v2 }, (bundle) => delete entryOf(bundle).inclusionProof),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-no-timestamp_fail',
    input: made({ entries: v2, stampedAt: [] }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-outside-trust-root-tsa-validity_fail',
    input: stampedBy({
      validFor: { start: '2020-01-01T00:00:00Z', end: after(-1).toISOString() },
    }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-outside-tsa-cert-validity_fail',
    input: stampedBy({ from: after(1), seconds: 3600 }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-payload-mismatch_fail',
    input: stampedBy({}, { over: Buffer.from('something else') }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail',
    input: stampedBy({}, { isTrusted: false, hasCertificate: true }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail',
    input: stampedBy({}, { isTrusted: false }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-with-incorrect-time_fail',
    input: stampedBy({}, { at: [3600] }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'rekor2-timestamp-wrong-tsa-validity-borrow_fail',
    input: () => {
      const end = after(-1).toISOString();
      const ended = stampedBy({ validFor: { start: '2020-01-01T00:00:00Z', end } })();
      const { timestampAuthorities } = createOwnTimestamps({ name: 'unrelated' });
      ended.root!.timestampAuthorities.push(...timestampAuthorities);
      return ended;
    },
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'set-invalid-signature_fail',
    input: made({}, (bundle) => {
      const promise = entryOf(bundle).inclusionPromise!;
      promise.signedEntryTimestamp = flipped(promise.signedEntryTimestamp);
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'signature-mismatch_fail',
    input: made({}, ({ messageSignature }) => {
      messageSignature!.signature = own.make().signature.toString('base64');
    }),
    code: 'SIGNATURE_INVALID',
  },
  {
    name: 'trust-root-tlog-missing-validity-start_fail',
    input: under({}, (root) => withoutStart(root.tlogs, 0)),
    code: 'TRUSTED_ROOT_MALFORMED',
  },
  {
    name: 'wrong-hashedrekord-artifact_fail',
    input: made(
      { stampedAt: [] },
      entered('hashedrekord 0.0.1', ({ sign }) => ({
        sha256: otherFile.sha256,
        signature: sign(Buffer.from('another wheel')),
      })),
    ),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'wrong-hashedrekord-cert-and-sig_fail',
    input: made({ stampedAt: [] }, (bundle) => {
      bundle.verificationMaterial.tlogEntries = [own.make().enter('hashedrekord 0.0.1')];
    }),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'wrong-hashedrekord-entry_fail',
    input: made({ stampedAt: [] }, (bundle) => {
      const other = own.make({ file: otherFile });
      bundle.verificationMaterial.tlogEntries = [other.enter('hashedrekord 0.0.1')];
    }),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'wrong-material_fail',
    input: () => ({ ...made({})(), content: 'something else' }),
    code: 'DIGEST_MISMATCH',
  },
];

function hinted(text: string): string {
  return text.replace(/(\S+)\n$/, (_, line: string) => `${flipped(line, 0)}\n`);
}

function spoiled(text: string): string {
  return text.replace(/(\S+)\n$/, (_, line: string) => `${flipped(line)}\n`);
}

/** Cases that the suite wants, or might, and does not have yet. */
const further: readonly Case[] = [
  {
    name: 'dsse-two-signatures_fail',
    input: made(dsse, ({ dsseEnvelope }) =>
      dsseEnvelope!.signatures.push({ ...dsseEnvelope!.signatures[0]! }),
    ),
    code: 'BUNDLE_MALFORMED',
  },
  {
    name: 'dsse-other-subject_fail',
    input: made({ ...dsse, statement: { subject: [{ name: 'a', digest: { sha256: '00' } }] } }),
    code: 'DIGEST_MISMATCH',
  },
  {
    name: 'dsse-no-statement_fail',
    input: made({ ...dsse, statement: 'words' }),
    code: 'STATEMENT_MALFORMED',
  },
  {
    name: 'entry-unknown-kind_fail',
    input: made(
      {},
      (bundle) => (entryOf(bundle).kindVersion = { kind: 'mashedrekord', version: '1' }),
    ),
    code: 'LOG_ENTRY_MISMATCH',
  },
  {
    name: 'rekor2-integrated-time-unsigned_fail',
    input: made({ entries: v2 }, (bundle) => {
      entryOf(bundle).integratedTime = String(start.getTime() / 1000);
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-other-log-index_fail',
    input: made({ entries: v2 }, (bundle) => (entryOf(bundle).logIndex = '6')),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-checkpoint-signature-twice_fail',
    input: made(
      { entries: v2 },
      note((text) => text + lastLines(text)),
    ),
    code: 'LOG_ENTRY_INVALID',
  },
  { name: 'mixed-log-versions', input: made({ entries: ['hashedrekord 0.0.1', ...v2] }) },
  {
    name: 'mixed-log-versions-one-wrong_fail',
    input: made({ entries: ['hashedrekord 0.0.1', ...v2] }, ({ verificationMaterial }) => {
      const [, second] = verificationMaterial.tlogEntries;
      second!.inclusionProof!.rootHash = flipped(second!.inclusionProof!.rootHash);
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'set-outside-trust-root-tlog-validity_fail',
    input: under({ stampedAt: [] }, (root) => endAt(root.tlogs, 0, after(59))),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'rekor2-timestamp-outside-trust-root-tlog-validity_fail',
    input: under({ entries: v2 }, (root) => endAt(root.tlogs, 1, after(-1))),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'trust-root-tlog-future_fail',
    input: under({}, (root) => {
      const [log] = JSON.parse(JSON.stringify(root.tlogs));
      log.publicKey.validFor.start = '2999-01-01T00:00:00Z';
      root.tlogs = [log];
    }),
    code: 'LOG_ENTRY_INVALID',
  },
  {
    name: 'trust-root-two-authorities-of-one-name',
    input: under({}, (root) => {
      root.timestampAuthorities.unshift(...createOwnTimestamps().timestampAuthorities);
      root.certificateAuthorities.unshift(...foreign.root().certificateAuthorities);
      root.tlogs.unshift(...foreign.root().tlogs);
      root.ctlogs.unshift(...foreign.root().ctlogs);
    }),
  },
  {
    name: 'trust-root-checkpoint-key-id',
    input: under({ entries: v2 }, (root) => {
      const [, log] = JSON.parse(JSON.stringify(root.tlogs));
      root.tlogs = [{ ...log, checkpointKeyId: log.logId }];
    }),
  },
  {
    name: 'timestamp-authority-of-another-purpose_fail',
    input: stampedBy({
      purpose: [
        Buffer.from('0603551d25', 'hex'),
        true,
        Buffer.from('300a06082b06010505070303', 'hex'),
      ],
    }),
    code: 'TIMESTAMP_INVALID',
  },
  { name: 'timestamp-with-content-in-pieces', input: stampedBy({}, { isConstructed: true }) },
  {
    name: 'timestamp-not-granted_fail',
    input: stampedBy({}, { status: 2 }),
    code: 'TIMESTAMP_INVALID',
  },
  {
    name: 'timestamp-twice_fail',
    input: made({}, ({ verificationMaterial: { timestampVerificationData } }) => {
      const { rfc3161Timestamps } = timestampVerificationData!;
      rfc3161Timestamps.push(...rfc3161Timestamps);
    }),
    code: 'TIMESTAMP_INVALID',
  },
];

/** The trusted root of every case that has none of its own. */
export function usualRoot(): OwnRoot {
  return own.root();
}

/** All cases. */
export const cases: readonly Case[] = [...accepted, ...refused, ...further];
