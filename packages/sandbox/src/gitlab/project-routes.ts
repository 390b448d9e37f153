/**
 * The little that a tool asks of the instance and the project before it publishes.
 *
 * @module
 */

import { mayReadProject } from './access.ts';
import { notFound, unauthorized } from './answer.ts';
import type { Instance } from './instance.ts';
import type { Route } from './routing.ts';

const version = '18.11.0';

/** `/version` and the project. */
export function projectRoutes(instance: Instance): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: '/version',
      kind: 'api',
      handle(call) {
        if (call.actor() === undefined) throw unauthorized();
        return { status: 200, json: { version, revision: 'sandbox' } };
      },
    },
    {
      method: 'GET',
      pattern: '/projects/:id',
      kind: 'api',
      handle(call) {
        const actor = call.actor();
        if (!instance.isProject(call.param('id')) || !mayReadProject(instance, actor)) {
          throw notFound('Project');
        }
        return { status: 200, json: projectRecord(instance) };
      },
    },
  ];
}

function projectRecord({ project, settings }: Instance) {
  return {
    id: Number(project.id),
    name: project.name,
    path: project.path.split('/').at(-1) ?? '',
    path_with_namespace: project.path,
    visibility: project.visibility,
    packages_enabled: settings.packageRegistry === 'enabled',
  };
}
