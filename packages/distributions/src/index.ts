/**
 * Wheels and sdists as data: names, versions, file names, core metadata, digests.
 *
 * @module
 */

export { readCoreMetadata } from './core-metadata.ts';
export { parseDistributionFilename } from './distribution-filename.ts';
export { DistributionError } from './errors.ts';
export { findDistributions } from './find-distributions.ts';
export { inspectDistribution } from './inspect-distribution.ts';
export { assertUnchanged, measureDistribution, measureFile } from './measure.ts';
export { normalizeName } from './name.ts';
export { parseSdistFilename } from './sdist-filename.ts';
export { parseVersion } from './version.ts';
export { parseWheelFilename } from './wheel-filename.ts';
export type { CoreMetadata } from './metadata-fields.ts';
export type { DistributionKind } from './distribution-filename.ts';
export type { DistributionErrorCode } from './errors.ts';
export type { Finding, FindingCode } from './finding.ts';
export type { Inspection } from './inspect-distribution.ts';
export type {
  Distribution,
  DistributionOptions,
  MeasuredFile,
  MeasureOptions,
  ReadOptions,
} from './measure.ts';
export type { KnownParts, SdistFilename } from './sdist-filename.ts';
export type { Version } from './version.ts';
export type { WheelFilename } from './wheel-filename.ts';
