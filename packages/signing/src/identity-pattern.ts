/**
 * Signers whose names have something in common, such as all tags of one project.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import { assertGiven, differing, policyOf, type IdentityPolicy } from './identity-policy.ts';
import { parseNamePattern } from './name-pattern.ts';

/** The names of signers by a pattern, and the one issuer that may vouch for them. */
export interface IdentityPattern {
  /** Compared character by character. */
  readonly issuer: string;
  /**
   * A regular expression in small: literal characters, `\` before punctuation, `[^/]+`, `\d+`, `.*`.
   * It must match the whole subject, and begins with server and owner, such as
   * `https://gitlab\.com/group/`.
   */
  readonly subject: string;
}

/**
 * Accepts every signer of one issuer whose subject matches a pattern from its first character to its
 * last.
 *
 * @throws VerificationError with code `POLICY_INVALID` if the pattern is not understood, or leaves
 * open whose names it matches.
 */
export function identityPattern({ issuer, subject }: IdentityPattern): IdentityPolicy {
  assertGiven('issuer', issuer, '--certificate-oidc-issuer');
  assertGiven('subject', subject, '--certificate-identity-regexp');
  if (!/^[\x21-\x7e]+$/.test(issuer) || /[*\\^$]/.test(issuer)) {
    throw invalid(
      `the issuer \`${issuer}\` is no address, and there is no pattern for issuers`,
      'Give `--certificate-oidc-issuer` the one address of the issuer.',
    );
  }
  const pattern = parseNamePattern(subject);
  if (!/^https:\/\/[a-z0-9.-]+(?::\d+)?\/[^/@*]+\//.test(pattern.prefix)) {
    throw invalid(
      `the pattern \`${subject}\` leaves open whose names it matches`,
      'Begin it with server and owner, such as `https://gitlab\\.com/group/`, or give the whole name with `--certificate-identity`.',
    );
  }
  const option = '--certificate-identity-regexp';
  return policyOf(`a name like \`${subject}\` of \`${issuer}\``, (identity) => {
    const found = identity.subject;
    const isLike = pattern.matches(found);
    return [
      ...(isLike ? [] : [{ part: 'subject', expected: subject, found, option }]),
      ...differing('issuer', identity.issuer, issuer, '--certificate-oidc-issuer'),
    ];
  });
}

function invalid(message: string, hint: string): VerificationError {
  return new VerificationError(message, { code: 'POLICY_INVALID', hint });
}
