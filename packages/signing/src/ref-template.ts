/**
 * The name of a ref in which `{version}` stands for the version of the file that is verified.
 *
 * @module
 */

import { VerificationError } from './errors.ts';
import type { PolicyContext, PolicyDifference } from './identity-policy.ts';

const placeholder = '{version}';
const version = /^[0-9A-Za-z][0-9A-Za-z.+!_-]*$/;

/**
 * Throws unless a text is the full name of a ref, with or without `{version}` in it.
 *
 * @throws VerificationError with code `POLICY_INVALID`.
 */
export function assertRef(ref: string, kinds: readonly string[]): void {
  const [, root, kind = '', name = ''] = /^(refs)\/([^/]+)\/([^/].*)$/s.exec(ref) ?? [];
  if (root !== undefined && kinds.includes(kind) && !/[\p{Cc} ~^:?*[\\]/u.test(name)) return;
  throw new VerificationError(
    `${JSON.stringify(ref)} is no full name of a ${kinds.length > 2 ? 'ref' : 'branch or tag'}`,
    {
      code: 'POLICY_INVALID',
      hint: 'Write it as `refs/heads/NAME` or `refs/tags/NAME`, with `{version}` where the version of the file stands.',
    },
  );
}

/** The refs that a template stands for; none where it needs a version and there is none. */
function refsOf(template: string, { versions = [] }: PolicyContext): readonly string[] {
  if (!template.includes(placeholder)) return [template];
  return versions
    .filter((one) => version.test(one))
    .map((one) => template.replaceAll(placeholder, () => one));
}

/** How the ref of a certificate differs from what a template stands for. */
export function refDifference(
  found: string | undefined,
  template: string,
  context: PolicyContext,
): readonly PolicyDifference[] {
  const refs = refsOf(template, context);
  if (found !== undefined && refs.includes(found)) return [];
  const expected =
    refs.length === 0 ? `${template} of a version that is known` : refs.join('` or `');
  return [{ part: 'ref', expected, option: '--ref', ...(found !== undefined && { found }) }];
}
