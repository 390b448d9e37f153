/**
 * A whole Sigstore of one's own without a network: it makes material of every kind, with any time and
 * any flaw a test asks for.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  createVerifier,
  parseTrustedRoot,
  type DigestedFile,
  type Verifier,
} from '@wheelseal/signing';
import type { EntryDocument } from './bundle-document.ts';
import {
  createOwnAuthority,
  der,
  hex,
  type AuthorityOptions,
  type Extension,
  type IssueOptions,
  type OwnAuthority,
} from './own-authority.ts';
import { createOwnLog, type LogStatement, type OwnLog } from './own-log.ts';
import { createOwnTimestamps, type OwnTimestamps } from './own-timestamps.ts';
import { fileOf } from './signing-scene.ts';

/** When everything happens, unless a test says otherwise. */
export const start = new Date('2025-05-01T12:00:00Z');
export const issuer = 'https://gitlab.com';
export const subject = 'https://gitlab.com/group/app//.gitlab-ci.yml@refs/heads/main';
export const artifact = fileOf('the wheel');

export function after(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000);
}

/** The kinds of log entries, by the version of Rekor that makes them. */
export type EntryKind =
  'hashedrekord 0.0.1' | 'hashedrekord 0.0.2' | 'dsse 0.0.1' | 'dsse 0.0.2' | 'intoto 0.0.2';

