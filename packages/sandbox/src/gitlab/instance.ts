/**
 * One GitLab with one project: what all routes share.
 *
 * @module
 */

import type { ObjectStorage } from './object-storage.ts';
import type { PackageStore } from './package-store.ts';
import type { GitLabSettings } from './settings.ts';

/** The project the stand-in knows. */
export interface GitLabProject {
  /** Number of the project, as text. */
  readonly id: string;
  /** Full path, such as `group/sub/app`. */
  readonly path: string;
  /** Display name, the heading of the simple index. */
  readonly name: string;
  readonly visibility: 'public' | 'internal' | 'private';
  /** Number of the group the project lies in, as text; without it the group is known by path only. */
  readonly namespaceId?: string;
}

/** State and settings that a route reads. */
export interface Instance {
  readonly project: GitLabProject;
  readonly settings: GitLabSettings;
  readonly store: PackageStore;
  readonly storageDirectory: string;
  readonly objectStorage: ObjectStorage;
  /** Index that unknown names are forwarded to. */
  readonly forwardingUrl?: URL;
  /** External address of the API, without a slash at the end. */
  readonly apiUrl: () => string;
  isProject(id: string): boolean;
  isGroup(id: string): boolean;
}

/** Tells whether an `:id` names the project, by number or by path. */
export function namesProject({ id, path }: GitLabProject, requested: string): boolean {
  return requested === id || requested.toLowerCase() === path.toLowerCase();
}

/** Tells whether an `:id` names a group the project lies in, however deep. */
export function namesGroup({ namespaceId, path }: GitLabProject, requested: string): boolean {
  if (requested === '') return false;
  return requested === namespaceId || path.toLowerCase().startsWith(`${requested.toLowerCase()}/`);
}
