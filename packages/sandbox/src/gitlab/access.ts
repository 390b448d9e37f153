/**
 * What someone may do with the packages of the project.
 *
 * @module
 */

import { forbidden, notFound, refusal, unauthorized } from './answer.ts';
import { realm } from './credentials.ts';
import type { Credential, Role } from './credentials.ts';
import type { Instance } from './instance.ts';
import type { Call } from './routing.ts';
import type { ProtectionRule } from './settings.ts';

const ranks: readonly Role[] = [
  'none',
  'guest',
  'reporter',
  'developer',
  'maintainer',
  'owner',
  'admin',
];

/** Lets through who may read packages on a route of the PyPI or the generic registry. */
export function assertMayRead(instance: Instance, call: Call): void {
  assertProject(instance, call);
  const actor = call.actor();
  if (mayReadPackages(instance, actor)) return;
  if (mayReadProject(instance, actor)) throw forbidden();
  throw actor === undefined ? unauthorized(realm(call.route)) : notFound();
}

/** Lets through who may add packages on a route of the PyPI or the generic registry. */
export function assertMayCreate(instance: Instance, call: Call): void {
  assertProject(instance, call);
  const actor = call.actor();
  if (actor === undefined) throw unauthorized(realm(call.route));
  if (!mayReadProject(instance, actor)) throw notFound();
  if (!mayCreate(instance, actor)) throw forbidden();
}

/** Lets through who may read packages on a route of the packages API. */
export function assertMayList(instance: Instance, call: Call): void {
  const actor = call.actor();
  const known = instance.isProject(call.param('id'));
  if (!known || !mayReadProject(instance, actor)) throw notFound('Project');
  assertRegistryExists(instance);
  if (!mayReadPackages(instance, actor)) throw forbidden();
}

/** Lets through who may delete packages, which a job token may with its user's role. */
export function assertMayDestroy(call: Call): void {
  if (!mayDestroy(call.actor())) throw forbidden();
}

/** Tells whether someone may delete packages. */
export function mayDestroy(actor: Credential | undefined): boolean {
  return actor !== undefined && actor.kind !== 'deploy' && atLeast(actor.role, 'maintainer');
}

/** Tells whether a protection rule keeps someone from pushing or deleting a package of this name. */
export function isProtected(
  { settings }: Instance,
  action: 'push' | 'delete',
  name: string,
  type: ProtectionRule['type'],
  actor: Credential | undefined,
): boolean {
  return settings.protectedPackages.some((rule) => {
    const level = rule[action];
    if (level === undefined || rule.type !== type || !wildcard(rule.pattern).test(name)) {
      return false;
    }
    return actor === undefined || actor.kind === 'deploy' || !atLeast(actor.role, level);
  });
}

/** Tells whether someone may know that the project exists. */
export function mayReadProject({ project }: Instance, actor: Credential | undefined): boolean {
  if (project.visibility === 'public') return true;
  if (actor === undefined) return false;
  if (project.visibility === 'internal' && actor.kind !== 'deploy') return true;
  return actor.role !== 'none';
}

function mayReadPackages(instance: Instance, actor: Credential | undefined): boolean {
  if (instance.settings.packageRegistry !== 'enabled') return false;
  if (!mayReadProject(instance, actor)) return false;
  if (instance.project.visibility !== 'private' || actor === undefined) return true;
  // Whoever may write may also read.
  if (actor.kind === 'deploy')
    return actor.scopes.some((scope) => scope.endsWith('package_registry'));
  return atLeast(actor.role, 'reporter');
}

function mayCreate({ settings }: Instance, actor: Credential): boolean {
  if (settings.packageRegistry !== 'enabled' || actor.role === 'none') return false;
  if (actor.kind === 'deploy') return actor.scopes.includes('write_package_registry');
  return atLeast(actor.role, 'developer');
}

function assertProject(instance: Instance, call: Call): void {
  assertRegistryExists(instance);
  const id = call.param('id');
  if (instance.isProject(id)) return;
  assertNotMoved(instance, call, id);
  // The PyPI routes look for the project first, the generic ones for the caller.
  if (call.route !== 'pypi' && call.actor() === undefined) throw unauthorized(realm(call.route));
  throw notFound();
}

function assertNotMoved({ settings, project, apiUrl }: Instance, call: Call, id: string): void {
  if (!settings.formerPaths.some((path) => path.toLowerCase() === id.toLowerCase())) return;
  const { method } = call.request;
  if (method !== 'GET' && method !== 'HEAD') {
    throw refusal(405, 'Non GET methods are not allowed for moved projects');
  }
  const location = `${apiUrl()}${call.path.replace(/^\/projects\/[^/]+/u, `/projects/${project.id}`)}`;
  throw refusal(301, `This resource has been moved permanently to ${location}`, { location });
}

function assertRegistryExists({ settings }: Instance): void {
  if (settings.packageRegistry === 'disabled on the instance') throw notFound();
}

function atLeast(role: Role, wanted: Role): boolean {
  return ranks.indexOf(role) >= ranks.indexOf(wanted);
}

function wildcard(pattern: string): RegExp {
  const literal = pattern.split('*').map((text) => text.replaceAll(/[\\^$.|?+()[\]{}]/gu, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 'isu');
}