/** A bundle as JSON, open to be changed. */
export interface OwnBundle {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    x509CertificateChain?: { certificates: { rawBytes: string }[] };
    publicKey?: { hint: string };
    tlogEntries: EntryDocument[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature?: { messageDigest?: { algorithm: string; digest: string }; signature: string };
  dsseEnvelope?: {
    payload: string;
    payloadType: string;
    signatures: { sig: string; keyid?: string }[];
  };
}

/** How something is signed. */
export interface Signing {
  readonly file?: DigestedFile;
  readonly bundleVersion?: '0.1' | '0.2' | '0.3' | '0.3 as before';
  /** An in-toto statement in the place of the file itself; text, or the parts that are not usual. */
  readonly statement?: string | Readonly<Record<string, unknown>>;
  readonly entries?: readonly EntryKind[];
  /** Signs with a key of one's own, without a certificate. */
  readonly byKey?: boolean;
  readonly curve?: 'P-256' | 'P-384' | 'P-521';
  readonly subject?: string;
  readonly certificate?: IssueOptions;
  /** Seconds from the start. */
  readonly loggedAt?: number;
  readonly stampedAt?: readonly number[];
  readonly log?: Partial<LogStatement>;
}

/** What came of it. */
export interface Made {
  readonly bundle: OwnBundle;
  /** The key in PEM. */
  readonly publicKey: string;
  readonly signature: Buffer;
  /** Signs once more with the same key, something else if it is given. */
  readonly sign: (bytes?: Buffer) => Buffer;
  /** The entry of a kind, about something else where it is given. */
  readonly enter: (kind: EntryKind, about?: Partial<Logged>) => EntryDocument;
}

export interface OwnSigstore {
  readonly authority: OwnAuthority;
  readonly log: OwnLog;
  readonly tiles: OwnLog;
  readonly timestamps: OwnTimestamps;
  /** A trusted root as JSON. */
  root(): OwnRoot;
  verifier(root?: OwnRoot): Verifier;
  make(signing?: Signing): Made;
}

/** A trusted root as JSON, open to be changed. */
export interface OwnRoot {
  mediaType: string;
  certificateAuthorities: unknown[];
  ctlogs: unknown[];
  tlogs: unknown[];
  timestampAuthorities: unknown[];
}

export const policy = {
  describe: 'the pipeline',
  accepts: (found: { readonly issuer: string; readonly subject: string }): boolean =>
    found.issuer === issuer && found.subject === subject,
};

const long = 20 * 365 * 86_400;
const past = new Date('2020-01-01T00:00:00Z');
const payloadType = 'application/vnd.in-toto+json';

export function createOwnSigstore(unusual: AuthorityOptions = {}): OwnSigstore {
  const authority = createOwnAuthority({
    from: past,
    seconds: long,
    hasIntermediate: true,
    ...unusual,
  });
  const log = createOwnLog('log.example');
  const tiles = createOwnLog('tiles.example', { key: 'Ed25519' });
  const timestamps = createOwnTimestamps();
  const root = (): OwnRoot => ({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [...authority.certificateAuthorities],
    ctlogs: [...authority.ctlogs],
    tlogs: [...log.tlogs, ...tiles.tlogs],
    timestampAuthorities: [...timestamps.timestampAuthorities],
  });
  return {
    authority,
    log,
    tiles,
    timestamps,
    root: () => structuredClone(root()),
    verifier: (trusted = root()) =>
      createVerifier(parseTrustedRoot(JSON.stringify(trusted)), { now: () => after(86_400) }),
    make: (signing = {}) => make({ authority, log, tiles, timestamps }, signing),
  };
}

type Services = Pick<OwnSigstore, 'authority' | 'log' | 'tiles' | 'timestamps'>;

function make(services: Services, signing: Signing): Made {
  const { file = artifact, bundleVersion = '0.3', curve = 'P-256', stampedAt = [0] } = signing;
  const { statement, byKey = false, entries = ['hashedrekord 0.0.1'] } = signing;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const certificate = byKey ? undefined : issueFor(services.authority, publicKey, signing);
  const payload = statement === undefined ? undefined : Buffer.from(statementText(file, statement));
  const bytes = payload === undefined ? Buffer.from('the wheel') : encoded(payload);
  const signOnce = (other = bytes): Buffer => sign('sha256', other, privateKey);
  const signature = signOnce();
  const enter = (kind: EntryKind, about: Partial<Logged> = {}): EntryDocument => {
    const key = certificate ?? pem;
    const body = bodyOf(kind, { payload, key, curve, signature, sha256: file.sha256, ...about });
    const [name = '', version = ''] = kind.split(' ');
    const common = { before: 5, after: 6, ...signing.log, body, kind: name, version };
    if (version === '0.0.2' && name !== 'intoto') return services.tiles.tile(common);
    const { loggedAt = 60 } = signing;
    return services.log.enter({ ...common, integratedTime: start.getTime() / 1000 + loggedAt });
  };
  const stamps = stampedAt.map((seconds) => ({
    signedTimestamp: services.timestamps.stamp(signature, after(seconds)),
  }));
  const bundle: OwnBundle = {
    mediaType: mediaTypes[bundleVersion],
    verificationMaterial: {
      ...keyOf(bundleVersion, certificate, publicKey),
      tlogEntries: entries.map((kind) => enter(kind)),
      timestampVerificationData: { rfc3161Timestamps: stamps },
    },
    ...contentOf(file, payload, signature),
  };
  return { bundle, publicKey: pem, signature, sign: signOnce, enter };
}

const mediaTypes = {
  '0.1': 'application/vnd.dev.sigstore.bundle+json;version=0.1',
  '0.2': 'application/vnd.dev.sigstore.bundle+json;version=0.2',
  '0.3 as before': 'application/vnd.dev.sigstore.bundle+json;version=0.3',
  '0.3': 'application/vnd.dev.sigstore.bundle.v0.3+json',
} as const;

function keyOf(
  version: keyof typeof mediaTypes,
  certificate: string | undefined,
  publicKey: KeyObject,
): Partial<OwnBundle['verificationMaterial']> {
  if (certificate === undefined) {
    const spki = publicKey.export({ type: 'spki', format: 'der' });
    return { publicKey: { hint: hashOf('sha256', spki).toString('base64') } };
  }
  const raw = { rawBytes: certificate.replaceAll(/-----[^-]+-----|\s/g, '') };
  if (version.startsWith('0.3')) return { certificate: raw };
  return { x509CertificateChain: { certificates: [raw] } };
}

function contentOf(
  { sha256 }: DigestedFile,
  payload: Buffer | undefined,
  signature: Buffer,
): Partial<OwnBundle> {
  const sig = signature.toString('base64');
  if (payload !== undefined) {
    return {
      dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig }] },
    };
  }
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  return { messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: sig } };
}

