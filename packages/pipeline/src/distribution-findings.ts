/**
 * What follows from the findings of an inspection.
 *
 * A maintainer hears of everything and can correct all of it in one go; a consumer only of what
 * makes a file unsafe, or another one than its name says: a signature is over the bytes of a file and
 * not over its name.
 *
 * @module
 */

import {
  type Distribution,
  type Finding,
  inspectDistribution,
  parseDistributionFilename,
} from '@wheelseal/distributions';
import { PipelineError } from './errors.ts';
import { findingConcerns } from './finding-concerns.ts';
import type { StageEvent } from './release-event.ts';

/** A distribution and what is wrong with it. */
export interface Inspected {
  readonly filename: string;
  readonly findings: readonly Finding[];
}

/**
 * Throws if a distribution must not be released, and reports what is worth a warning.
 *
 * @throws PipelineError with code `DISTRIBUTION_UNSOUND`, which tells all errors of all of them.
 */
export function assertSound(
  inspected: readonly Inspected[],
  report: (event: StageEvent) => void,
): void {
  for (const warning of warningsOf(inspected)) report(warning);
  const unsound = having(inspected, isUnsound);
  if (unsound.length === 0) return;
  throw new PipelineError(`unfit to be released: ${unsound.map(summary).join('; ')}`, {
    code: 'DISTRIBUTION_UNSOUND',
    hint: hintsOf(unsound),
    cause: new Error(unsound.flatMap(lines).join('\n')),
  });
}

/**
 * Throws unless a signed file is safe to unpack and is what its name says.
 *
 * The bytes must be those that were measured, which is what a signature was verified for.
 *
 * @throws PipelineError with code `DISTRIBUTION_UNSAFE`.
 * @throws DistributionError with code `DISTRIBUTION_CHANGED` or `FILE_UNREADABLE`.
 */
export async function assertSafe(
  file: Pick<Distribution, 'path' | 'filename' | 'size' | 'sha256'>,
  { name, signal }: { readonly name: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { filename } = file;
  const distribution = { ...parseDistributionFilename(filename, { name }), ...file };
  const { findings } = await inspectDistribution(distribution, signal && { signal });
  const unsafe = having([{ filename, findings }], isUnsafe);
  if (unsafe.length === 0) return;
  throw new PipelineError(`signed, but not safe to install: ${unsafe.map(summary).join('; ')}`, {
    code: 'DISTRIBUTION_UNSAFE',
    hint: 'Do not install it by other means; tell the maintainer of the project what was found.',
    cause: new Error(unsafe.flatMap(lines).join('\n')),
  });
}

function isUnsound({ code, severity }: Finding): boolean {
  return severity === 'error' && findingConcerns[code] !== 'index';
}

function isUnsafe({ code, severity }: Finding): boolean {
  return severity === 'error' && findingConcerns[code] === 'consumer';
}

/** Wheels of ten platforms have the same metadata: what is said of all of them is said once. */
function warningsOf(inspected: readonly Inspected[]): readonly StageEvent[] {
  const warnings = having(inspected, (finding) => !isUnsound(finding)).flatMap(
    ({ filename, findings }) => findings.map((finding) => ({ filename, finding })),
  );
  const alike = Map.groupBy(warnings, ({ finding: { code, message } }) => `${code} ${message}`);
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const { code, message, hint } = first.finding;
    const files = [first, ...others].map(({ filename }) => `\`${filename}\``);
    return [{ type: 'warning', message: `${files.join(', ')}: ${message} (${code})`, hint }];
  });
}

/** Only those that have such findings, with these alone. */
function having(
  inspected: readonly Inspected[],
  isMeant: (finding: Finding) => boolean,
): readonly Inspected[] {
  return inspected
    .map(({ filename, findings }) => ({ filename, findings: findings.filter(isMeant) }))
    .filter(({ findings }) => findings.length > 0);
}

function summary({ filename, findings }: Inspected): string {
  return `\`${filename}\` (${[...new Set(findings.map(({ code }) => code))].join(', ')})`;
}

function lines({ filename, findings }: Inspected): readonly string[] {
  return findings.map(({ code, message }) => `\`${filename}\`: ${message} (${code})`);
}

function hintsOf(inspected: readonly Inspected[]): string {
  const hints = inspected.flatMap(({ findings }) => findings.map(({ hint }) => hint));
  return [...new Set(hints)].join(' ');
}
