/**
 * A GitLab with one project and its package registries.
 *
 * It repeats GitLab's answers row by row, the awkward ones included, and shares no code with the
 * clients that are tested against it.
 *
 * @module
 */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { Service } from '../listen.ts';
import { Refusal, refusal, routeNotFound } from './answer.ts';
import type { Answer } from './answer.ts';
import { authenticate } from './credentials.ts';
import type { Credential } from './credentials.ts';
import { genericRoutes } from './generic-routes.ts';
import { namesGroup, namesProject } from './instance.ts';
import type { GitLabProject, Instance } from './instance.ts';
import { createObjectStorage } from './object-storage.ts';
import type { ObjectStorage } from './object-storage.ts';
import { createPackageStore } from './package-store.ts';
import { packagesRoutes } from './packages-routes.ts';
import { projectRoutes } from './project-routes.ts';
import { pypiRoutes } from './pypi-routes.ts';
import { matchRoute } from './routing.ts';
import type { Call, Route } from './routing.ts';
import { labelledAsText, sendAnswer } from './send-answer.ts';
import { defaultSettings } from './settings.ts';
import type { GitLabSettings } from './settings.ts';
import { createThrottle } from './throttle.ts';

/** What a stand-in is made of. */
export interface GitLabOptions {
  /** External address of the instance; asked for at every request, since the port comes late. */
  readonly baseUrl: () => URL;
  readonly project: GitLabProject;
  /** Token of a running job of the project, started by a developer. */
  readonly jobToken: string;
  /** Token of the project's owner, with the scope `api`. */
  readonly personalToken: string;
  /** Token that reads and writes packages. */
  readonly deployToken: { readonly user: string; readonly token: string };
  /** Index that unknown names are forwarded to, its `…/simple`; without one they are answered 404. */
  readonly forwardingUrl?: URL;
  /** Address that {@link GitLab.objectStorage} is served at; the setting of that name needs it. */
  readonly objectStorageUrl?: () => URL;
  /** Folder for uploaded bytes; created with the first of them. */
  readonly storageDirectory: string;
  readonly settings?: Partial<GitLabSettings>;
}

/** A stand-in, ready to be served. */
export interface GitLab {
  /** Answers at `baseUrl`. */
  readonly service: Service;
  /** Read anew for every request: change it at any moment. */
  readonly settings: GitLabSettings;
  /** The second origin, which downloads are redirected to; serve it, and read what arrived there. */
  readonly objectStorage: ObjectStorage;
}

/** Opens a stand-in. Does no I/O. */
export function createGitLab(options: GitLabOptions): GitLab {
  const instance = createInstance(options);
  const { settings, objectStorage } = instance;
  const routes = [
    ...pypiRoutes(instance),
    ...genericRoutes(instance),
    ...packagesRoutes(instance),
    ...projectRoutes(instance),
  ];
  const throttle = createThrottle();
  return {
    settings,
    objectStorage,
    async service(request, response) {
      response.setHeader('x-request-id', randomUUID().replaceAll('-', ''));
      try {
        for (const [name, value] of Object.entries(throttle.count(settings))) {
          response.setHeader(name, value);
        }
        const answer = await answerTo(instance, routes, options.baseUrl(), request);
        if (isLost(settings, request, answer)) response.destroy();
        else await sendAnswer(request, response, answer);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        await sendAnswer(request, response, error.answer);
      }
    },
  };
}

function createInstance(options: GitLabOptions): Instance {
  const { project, storageDirectory, forwardingUrl, objectStorageUrl, baseUrl } = options;
  const settings = { ...defaultSettings(credentialsOf(options)), ...options.settings };
  return {
    project,
    settings,
    store: createPackageStore(),
    storageDirectory,
    objectStorage: createObjectStorage(storageDirectory, objectStorageUrl),
    ...(forwardingUrl !== undefined && { forwardingUrl }),
    apiUrl: () => `${baseUrl().href.replace(/\/$/u, '')}/api/v4`,
    isProject: (id) => namesProject(project, id),
    isGroup: (id) => namesGroup(project, id),
  };
}

function credentialsOf({
  jobToken,
  personalToken,
  deployToken,
}: GitLabOptions): readonly Credential[] {
  return [
    { kind: 'job', token: jobToken, role: 'developer', scopes: [] },
    { kind: 'personal', token: personalToken, role: 'owner', scopes: ['api'] },
    {
      kind: 'deploy',
      ...deployToken,
      role: 'reporter',
      scopes: ['read_package_registry', 'write_package_registry'],
    },
  ];
}

async function answerTo(
  { settings }: Instance,
  routes: readonly Route[],
  baseUrl: URL,
  request: IncomingMessage,
): Promise<Answer> {
  if (settings.maintenance && isWrite(request)) {
    throw refusal(503, 'GitLab Maintenance: system is in maintenance mode');
  }
  const prefix = `${baseUrl.pathname.replace(/\/$/u, '')}/api/v4`;
  const target = request.url ?? '/';
  if (!target.startsWith(`${prefix}/`)) throw routeNotFound();
  const path = target.slice(prefix.length);
  const [pathname = '', search = ''] = path.split(/\?(.*)/su, 2);
  const { route, params } = matchRoute(routes, request.method ?? '', pathname);
  const query = new URLSearchParams(search);
  const call: Call = {
    request,
    path,
    query,
    route: route.kind,
    param: (name) => call.segments(name).join('/'),
    segments(name) {
      const segments = params.get(name);
      if (segments === undefined) throw new TypeError(`the route has no part \`${name}\``);
      return segments;
    },
    actor: () => authenticate(request, query, route.kind, settings.credentials),
  };
  return route.format === 'text' ? labelledAsText(() => route.handle(call)) : route.handle(call);
}

function isLost(settings: GitLabSettings, request: IncomingMessage, { status }: Answer): boolean {
  if (settings.answersToLose === 0 || !isWrite(request) || status >= 400) return false;
  settings.answersToLose -= 1;
  return true;
}

function isWrite({ method }: IncomingMessage): boolean {
  return method !== 'GET' && method !== 'HEAD';
}