export function statementText(
  { filename: name, sha256 }: DigestedFile,
  statement: NonNullable<Signing['statement']>,
): string {
  if (typeof statement === 'string') return statement;
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {},
    ...statement,
  });
}

/** What the signature of an envelope is over. */
export function encoded(payload: Buffer): Buffer {
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** What an entry is about. */
interface Logged {
  readonly payload: Buffer | undefined;
  /** A certificate or a public key in PEM. */
  readonly key: string;
  readonly curve: 'P-256' | 'P-384' | 'P-521';
  readonly signature: Buffer;
  readonly sha256: string;
}

/** What a log of the kind records, with its names in the order of canonical JSON. */
function bodyOf(kind: EntryKind, { payload, key, curve, signature, sha256 }: Logged): string {
  const [name, apiVersion] = kind.split(' ');
  const sig = signature.toString('base64');
  const pem = base64(key);
  const raw = { rawBytes: key.replaceAll(/-----[^-]+-----|\s/g, '') };
  const keyDetails = `PKIX_ECDSA_P${curve.slice(2)}_SHA_256`;
  const verifier = key.includes('CERTIFICATE')
    ? { keyDetails, x509Certificate: raw }
    : { keyDetails, publicKey: raw };
  const signed =
    payload === undefined ? sha256 : hashOf('sha256', encoded(payload)).toString('hex');
  const payloadHash = hashOf('sha256', payload ?? Buffer.alloc(0));
  const specs: Readonly<Record<EntryKind, unknown>> = {
    'hashedrekord 0.0.1': {
      data: { hash: { algorithm: 'sha256', value: signed } },
      signature: { content: sig, publicKey: { content: pem } },
    },
    'hashedrekord 0.0.2': {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest: Buffer.from(signed, 'hex').toString('base64') },
        signature: { content: sig, verifier },
      },
    },
    'dsse 0.0.1': {
      envelopeHash: { algorithm: 'sha256', value: hashOf('sha256', signature).toString('hex') },
      payloadHash: { algorithm: 'sha256', value: payloadHash.toString('hex') },
      signatures: [{ signature: sig, verifier: pem }],
    },
    'dsse 0.0.2': {
      dsseV002: {
        payloadHash: { algorithm: 'SHA2_256', digest: payloadHash.toString('base64') },
        signatures: [{ content: sig, verifier }],
      },
    },
    'intoto 0.0.2': {
      content: {
        envelope: {
          payloadType,
          signatures: [{ publicKey: pem, sig: base64(sig) }],
        },
        hash: { algorithm: 'sha256', value: hashOf('sha256', signature).toString('hex') },
        payloadHash: { algorithm: 'sha256', value: payloadHash.toString('hex') },
      },
    },
  };
  return JSON.stringify({ apiVersion, kind: name, spec: specs[kind] });
}

function issueFor(authority: OwnAuthority, key: KeyObject, signing: Signing): string {
  const { subject: name = subject, certificate } = signing;
  const extensions: readonly Extension[] = [
    [hex('0603 551d0f'), true, hex('03 02 07 80')],
    [hex('0603 551d25'), false, der(0x30, hex('0608 2b06010505070303'))],
    [hex('0603 551d11'), true, der(0x30, der(0x86, Buffer.from(name)))],
    [
      Buffer.concat([hex('060a 2b0601040183bf3001'), Buffer.of(8)]),
      false,
      der(0x0c, Buffer.from(issuer)),
    ],
  ];
  return authority.issue(key, extensions, {
    from: after(-60),
    seconds: 660,
    promisedAt: start,
    ...certificate,
  });
}

function hashOf(name: string, bytes: Buffer): Buffer {
  return createHash(name).update(bytes).digest();
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
