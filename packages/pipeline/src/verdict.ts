/**
 * Whether the distributions of a release are from whom they must be.
 *
 * There is a verdict for every distribution: who has ten wheels wants to hear of all that are
 * refused, not of the first.
 *
 * @module
 */

import type { CodedError } from '@wheelseal/errors';
import type { Verification, VerificationErrorCode } from '@wheelseal/signing';
import { PipelineError } from './errors.ts';

/** A distribution that was signed by the expected signer. */
export interface VerifiedDistribution {
  readonly status: 'verified';
  readonly filename: string;
  readonly size: number;
  readonly sha256: string;
  /** Subject of the signing certificate. */
  readonly identity: string;
  /** OIDC issuer that vouched for the signer. */
  readonly issuer: string;
  readonly logIndex: string;
  /** The earliest time that a log or a timestamp authority states. */
  readonly signedAt: Date;
  /** When the log took the entry; absent where the log does not say. */
  readonly integratedTime?: Date;
  /** The form of the signature that was verified. */
  readonly material: Verification['material'];
}

/** A distribution that has no signature, or one that does not prove what it must. */
export interface RefusedDistribution {
  readonly status: 'refused' | 'unsigned';
  readonly filename: string;
  /** Absent when the file was not even read. */
  readonly size?: number;
  readonly sha256?: string;
  readonly error: CodedError;
}

/** What became of one distribution. */
export type DistributionVerdict = VerifiedDistribution | RefusedDistribution;

/** What became of every distribution of a release. */
export interface ReleaseVerdict {
  readonly name: string;
  readonly version: string;
  /** True when there is a distribution and none was refused. */
  readonly verified: boolean;
  readonly distributions: readonly DistributionVerdict[];
}

/** A service that did not answer says nothing about a signature. */
const undecided: ReadonlySet<string> = new Set([
  'LOG_UNREACHABLE',
  'TRUSTED_ROOT_UNAVAILABLE',
] satisfies readonly VerificationErrorCode[]);

/** The verdict for a distribution whose signature was verified. */
export function verified(
  { filename, size, sha256 }: Pick<VerifiedDistribution, 'filename' | 'size' | 'sha256'>,
  { identity, logIndex, signedAt, integratedTime, material }: Verification,
): VerifiedDistribution {
  const { subject, issuer } = identity;
  return {
    status: 'verified',
    filename,
    size,
    sha256,
    identity: subject,
    issuer,
    logIndex,
    signedAt,
    ...(integratedTime && { integratedTime }),
    material,
  };
}

/**
 * Sums up verdicts.
 *
 * @throws the first error of a service that could not be asked, unless a distribution was refused.
 */
export function releaseVerdict(
  { name, version }: { readonly name: string; readonly version: string },
  distributions: readonly DistributionVerdict[],
): ReleaseVerdict {
  const failed = distributions.filter((verdict) => verdict.status !== 'verified');
  const open = failed.filter(({ error }) => undecided.has(error.code));
  if (open[0] !== undefined && open.length === failed.length) throw open[0].error;
  const isVerified = distributions.length > 0 && failed.length === 0;
  return { name, version, verified: isVerified, distributions };
}

/**
 * Throws unless every distribution was verified.
 *
 * @throws PipelineError with code `SIGNATURE_MISSING` when all that is missing are signatures,
 * otherwise with code `VERIFICATION_FAILED`; it carries the verdict.
 */
export function assertVerified(verdict: ReleaseVerdict): void {
  if (verdict.verified) return;
  const failed = verdict.distributions.filter((one) => one.status !== 'verified');
  const unsigned = failed.length > 0 && failed.every(({ status }) => status === 'unsigned');
  const list = verdict.distributions.map(describeVerdict).join(', ');
  throw new PipelineError(
    `${failed.length} of ${verdict.distributions.length} distributions of ${verdict.name} ${verdict.version} ${unsigned ? 'have no signature' : 'were refused'}: ${list}`,
    {
      code: unsigned ? 'SIGNATURE_MISSING' : 'VERIFICATION_FAILED',
      ...(failed[0] && { cause: failed[0].error }),
      verdict,
    },
  );
}

function describeVerdict(verdict: DistributionVerdict): string {
  const outcome = verdict.status === 'verified' ? 'verified' : verdict.error.code;
  return `\`${verdict.filename}\` (${outcome})`;
}
