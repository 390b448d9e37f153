/**
 * Whether what was signed verifies, before anybody gets to see it.
 *
 * The signer of the certificate that was issued is expected, and nobody else.
 *
 * @module
 */

import { parseBundle } from './bundle.ts';
import type { DigestedFile } from './digested-file.ts';
import { SigningError, VerificationError } from './errors.ts';
import { exactIdentity } from './identity-policy.ts';
import type { ProvenSignature } from './sign-content.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { createVerifier } from './verifier.ts';

/**
 * Throws unless a bundle can be read and, where somebody is trusted, verifies.
 *
 * @throws SigningError with code `SELF_CHECK_FAILED`.
 */
export async function selfCheck(
  file: DigestedFile,
  { bundle, certificate }: ProvenSignature,
  {
    trustedRoot,
    now,
    signal,
  }: {
    readonly trustedRoot: TrustedRoot | undefined;
    readonly now: (() => Date) | undefined;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  try {
    parseBundle(bundle);
    if (trustedRoot === undefined || certificate === undefined) return;
    const verifier = createVerifier(trustedRoot, now && { now });
    await verifier.verify(file, { bundle }, exactIdentity(certificate.identity), { signal });
  } catch (cause) {
    if (!(cause instanceof VerificationError)) throw cause;
    throw new SigningError(
      `the signature of \`${file.filename}\` does not verify: ${cause.message}`,
      {
        code: 'SELF_CHECK_FAILED',
        hint: 'Check that the trusted root is that of the Sigstore that signs.',
        cause,
      },
    );
  }
}
