/**
 * Who may have signed a distribution.
 *
 * There is no pattern matching: an unanchored pattern accepts more signers than its author meant.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import type { SignerIdentity } from './signer-identity.ts';

/** Decides whether a signer is the expected one. */
export interface IdentityPolicy {
  /** Names the expected signer in messages. */
  readonly describe: string;
  accepts(identity: SignerIdentity): boolean;
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
  return {
    describe: `\`${subject}\` of \`${issuer}\``,
    accepts: (identity) => identity.issuer === issuer && identity.subject === subject,
  };
}

/**
 * Accepts whoever one of the policies accepts.
 *
 * @throws VerificationError with code `POLICY_INVALID` if there is none.
 */
export function anyOf(...policies: readonly [IdentityPolicy, ...IdentityPolicy[]]): IdentityPolicy {
  if (policies.length === 0) {
    throw new VerificationError('the policy names no signer', {
      code: 'POLICY_INVALID',
      hint: 'Name at least one signer.',
    });
  }
  return {
    describe: policies.map((policy) => policy.describe).join(' or '),
    accepts: (identity) => policies.some((policy) => acceptedBy(policy, identity)),
  };
}

/**
 * Throws unless the policy accepts the signer.
 *
 * @throws VerificationError with code `IDENTITY_MISMATCH`.
 */
export function assertIdentity(identity: SignerIdentity, policy: IdentityPolicy): void {
  if (acceptedBy(policy, identity)) return;
  throw new VerificationError(
    `signed by \`${identity.subject}\` of \`${identity.issuer}\`, expected ${policy.describe}`,
    {
      code: 'IDENTITY_MISMATCH',
      hint: 'Change `--certificate-identity` or `--certificate-oidc-issuer` only if the signer found is the one you trust.',
    },
  );
}

// A policy written in JavaScript may answer with a promise, which is truthy.
function acceptedBy(policy: IdentityPolicy, identity: SignerIdentity): boolean {
  const answer: unknown = policy.accepts(identity);
  return answer === true;
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
