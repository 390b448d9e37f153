/**
 * Who may have signed a distribution.
 *
 * Names are compared character by character. The one pattern there is, `identityPattern`, is anchored
 * and says outright whose names it may match: an unanchored one accepts more than its author meant.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import type { SignerIdentity } from './signer-identity.ts';

/** What a policy may know of the file that is verified. */
export interface PolicyContext {
  /** The version of the file in all of its spellings, such as `1.0.0-rc.1` and `1.0.0rc1`. */
  readonly versions?: readonly string[];
}

/** One thing in which a signer is not the expected one. */
export interface PolicyDifference {
  /** What differs, such as `ref`. */
  readonly part: string;
  readonly expected: string;
  /** Absent where the certificate does not say it. */
  readonly found?: string;
  /** The flag that would change what is expected. */
  readonly option?: string;
}

/** Decides whether a signer is the expected one. */
export interface IdentityPolicy {
  /** Names the expected signer in messages. */
  readonly describe: string;
  accepts(identity: SignerIdentity, context?: PolicyContext): boolean;
  /** Why a signer is not accepted, for messages; `accepts` alone decides. */
  readonly differences?: (
    identity: SignerIdentity,
    context?: PolicyContext,
  ) => readonly PolicyDifference[];
}

/** Compares a signer with the expected one. */
export type Comparison = (
  identity: SignerIdentity,
  context: PolicyContext,
) => readonly PolicyDifference[];

/** A policy that accepts whoever does not differ. */
export function policyOf(describe: string, compare: Comparison): IdentityPolicy {
  return {
    describe,
    accepts: (identity, context = {}) => compare(identity, context).length === 0,
    differences: (identity, context = {}) => compare(identity, context),
  };
}

/** The difference between two texts, if there is one. */
export function differing(
  part: string,
  found: string | undefined,
  expected: string,
  option?: string,
): readonly PolicyDifference[] {
  if (found === expected) return [];
  return [{ part, expected, ...(found !== undefined && { found }), ...(option && { option }) }];
}

/**
 * Accepts one signer: issuer and subject, compared character by character.
 *
 * @throws VerificationError with code `POLICY_INVALID` if one of them is empty.
 */
export function exactIdentity(expected: {
  readonly issuer: string;
  readonly subject: string;
}): IdentityPolicy {
  const { issuer, subject } = expected;
  assertGiven('issuer', issuer, '--certificate-oidc-issuer');
  assertGiven('subject', subject, '--certificate-identity');
  return policyOf(`\`${subject}\` of \`${issuer}\``, (identity) => [
    ...differing('subject', identity.subject, subject, '--certificate-identity'),
    ...differing('issuer', identity.issuer, issuer, '--certificate-oidc-issuer'),
  ]);
}

/**
 * Accepts whoever one of the policies accepts.
 *
 * @throws VerificationError with code `POLICY_INVALID` if there is none.
 */
export function anyOf(...policies: readonly [IdentityPolicy, ...IdentityPolicy[]]): IdentityPolicy {
  assertSome(policies);
  return {
    describe: policies.map((policy) => policy.describe).join(' or '),
    accepts: (identity, context) => policies.some((one) => acceptedBy(one, identity, context)),
    // Of the one that comes nearest: the others were hardly meant.
    differences: (identity, context) => {
      const [nearest = []] = policies
        .map((policy) => policy.differences?.(identity, context) ?? [])
        .filter((differences) => differences.length > 0)
        .toSorted((left, right) => left.length - right.length);
      return nearest;
    },
  };
}

/**
 * Accepts whom all of the policies accept.
 *
 * @throws VerificationError with code `POLICY_INVALID` if there is none.
 */
export function allOf(...policies: readonly [IdentityPolicy, ...IdentityPolicy[]]): IdentityPolicy {
  assertSome(policies);
  return {
    describe: policies.map((policy) => policy.describe).join(' and '),
    accepts: (identity, context) => policies.every((one) => acceptedBy(one, identity, context)),
    differences: (identity, context) =>
      policies.flatMap((policy) => policy.differences?.(identity, context) ?? []),
  };
}

/**
 * Throws unless the policy accepts the signer.
 *
 * @throws VerificationError with code `IDENTITY_MISMATCH`.
 */
export function assertIdentity(
  identity: SignerIdentity,
  policy: IdentityPolicy,
  context: PolicyContext = {},
): void {
  if (acceptedBy(policy, identity, context)) return;
  const differences = policy.differences?.(identity, context) ?? [];
  // What the first half of the message says already is left out of the second.
  const details = differences
    .filter(({ found }) => found !== identity.subject && found !== identity.issuer)
    .map(inWords);
  const options = [...new Set(differences.flatMap(({ option }) => option ?? []))];
  throw new VerificationError(
    `signed by \`${identity.subject}\` of \`${identity.issuer}\`, expected ${policy.describe}${details.length === 0 ? '' : `: ${details.join('; ')}`}`,
    {
      code: 'IDENTITY_MISMATCH',
      hint:
        options.length === 0
          ? 'Change the policy only if the signer found is the one you trust.'
          : `Change ${options.map((option) => `\`${option}\``).join(' and ')} only if the signer found is the one you trust.`,
    },
  );
}

function inWords({ part, found, expected, option }: PolicyDifference): string {
  const is = found === undefined ? 'is not in the certificate' : `is \`${found}\``;
  return `${part} ${is}, expected \`${expected}\`${option === undefined ? '' : ` (\`${option}\`)`}`;
}

// A policy written in JavaScript may answer with a promise, which is truthy.
function acceptedBy(
  policy: IdentityPolicy,
  identity: SignerIdentity,
  context: PolicyContext | undefined,
): boolean {
  const answer: unknown = policy.accepts(identity, context);
  return answer === true;
}

function assertSome(policies: readonly IdentityPolicy[]): void {
  if (policies.length > 0) return;
  throw new VerificationError('the policy names no signer', {
    code: 'POLICY_INVALID',
    hint: 'Name at least one signer.',
  });
}

/**
 * Throws unless a part of a policy is text with something in it.
 *
 * @throws VerificationError with code `POLICY_INVALID`.
 */
export function assertGiven(name: string, value: string, option: string): void {
  if (typeof value === 'string' && value.trim() !== '') return;
  throw new VerificationError(`the ${name} of the expected signer is empty`, {
    code: 'POLICY_INVALID',
    hint: `Give \`${option}\` a value.`,
  });
}
