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
import type { KeyPair } from './key-pair.ts';
import { createKeyVerifier } from './key-verifier.ts';
import type { ProvenSignature } from './sign-content.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { createVerifier } from './verifier.ts';

/** What there is to check with. */
export interface CheckingMeans {
  /** Whom to trust; without, nothing but the form is looked at, and the signature of a key. */
  readonly trustedRoot: TrustedRoot | undefined;
  /** The key of one's own that signed. */
  readonly key: KeyPair | undefined;
  readonly now: (() => Date) | undefined;
  readonly signal: AbortSignal;
}

/**
 * Throws unless a bundle can be read and, as far as somebody is trusted, verifies.
 *
 * @throws SigningError with code `SELF_CHECK_FAILED`.
 */
export async function selfCheck(
  file: DigestedFile,
  proven: ProvenSignature,
  means: CheckingMeans,
): Promise<void> {
  try {
    await check(file, proven, means);
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

async function check(
  file: DigestedFile,
  { bundle, certificate }: ProvenSignature,
  { trustedRoot, key, now, signal }: CheckingMeans,
): Promise<void> {
  const { logEntries, timestamps } = parseBundle(bundle);
  const clock = now && { now };
  if (key !== undefined) {
    // Nobody can say whether witnesses are genuine without knowing them.
    const isWitnessed = logEntries.length > 0 || timestamps.length > 0;
    if (isWitnessed && trustedRoot === undefined) return;
    const settings = { ...clock, ...(trustedRoot && { trustedRoot }), allowUnlogged: true };
    await createKeyVerifier(key.publicKeyPem, settings).verify(file, { bundle }, { signal });
  } else if (trustedRoot !== undefined && certificate !== undefined) {
    const policy = exactIdentity(certificate.identity);
    await createVerifier(trustedRoot, clock).verify(file, { bundle }, policy, { signal });
  }
}
