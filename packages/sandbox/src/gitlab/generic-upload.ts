/**
 * `PUT /projects/:id/packages/generic/…`: takes a file as the body of a request.
 *
 * @module
 */

import { assertMayCreate, isProtected } from './access.ts';
import { badRequest, forbidden, refusal, unauthorized } from './answer.ts';
import type { Answer } from './answer.ts';
import { realm } from './credentials.ts';
import { genericPath, storedFileName } from './generic-path.ts';
import type { GenericPath } from './generic-path.ts';
import type { Instance } from './instance.ts';
import type { FileRow } from './package-store.ts';
import type { Call } from './routing.ts';
import { discardBytes, storeBytes } from './stored-bytes.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** Stores the body; `busy` holds the versions that a file is arriving for. */
export async function uploadGenericFile(
  instance: Instance,
  busy: Set<string>,
  call: Call,
): Promise<Answer> {
  const { settings } = instance;
  if (call.actor() === undefined) throw unauthorized(realm(call.route));
  const path = genericPath(call);
  assertMayCreate(instance, call);
  if (isProtected(instance, 'push', path.name, 'generic', call.actor())) {
    throw forbidden('Package protected.');
  }
  const version = `${path.name}/${path.version}`;
  if (busy.has(version) && !settings.genericParallel) {
    throw refusal(500, '500 Internal Server Error');
  }
  busy.add(version);
  try {
    const bytes = await storeBytes(
      call.request,
      instance.storageDirectory,
      settings.genericMaxFileSize,
    );
    return await store(instance, call, path, bytes);
  } finally {
    busy.delete(version);
  }
}

async function store(
  instance: Instance,
  { query }: Call,
  path: GenericPath,
  bytes: StoredBytes,
): Promise<Answer> {
  const { store: packages } = instance;
  const fileName = storedFileName(path);
  const reason = refusalReason(instance, path, bytes);
  if (reason !== undefined) {
    await discardBytes(bytes);
    throw badRequest(reason);
  }
  const row = packages.findOrCreate('generic', path.name, path.version);
  const status = query.get('status');
  if (status === 'default' || status === 'hidden') row.status = status;
  const file = packages.addFile(row, {
    fileName,
    sha256: bytes.sha256,
    md5: null,
    requiresPython: '',
    bytes,
  });
  if (query.get('select') === 'package_file') return { status: 200, json: packageFileRecord(file) };
  return { status: 201, json: { message: '201 Created' } };
}

function refusalReason(
  { settings, store: packages }: Instance,
  path: GenericPath,
  { size }: StoredBytes,
): string | undefined {
  if (size > settings.genericMaxFileSize) return 'File is too large';
  if (settings.genericDuplicates) return undefined;
  const fileName = storedFileName(path);
  const files = packages.find('generic', path.name, path.version)?.files ?? [];
  const isTaken = files.some((file) => file.fileName === fileName);
  return isTaken ? 'Duplicate package is not allowed' : undefined;
}

/** The database record as it is, columns of replication and all. */
function packageFileRecord({ id, packageId, createdAt, fileName, sha256, bytes }: FileRow) {
  return {
    id,
    package_id: packageId,
    created_at: createdAt.toISOString(),
    updated_at: createdAt.toISOString(),
    size: bytes.size,
    file_store: 1,
    file_md5: null,
    file_sha1: null,
    file_name: fileName,
    file: { url: `/packages/${packageId}/files/${id}/${fileName}` },
    file_sha256: sha256,
    verification_retry_at: null,
    verified_at: null,
    verification_failure: null,
    verification_retry_count: null,
    verification_checksum: null,
    verification_state: 0,
    verification_started_at: null,
    new_file_path: null,
  };
}
