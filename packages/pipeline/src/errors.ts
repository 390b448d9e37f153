/**
 * What can go wrong between the stages.
 *
 * Errors of the libraries pass through as they are: their codes stay what they mean, wherever in a
 * release they happen.
 *
 * @module
 */

import type { DistributionErrorCode } from '@wheelseal/distributions';
import { CodedError, type CodedErrorOptions } from '@wheelseal/errors';
import type { RegistryErrorCode } from '@wheelseal/gitlab-registry';
import type { PyprojectErrorCode } from '@wheelseal/pyproject';
import type { SigningErrorCode, VerificationErrorCode } from '@wheelseal/signing';
import type { BuildDifference } from './build-differences.ts';
import type { PublishPlan } from './publish-plan.ts';
import type { ReleaseVerdict } from './verdict.ts';

/** Every code a {@link PipelineError} can carry. */
export type PipelineErrorCode =
  /** A variable or flag that this stage needs is not set. */
  | 'SETTING_MISSING'
  /** A variable or flag holds something else than it must. */
  | 'SETTING_INVALID'
  /** There is no `pyproject.toml`, or it cannot be read. */
  | 'PROJECT_UNREADABLE'
  /** The commit has no tag that names one version. */
  | 'TAG_UNUSABLE'
  /** No build frontend was found and none could be brought along. */
  | 'BUILD_FRONTEND_MISSING'
  /** The build frontend failed. */
  | 'BUILD_FAILED'
  /** Other distributions are there than the project says. */
  | 'BUILD_UNEXPECTED'
  /** Building twice gave different files. */
  | 'BUILD_NOT_REPRODUCIBLE'
  /** An inspection found what must not be released. */
  | 'DISTRIBUTION_UNSOUND'
  /** A distribution is signed, but unsafe to unpack or not what its name says. */
  | 'DISTRIBUTION_UNSAFE'
  /** A folder holds no distribution. */
  | 'NOTHING_TO_RELEASE'
  /** `release.json` is not a release manifest. */
  | 'RELEASE_MALFORMED'
  /** A file is not the one that was measured. */
  | 'RELEASE_CHANGED'
  /** A distribution has no signature. */
  | 'SIGNATURE_MISSING'
  /** A distribution was refused. */
  | 'VERIFICATION_FAILED'
  /** A registry holds other bytes under the name of a file. */
  | 'PUBLISH_CONFLICT'
  /** The registry has no distribution of that version. */
  | 'VERSION_NOT_FOUND'
  /** A file with other bytes is in the way. */
  | 'FILE_EXISTS'
  /** A file or folder cannot be written. */
  | 'FILE_UNWRITABLE';

/** Every code that a stage can fail with: its own and those of the libraries below it. */
export type ReleaseErrorCode =
  | DistributionErrorCode
  | PipelineErrorCode
  | PyprojectErrorCode
  | RegistryErrorCode
  | SigningErrorCode
  | VerificationErrorCode;

/** What a {@link PipelineError} says beside its message. */
export interface PipelineErrorOptions extends CodedErrorOptions<PipelineErrorCode> {
  readonly verdict?: ReleaseVerdict;
  readonly plan?: PublishPlan;
  readonly differences?: readonly BuildDifference[];
}

/** A stage could not do its work. */
export class PipelineError extends CodedError<PipelineErrorCode> {
  /** The verdict for every distribution, where one of them was refused. */
  declare readonly verdict?: ReleaseVerdict;
  /** What would have been published, where something was in the way. */
  declare readonly plan?: PublishPlan;
  /** What differs, where building twice gave different files. */
  declare readonly differences?: readonly BuildDifference[];

  constructor(message: string, { verdict, plan, differences, ...options }: PipelineErrorOptions) {
    super(message, options);
    if (verdict !== undefined) this.verdict = verdict;
    if (plan !== undefined) this.plan = plan;
    if (differences !== undefined) this.differences = differences;
  }
}
