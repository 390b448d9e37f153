/**
 * A GitLab and a Sigstore on loopback, in one process, for tests and first steps.
 *
 * @module
 */

export { SandboxError } from './errors.ts';
export { startSandbox } from './sandbox.ts';
export type { SandboxErrorCode } from './errors.ts';
export type { FaultEffect, OtherAnswer } from './fault-effects.ts';
export type { AddedFault, Fault, FaultTarget, Faults, ServiceName } from './faults.ts';
export type { JobOptions, Visibility } from './job.ts';
export type { Service } from './listen.ts';
export type { Sandbox, SandboxLog, SandboxOptions, SandboxTokens } from './sandbox.ts';
export type { Clocks, SigstoreOptions } from './sigstore/create-sigstore.ts';
export type { LogOptions, TiledLogOptions } from './sigstore/logs.ts';
export type { ConfigFiles, TrustFiles } from './trust-files.ts';
export type { TufPublication, TufRepository, TufRole } from './tuf/tuf-repository.ts';
export type {
  Credential,
  GitLab,
  GitLabSettings,
  ObjectStorage,
  ProtectionRule,
  RateLimit,
  ReceivedRequest,
  Role,
} from './gitlab/index.ts';
