/**
 * What is wrong with an archive as such, apart from what it holds.
 *
 * Reading core metadata throws it; an inspection takes it down as a finding.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import type { FindingCode } from './finding.ts';
import { findingKinds } from './finding-kinds.ts';

/** Findings about the archive itself. */
export type ArchiveFlawCode = Extract<FindingCode, `ARCHIVE_${string}` | `ENTRY_${string}`>;

/** An archive that cannot be read, or not in one way only. */
export class ArchiveFlaw extends DistributionError {
  readonly finding: ArchiveFlawCode;

  constructor(finding: ArchiveFlawCode, complaint: string, cause?: unknown) {
    super(complaint, {
      code: 'ARCHIVE_INVALID',
      // Whoever reads a distribution can seldom change what it holds.
      hint: findingKinds.ARCHIVE_INVALID.hint,
      ...(cause !== undefined && { cause }),
    });
    this.name = DistributionError.name;
    this.finding = finding;
  }
}
