/**
 * What verification found: everything that was checked, to be shown and to be decided by.
 *
 * @module
 */

import type { Finding, Testimony } from './evidence.ts';
import type { ProvenEntry } from './log-proof.ts';
import type { SignerIdentity } from './signer-identity.ts';
import type { TrustedService } from './trusted-root.ts';

/** The form in which a signature came. */
export type MaterialKind = 'bundle' | 'detached' | 'attestation';

/** A log entry that was proven. */
export interface VerifiedLogEntry {
  readonly logIndex: string;
  /** Identifier of the log, in hexadecimal digits. */
  readonly logId: string;
  readonly logUrl: string;
  readonly kind: string;
  readonly version: string;
  /** When the log took it; absent where the log does not say. */
  readonly integratedTime?: Date;
}

/** A timestamp that was proven. */
export interface VerifiedTimestamp {
  readonly time: Date;
  readonly authorityUrl: string;
}

/** What was found of a signature, whoever made it. */
export interface SignatureFacts {
  readonly material: MaterialKind;
  /** What an attestation states of the file; absent where the file itself was signed. */
  readonly predicateType?: string;
  readonly logEntries: readonly VerifiedLogEntry[];
  readonly timestamps: readonly VerifiedTimestamp[];
}

/** A certificate that an authority vouches for. */
export interface VerifiedCertificate {
  readonly serialNumber: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  /** The authority of the trusted root that issued it. */
  readonly authority: TrustedService;
  /** SHA-256 of the root certificate, in hexadecimal digits. */
  readonly rootFingerprint: string;
  /** The values of all extensions in DER, by object identifier. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
}

/** What verification found of a signature by certificate. */
export interface Verification extends SignatureFacts {
  readonly identity: SignerIdentity;
  readonly certificate: VerifiedCertificate;
  /** The earliest time that a log or an authority states. */
  readonly signedAt: Date;
  /** Position of the first log entry. */
  readonly logIndex: string;
  /** When the first log took it; absent where it does not say. */
  readonly integratedTime?: Date;
}

/** What verification found of a signature by public key. */
export interface KeyVerification extends SignatureFacts {
  /** Absent where nobody states it. */
  readonly signedAt?: Date;
}

/** What witnesses said, as it is shown. */
export function factsOf(
  { entries, timestamps }: Testimony,
  material: MaterialKind,
  predicateType: string | undefined,
): SignatureFacts {
  return {
    material,
    ...(predicateType !== undefined && { predicateType }),
    logEntries: entries.map(shownEntry),
    timestamps: timestamps.map(({ time, authority }) => ({ time, authorityUrl: authority.url })),
  };
}

/** What was found by certificate, as it is shown. */
export function verificationOf(
  { certificate, way, ...testimony }: Finding,
  material: MaterialKind,
  predicateType: string | undefined,
): Verification {
  const [signedAt = certificate.notBefore] = testimony.times;
  const earliest = testimony.entries.reduce((best, one) => (isEarlier(one, best) ? one : best));
  const root = way.chain.at(-1) ?? way.chain[0];
  return {
    ...factsOf(testimony, material, predicateType),
    identity: certificate.identity,
    certificate: {
      serialNumber: certificate.x509.serialNumber.toLowerCase(),
      validFrom: certificate.notBefore,
      validUntil: certificate.notAfter,
      authority: way.authority,
      rootFingerprint: root.x509.fingerprint256.replaceAll(':', '').toLowerCase(),
      extensions: new Map(
        [...certificate.extensions].map(([oid, { value }]) => [oid, new Uint8Array(value)]),
      ),
    },
    signedAt,
    logIndex: earliest.entry.logIndex,
    ...(earliest.time !== undefined && { integratedTime: earliest.time }),
  };
}

function isEarlier(one: ProvenEntry, best: ProvenEntry): boolean {
  if (one.time === undefined) return false;
  return best.time === undefined || one.time < best.time;
}

function shownEntry({ entry, log, time }: ProvenEntry): VerifiedLogEntry {
  return {
    logIndex: entry.logIndex,
    logId: Buffer.from(entry.logId).toString('hex'),
    logUrl: log.service.url,
    kind: entry.kind,
    version: entry.version,
    ...(time !== undefined && { integratedTime: time }),
  };
}
