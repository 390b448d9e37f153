/**
 * The PyPI registry of the project, and that of its groups.
 *
 * @module
 */

import { assertMayRead } from './access.ts';
import { invalidParameters, notFound, recordNotFound } from './answer.ts';
import type { Answer, Refusal } from './answer.ts';
import { download, redirect } from './download.ts';
import { assertMayReadGroup, groupUrlId } from './group.ts';
import type { Instance } from './instance.ts';
import { isPathTraversal } from './generic-path.ts';
import { normalizedName } from './pypi-rules.ts';
import { uploadDistribution } from './pypi-upload.ts';
import type { Call, Route } from './routing.ts';
import { filesPage, projectsPage, wantsJson } from './simple-index.ts';
import type { SimplePage } from './simple-index.ts';

/** The routes of the project's registry and of the group's, which only reads. */
export function pypiRoutes(instance: Instance): readonly Route[] {
  const { project } = instance;
  return [
    {
      method: 'POST',
      pattern: '/projects/:id/packages/pypi',
      kind: 'pypi',
      handle: (call) => uploadDistribution(instance, call),
    },
    ...readingRoutes(instance, '/projects/:id/packages/pypi', {
      assertMayRead,
      heading: project.name,
      url: () => `${instance.apiUrl()}/projects/${project.id}/packages/pypi`,
      fileNotFound: () => notFound('Package'),
    }),
    ...readingRoutes(instance, '/groups/:id/-/packages/pypi', {
      assertMayRead: assertMayReadGroup,
      heading: project.path.split('/').at(-2) ?? '',
      url: (call) => `${instance.apiUrl()}/groups/${groupUrlId(call)}/-/packages/pypi`,
      fileNotFound: recordNotFound,
    }),
  ];
}

/** What sets the project's registry apart from the group's. */
interface Registry {
  readonly heading: string;
  assertMayRead(instance: Instance, call: Call): void;
  url(call: Call): string;
  fileNotFound(): Refusal;
}

function readingRoutes(instance: Instance, prefix: string, registry: Registry): readonly Route[] {
  const text = { method: 'GET', kind: 'pypi', format: 'text' } as const;
  return [
    {
      ...text,
      pattern: `${prefix}/simple`,
      handle: (call) => showProjects(instance, registry, call),
    },
    {
      ...text,
      pattern: `${prefix}/simple/*name`,
      handle: (call) => showFiles(instance, registry, call),
    },
    {
      method: 'GET',
      kind: 'pypi',
      pattern: `${prefix}/files/:sha256/*file`,
      handle: (call) => downloadFile(instance, registry, call),
    },
  ];
}

function showProjects(instance: Instance, registry: Registry, call: Call): Answer {
  registry.assertMayRead(instance, call);
  const rows = instance.store.list().filter(({ type }) => type === 'pypi');
  return show(instance, call, projectsPage(rows, registry.heading, registry.url(call)));
}

function showFiles(instance: Instance, registry: Registry, call: Call): Answer {
  const name = call.param('name');
  if (isPathTraversal(name)) {
    throw invalidParameters(['package_name should be a valid file path']);
  }
  registry.assertMayRead(instance, call);
  // Only the stored name is normalised: who asks for `my_package` is not shown `my_package`.
  const rows = instance.store
    .list()
    .filter((row) => row.type === 'pypi' && normalizedName(row.name) === name.toLowerCase());
  if (rows.length > 0) return show(instance, call, filesPage(rows, registry.url(call)));
  const { settings, forwardingUrl } = instance;
  if (!settings.forwarding || forwardingUrl === undefined) throw notFound('Package');
  const index = forwardingUrl.href.replace(/\/$/u, '');
  return redirect(`${index}/${encodeURIComponent(name)}/`);
}

function show({ settings }: Instance, { request }: Call, page: SimplePage): Answer {
  const vary = settings.pep691 ? { vary: 'Accept' } : {};
  if (settings.pep691 && wantsJson(request.headers.accept)) {
    const type = 'application/vnd.pypi.simple.v1+json; charset=utf-8';
    return {
      status: 200,
      headers: { 'content-type': type, ...vary },
      text: JSON.stringify(page.json()),
    };
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', ...vary },
    text: page.html({ breaks: settings.htmlBreaks }),
  };
}

function downloadFile(instance: Instance, registry: Registry, call: Call): Answer {
  registry.assertMayRead(instance, call);
  const fileName = call.param('file');
  const sha256 = call.param('sha256');
  for (const row of instance.store.list()) {
    if (row.type !== 'pypi') continue;
    const file = row.files.find((each) => each.fileName === fileName && each.sha256 === sha256);
    // GitLab takes the name apart at its last dot and finds no file without one.
    if (file !== undefined && fileName.includes('.')) return download(instance, row, file);
  }
  throw registry.fileNotFound();
}
