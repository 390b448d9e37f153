/**
 * The stages of a sealed release, their order, and what travels between them.
 *
 * @module
 */

export { buildRelease } from './build-release.ts';
export { convertSignatureFile } from './convert-signature-file.ts';
export { readContinuousIntegration } from './continuous-integration.ts';
export { downloadVerified } from './download-verified.ts';
export { PipelineError } from './errors.ts';
export { hasSigningCredential } from './identity-token-source.ts';
export { measureRelease } from './measure-release.ts';
export { projectEdits } from './project-edits.ts';
export { publishRelease } from './publish-release.ts';
export { readRelease, writeRelease } from './release-manifest.ts';
export { rewriteProject } from './rewrite-project.ts';
export { runRelease } from './run-release.ts';
export { openServices } from './services.ts';
export { signRelease } from './sign-release.ts';
export { assertVerified } from './verdict.ts';
export { verifyRelease } from './verify-release.ts';
export { versionFromTag } from './version-from-tag.ts';
export type { ConvertedFile, ConvertedKind, ConvertFileOptions } from './convert-signature-file.ts';
export type { BuildFrontend } from './build-frontend.ts';
export type { Destination } from './destination.ts';
export type { BuildOptions } from './build-release.ts';
export type { ContinuousIntegration, Environment } from './continuous-integration.ts';
export type {
  DownloadedDistribution,
  DownloadedRelease,
  DownloadOptions,
  DownloadPorts,
  DownloadRequest,
} from './download-verified.ts';
export type { PipelineErrorCode, PipelineErrorOptions, ReleaseErrorCode } from './errors.ts';
export type { PlacedFile } from './place-files.ts';
export type { PlannedFile, PublishedFile, PublishPlan, ReleaseFile } from './publish-plan.ts';
export type { PublishedRelease, PublishOptions, PublishPorts } from './publish-release.ts';
export type { ReleaseEvent, ReleaseStage, StageOptions } from './release-event.ts';
export type { Release, ReleasedDistribution, SignatureFile, SignatureKind } from './release.ts';
export type { ProjectRewrite, RewriteOptions } from './rewrite-project.ts';
export type { ReleasePlan, ReleaseReport } from './run-release.ts';
export type { ReleaseServices, ServiceSettings } from './services.ts';
export type { SigningPorts } from './sign-release.ts';
export type { RegistryPorts } from './stored-files.ts';
export type {
  DistributionVerdict,
  RefusedDistribution,
  ReleaseVerdict,
  VerifiedDistribution,
} from './verdict.ts';
export type { VerificationPorts } from './verify-release.ts';
export type { TagOptions } from './version-from-tag.ts';
