/**
 * The packages API: lists what both registries hold, and deletes it.
 *
 * @module
 */

import { assertMayDestroy, assertMayList, isProtected, mayDestroy } from './access.ts';
import { forbidden, invalidParameters, notFound, recordNotFound, refusal } from './answer.ts';
import type { Answer } from './answer.ts';
import { download } from './download.ts';
import type { Instance } from './instance.ts';
import { filteredPackages, sorted } from './package-filter.ts';
import type { FileRow, PackageRow } from './package-store.ts';
import { paginate } from './pagination.ts';
import type { Call, Route } from './routing.ts';

/** Lists, single records, downloads by number, and deletion. */
export function packagesRoutes(instance: Instance): readonly Route[] {
  const route = (
    method: Route['method'],
    path: string,
    handle: (instance: Instance, call: Call) => Answer | Promise<Answer>,
  ): Route => ({
    method,
    pattern: `/projects/:id/packages${path}`,
    kind: 'packages',
    handle(call) {
      assertMayList(instance, call);
      return handle(instance, call);
    },
  });
  return [
    route('GET', '', listPackages),
    route('GET', '/:package_id', showPackage),
    route('DELETE', '/:package_id', deletePackage),
    route('GET', '/:package_id/package_files', listFiles),
    route('DELETE', '/:package_id/package_files/:file_id', deleteFile),
    route('GET', '/:package_id/package_files/:file_id/download', downloadFile),
  ];
}

function listPackages(instance: Instance, call: Call): Answer {
  const rows = filteredPackages(instance.store.list(), call.query);
  return paginate(instance, call, rows, (row) => packageRecord(instance, call, row));
}

function showPackage(instance: Instance, call: Call): Answer {
  const row = packageRow(instance, call);
  if (row.status === 'hidden') throw refusal(404, 'Package not found');
  return { status: 200, json: { ...packageRecord(instance, call, row), versions: [] } };
}

async function deletePackage(instance: Instance, call: Call): Promise<Answer> {
  assertMayDestroy(call);
  const row = packageRow(instance, call);
  assertUnprotected(instance, call, row);
  await instance.store.remove(row);
  return { status: 204 };
}

function listFiles(instance: Instance, call: Call): Answer {
  const row = packageRow(instance, call);
  if (row.status === 'hidden') throw recordNotFound();
  const files = sorted(row.files, call.query, {
    id: (file) => file.id,
    created_at: (file) => file.createdAt.getTime(),
    file_name: (file) => file.fileName,
  });
  return paginate(instance, call, files, fileRecord);
}

async function deleteFile(instance: Instance, call: Call): Promise<Answer> {
  assertMayDestroy(call);
  const row = packageRow(instance, call);
  assertUnprotected(instance, call, row);
  await instance.store.removeFile(row, fileRow(row, call));
  return { status: 204 };
}

function downloadFile(instance: Instance, call: Call): Answer {
  const row = packageRow(instance, call);
  return download(instance, row, fileRow(row, call));
}

function assertUnprotected(instance: Instance, call: Call, { name, type }: PackageRow): void {
  if (!isProtected(instance, 'delete', name, type, call.actor())) return;
  throw forbidden('Package is deletion protected.');
}

function packageRow({ store }: Instance, call: Call): PackageRow {
  const id = integer(call, 'package_id');
  const row = store.list().find((each) => each.id === id);
  if (row === undefined) throw recordNotFound();
  return row;
}

function fileRow({ files }: PackageRow, call: Call): FileRow {
  const id = integer(call, 'file_id');
  const file = files.find((each) => each.id === id);
  if (file === undefined) throw notFound();
  return file;
}

function integer(call: Call, name: 'package_id' | 'file_id'): number {
  const value = call.param(name);
  if (!/^\d+$/u.test(value)) {
    throw invalidParameters([`${name === 'file_id' ? 'package_file_id' : name} is invalid`]);
  }
  return Number(value);
}

function packageRecord({ project, apiUrl }: Instance, call: Call, row: PackageRow) {
  const { id, name, version, type, status, createdAt, lastDownloadedAt } = row;
  return {
    id,
    name,
    version,
    package_type: type,
    status,
    _links: {
      web_path: `/${project.path}/-/packages/${id}`,
      ...(mayDestroy(call.actor()) && {
        delete_api_path: `${apiUrl()}/projects/${project.id}/packages/${id}`,
      }),
    },
    created_at: createdAt.toISOString(),
    last_downloaded_at: lastDownloadedAt?.toISOString() ?? null,
    tags: [],
    pipelines: [],
  };
}

function fileRecord({ id, packageId, createdAt, fileName, md5, sha256, bytes }: FileRow) {
  return {
    id,
    package_id: packageId,
    created_at: createdAt.toISOString(),
    file_name: fileName,
    size: bytes.size,
    file_md5: md5,
    file_sha1: null,
    file_sha256: sha256,
    pipelines: [],
  };
}
