/**
 * Whether an authority vouches for a certificate. A release has many files and one certificate, so
 * what does not depend on the time is found out once.
 *
 * @module
 */

import { chainsTo, isChainValidAt, type AuthorityCertificate } from './certificate-chain.ts';
import { codeSigning, parseCertificate, type SigningCertificate } from './certificate.ts';
import { VerificationError } from './errors.ts';
import { assertPromised } from './signed-certificate-timestamp.ts';
import { isInTerm, type Trust } from './trust.ts';
import type { TrustedService } from './trusted-root.ts';

/** A certificate of which an authority was found that issued it. */
export interface IssuedCertificate extends SigningCertificate {
  readonly ways: readonly IssuingWay[];
}

/** One way from a certificate to a root. */
export interface IssuingWay {
  readonly authority: TrustedService;
  /** From the issuer of the certificate to a self-signed one. */
  readonly chain: readonly [AuthorityCertificate, ...AuthorityCertificate[]];
}

const mostKept = 64;
const kept = new WeakMap<Trust, Map<string, IssuedCertificate>>();
const promised = new WeakSet<IssuedCertificate>();

/**
 * Reads a certificate and finds who issued exactly these bytes.
 *
 * @throws VerificationError with code `CERTIFICATE_MALFORMED`, `KEY_UNSUPPORTED` or
 * `CERTIFICATE_UNTRUSTED`.
 */
export function readIssuedCertificate(bytes: Uint8Array, trust: Trust): IssuedCertificate {
  const known = kept.get(trust) ?? new Map<string, IssuedCertificate>();
  kept.set(trust, known);
  const name = Buffer.from(bytes).toString('latin1');
  const found = known.get(name);
  if (found !== undefined) return found;
  const certificate = parseCertificate(bytes);
  const ways = waysFrom(certificate, trust);
  if (ways.length === 0) throw untrusted('no trusted authority issued the certificate');
  const issued = { ...certificate, ways };
  // The oldest goes first; a map keeps the order in which it was filled.
  for (const oldest of known.keys()) {
    if (known.size < mostKept) break;
    known.delete(oldest);
  }
  known.set(name, issued);
  return issued;
}

/**
 * The way that was valid at every one of some times, and whose issuer a trusted log knows.
 *
 * @throws VerificationError with code `TIMESTAMP_INVALID`, `CERTIFICATE_UNTRUSTED` or `SCT_INVALID`.
 */
export function provenWay(
  certificate: IssuedCertificate,
  times: readonly Date[],
  { certificateLogs }: Trust,
): IssuingWay {
  for (const time of times) assertWithin(certificate, time);
  const way = certificate.ways.find(({ authority, chain }) =>
    times.every((time) => isInTerm(authority, time) && isChainValidAt(chain, time)),
  );
  if (way === undefined || times.length === 0) {
    throw untrusted('no trusted authority issued the certificate for that time');
  }
  // All ways begin with the one key that signed the certificate, and no promise knows more than it.
  if (promised.has(certificate)) return way;
  assertPromised(certificate, way.chain[0], certificateLogs);
  promised.add(certificate);
  return way;
}

/**
 * Throws unless a certificate was valid at a time.
 *
 * @throws VerificationError with code `TIMESTAMP_INVALID`.
 */
export function assertWithin(
  { notBefore, notAfter }: Pick<SigningCertificate, 'notBefore' | 'notAfter'>,
  time: Date,
): void {
  if (time >= notBefore && time <= notAfter) return;
  throw new VerificationError(
    `signed at \`${time.toISOString()}\`, when the certificate was not valid`,
    { code: 'TIMESTAMP_INVALID', hint: 'Take the signature that was published with the file.' },
  );
}

function waysFrom({ x509 }: SigningCertificate, trust: Trust): readonly IssuingWay[] {
  return trust.certificateAuthorities.flatMap(({ service, certificates }) =>
    chainsTo(x509, certificates, codeSigning).flatMap(([issuer, ...rest]) =>
      issuer === undefined ? [] : [{ authority: service, chain: [issuer, ...rest] as const }],
    ),
  );
}

function untrusted(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'CERTIFICATE_UNTRUSTED',
    hint: 'Name the trusted root of the Sigstore that made the signature with `--trusted-root`.',
  });
}
