/**
 * Whether the branch or tag of a pipeline was protected.
 *
 * GitLab says so in every identity token, but Fulcio copies it into no claim. It gets into a
 * certificate only as part of the token's subject, where the project has asked GitLab for that.
 *
 * @module
 */

import type { PolicyDifference } from './identity-policy.ts';
import type { CertificateClaims } from './signer-identity.ts';

/** How a certificate differs from one for a protected ref. */
export function protectionDifference({
  tokenSubject = '',
}: CertificateClaims): readonly PolicyDifference[] {
  // Names and values in turn; neither the path of a project nor the name of a ref can hold a colon.
  const fields = tokenSubject.split(':');
  const at = fields.findIndex((name, index) => index % 2 === 0 && name === 'ref_protected');
  const found = at === -1 ? undefined : (fields[at + 1] ?? '');
  if (found === 'true') return [];
  const expected = 'true';
  const part = 'protection of the ref';
  return [{ part, expected, option: '--protected-ref', ...(found !== undefined && { found }) }];
}
