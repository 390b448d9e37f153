/**
 * The GitLab half of the sandbox.
 *
 * @module
 */

export { createGitLab } from './create-gitlab.ts';
export type { GitLab } from './create-gitlab.ts';
export type { Credential, Role } from './credentials.ts';
export type { GitLabProject } from './instance.ts';
export type { ObjectStorage, ReceivedRequest } from './object-storage.ts';
export type { GitLabSettings, ProtectionRule, RateLimit } from './settings.ts';
