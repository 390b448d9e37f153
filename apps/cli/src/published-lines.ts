/**
 * Where a published release is to be found.
 *
 * @module
 */

import type { ContinuousIntegration, PublishedRelease } from '@wheelseal/pipeline';
import type { Paint } from './terminal.ts';

/** Lines that name the places of a release. */
export function publishedLines(
  { apiUrl, serverUrl, projectId, projectPath, projectUrl }: ContinuousIntegration,
  { plan }: PublishedRelease,
  paint: Paint,
): readonly string[] {
  const api = apiUrl ?? `${serverUrl ?? ''}/api/v4`;
  const project = `${api}/projects/${projectId ?? encodeURIComponent(projectPath ?? '')}/packages`;
  const { package: name, version } = plan.destination;
  const row = (title: string, url: string): string => `    ${paint.dim(title.padEnd(10))}  ${url}`;
  return [
    row('index', `${project}/pypi/simple`),
    row('signatures', `${project}/generic/${name}/${encodeURIComponent(version)}`),
    ...(projectUrl === undefined ? [] : [row('page', `${projectUrl}/-/packages`)]),
  ];
}
