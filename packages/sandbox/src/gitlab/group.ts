/**
 * The groups around the project, which show its packages too.
 *
 * @module
 */

import { mayReadProject } from './access.ts';
import { forbidden, notFound, unauthorized } from './answer.ts';
import { realm } from './credentials.ts';
import type { Instance } from './instance.ts';
import type { Call } from './routing.ts';

/** Lets through who may see the group; it is as visible as the project in it. */
export function assertMayReadGroup(instance: Instance, call: Call): void {
  const { packageRegistry } = instance.settings;
  if (packageRegistry === 'disabled on the instance' || !instance.isGroup(call.param('id'))) {
    throw notFound();
  }
  const actor = call.actor();
  if (!mayReadProject(instance, actor)) {
    throw actor === undefined ? unauthorized(realm(call.route)) : notFound();
  }
  if (instance.project.visibility === 'private' && actor?.role === 'guest') throw forbidden();
}

/** The group as links name it: with the number or the path it was asked for by. */
export function groupUrlId(call: Call): string {
  return encodeURIComponent(call.param('id'));
}
