/**
 * The verify stage: are the files on disk from whom they must be?
 *
 * @module
 */

import { join } from 'node:path';
import { isCodedError } from '@wheelseal/errors';
import type { IdentityPolicy, TrustNotice, TrustOrigin, Verifier } from '@wheelseal/signing';
import { assertSafe } from './distribution-findings.ts';
import { runStage, type StageEvent, type StageOptions } from './release-event.ts';
import { nothingToRelease, type Release, type ReleasedDistribution } from './release.ts';
import { sideBySide } from './side-by-side.ts';
import { assertAgreement, materialOf, readSignatures, statementsOf } from './signature-material.ts';
import {
  type DistributionVerdict,
  type ReleaseVerdict,
  releaseVerdict,
  verified,
} from './verdict.ts';
import { spellingsOf } from './version-spellings.ts';

/** What the verify stage needs of the outside world. */
export interface VerificationPorts {
  readonly verifier: Verifier;
  readonly policy: IdentityPolicy;
  /** Other spellings of the version that is verified; those that mean another one do not count. */
  readonly spellings?: readonly string[];
  /** Where the trusted root came from. */
  readonly trust?: TrustOrigin;
  /** What is worth knowing of the trusted root. */
  readonly notices?: readonly TrustNotice[];
}

const width = 8;

/**
 * Verifies every distribution of a release by the signatures beside it. A refused distribution does
 * not throw: it has its verdict.
 *
 * @throws PipelineError with code `NOTHING_TO_RELEASE` when there is nothing to verify.
 * @throws VerificationError when the log or the trusted root cannot be reached.
 */
export async function verifyRelease(
  release: Release,
  ports: VerificationPorts,
  options: StageOptions = {},
): Promise<ReleaseVerdict> {
  return runStage('verify', options, async (report) => {
    warnOfTrust(ports, report);
    return judgeRelease(release, ports, options, (verdict) =>
      report({ type: 'distribution-judged', verdict }),
    );
  });
}

/** Judges every distribution of a release; a part of other stages too. */
export async function judgeRelease(
  release: Release,
  ports: VerificationPorts,
  { signal }: StageOptions,
  onVerdict?: (verdict: DistributionVerdict) => void,
): Promise<ReleaseVerdict> {
  const { directory, distributions } = release;
  if (distributions.length === 0) throw nothingToRelease(directory);
  const verdicts = await sideBySide(distributions, width, async (distribution) => {
    const verdict = await judge(release, distribution, ports, signal);
    onVerdict?.(verdict);
    return verdict;
  });
  return releaseVerdict(release, verdicts);
}

/** Reports what is worth knowing of the trusted root. */
export function warnOfTrust(
  { notices = [] }: VerificationPorts,
  report: (event: StageEvent) => void,
): void {
  for (const { message, hint } of notices) report({ type: 'warning', message, hint });
}

async function judge(
  { directory, name, version }: Release,
  distribution: ReleasedDistribution,
  { verifier, policy, spellings = [] }: VerificationPorts,
  signal: AbortSignal | undefined,
): Promise<DistributionVerdict> {
  const { filename, size, sha256 } = distribution;
  try {
    const contents = await readSignatures(directory, distribution);
    const material = materialOf(filename, contents);
    const verification = await verifier.verify({ filename, sha256 }, material, policy, {
      versions: spellingsOf(version, spellings),
      ...(signal && { signal }),
    });
    await assertAgreement(filename, contents);
    for (const statement of statementsOf(contents)) {
      await verifier.verify({ filename, sha256 }, statement, policy, signal && { signal });
    }
    // The digest is the signer's; whether the file has it, and is what its name says, comes to light here.
    await assertSafe({ path: join(directory, filename), ...distribution }, { name, signal });
    return verified(distribution, verification);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const status = error.code === 'SIGNATURE_MISSING' ? 'unsigned' : 'refused';
    return { status, filename, size, sha256, error };
  }
}
