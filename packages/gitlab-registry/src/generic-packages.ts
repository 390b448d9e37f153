/**
 * A project's generic package registry.
 *
 * GitLab takes a second file of the same name and serves the newer one, unless the group forbids it:
 * a name is no promise here, and what matters is listed before and after.
 *
 * @module
 */

import type { MeasuredFile } from '@wheelseal/distributions';
import { readJson } from './answer-json.ts';
import type { CallOptions, DownloadOptions, GitLabConnection } from './connection.ts';
import { download, read, type FileCall } from './download.ts';
import { projectUrl } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { genericVersion } from './generic-version.ts';
import { createQueue } from './queue.ts';
import { namingRequest } from './request-id.ts';
import { shownName } from './shown-name.ts';
import { StoredFileRecord, type StoredFile } from './stored-file.ts';
import { upload } from './upload.ts';

/** Names a file of a generic package. */
export interface GenericFile {
  readonly package: string;
  /** May be a Python version with an epoch, which GitLab stores as {@link genericVersion} has it. */
  readonly version: string;
  readonly filename: string;
}

/** A project's generic package registry. */
export interface GenericPackages {
  /**
   * Streams a file into the registry, and compares the size and digest GitLab computed, if it tells.
   * Uploads to one version wait for each other: GitLab may answer 500 to those that do not.
   *
   * @throws RegistryError with code `REGISTRY_CONFLICT`, `REGISTRY_DIGEST_MISMATCH` or `FILE_CHANGED`.
   */
  upload(file: GenericFile, source: MeasuredFile, options?: CallOptions): Promise<void>;
  /**
   * Reads a small file, 1 MiB unless the options say otherwise.
   *
   * @throws RegistryError with code `REGISTRY_NOT_FOUND`.
   */
  read(file: GenericFile, options?: DownloadOptions): Promise<Buffer>;
  /**
   * Downloads a file to a new path and measures it.
   *
   * @throws RegistryError with code `REGISTRY_NOT_FOUND` or `FILE_EXISTS`.
   */
  download(file: GenericFile, path: string, options?: DownloadOptions): Promise<MeasuredFile>;
}

/** Opens the generic package registry of one project. Does no I/O. */
export function createGenericPackages(connection: GitLabConnection): GenericPackages {
  const inTurn = createQueue();
  return {
    async upload(file, source, options) {
      const turn = JSON.stringify([file.package, genericVersion(file.version)]);
      await inTurn(turn, options?.signal, async () =>
        uploadFile(connection, file, source, options),
      );
    },
    read: async (file, options) => read(connection, fileCall(connection, file), options),
    download: async (file, path, options) =>
      download(connection, fileCall(connection, file), path, options),
  };
}

async function uploadFile(
  connection: GitLabConnection,
  file: GenericFile,
  source: MeasuredFile,
  options: CallOptions | undefined,
): Promise<void> {
  const action = `upload ${shownName(file.filename)}`;
  const url = fileUrl(connection, file, { select: 'package_file' });
  const answer = await upload(
    connection,
    {
      action,
      method: 'PUT',
      route: 'generic',
      url,
      headers: { 'content-type': 'application/octet-stream' },
    },
    source,
    options,
  );
  await namingRequest(connection, answer, async () => {
    const signal = options?.signal;
    const stored = await readJson(answer, StoredFileRecord, action, signal ? { signal } : {});
    assertStored(stored, file, source);
  });
}

function assertStored(stored: StoredFile, file: GenericFile, { size, sha256 }: MeasuredFile): void {
  const same = (stored.sha256 ?? sha256) === sha256 && (stored.size ?? size) === size;
  if (same) return;
  throw new RegistryError(`GitLab stored other bytes than ${shownName(file.filename)} has`, {
    code: 'REGISTRY_DIGEST_MISMATCH',
    hint: 'Delete the stored file and upload it again.',
  });
}

function fileCall(connection: GitLabConnection, file: GenericFile): FileCall {
  return {
    action: `download ${shownName(file.filename)}`,
    route: 'generic',
    url: fileUrl(connection, file),
  };
}

function fileUrl(
  connection: GitLabConnection,
  file: GenericFile,
  query?: Readonly<Record<string, string>>,
): URL {
  const { package: name, version, filename } = file;
  // GitLab has a route of this name below every file.
  if (filename === 'authorize') throw reserved(filename);
  const segments = ['packages', 'generic', name, genericVersion(version), filename];
  return projectUrl(connection, segments, query);
}

function reserved(filename: string): RegistryError {
  return new RegistryError(`GitLab keeps the file name \`${filename}\` for itself`, {
    code: 'REGISTRY_REFUSED',
    hint: 'Give the file another name.',
  });
}
