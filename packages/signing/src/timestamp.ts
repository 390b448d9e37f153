/**
 * The timestamps in a bundle, as far as their form and their time go. Whether an authority signed
 * them is for `sigstore-verifier.ts`.
 *
 * @module
 */

import { RFC3161Timestamp } from '@sigstore/core';
import type { SigningCertificate } from './certificate.ts';
import { VerificationError } from './errors.ts';

/**
 * Throws unless every timestamp is one that was granted, from within the certificate's life.
 *
 * @throws VerificationError with code `TIMESTAMP_INVALID`.
 */
export function assertTimestamps(
  timestamps: readonly Uint8Array[],
  { notBefore, notAfter }: SigningCertificate,
): void {
  for (const bytes of timestamps) {
    const time = grantedTime(bytes);
    if (time === undefined) throw invalid('a timestamp of the signature is malformed');
    if (time < notBefore || time > notAfter) {
      throw invalid(
        `signed at \`${time.toISOString()}\` by a timestamp, when the certificate was not valid`,
      );
    }
  }
}

function grantedTime(bytes: Uint8Array): Date | undefined {
  try {
    const { status, signingTime } = RFC3161Timestamp.parse(Buffer.from(bytes));
    return status === 0n && Number.isFinite(signingTime.getTime()) ? signingTime : undefined;
  } catch {
    return undefined;
  }
}

function invalid(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'TIMESTAMP_INVALID',
    hint: 'Take the bundle that was published with the file.',
  });
}
