/**
 * A project's PyPI registry.
 *
 * The digests of its index are what uploaders claimed; GitLab compares them with nothing. What counts
 * is the measurement of the bytes that a download gives back.
 *
 * @module
 */

import {
  normalizeName,
  type CoreMetadata,
  type Distribution,
  type MeasuredFile,
} from '@wheelseal/distributions';
import type { CallOptions, DownloadOptions, GitLabConnection } from './connection.ts';
import { download } from './download.ts';
import { projectUrl } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { assertNoDowngrade } from './redirect-target.ts';
import { discard, headerOf, readBytes } from './response-body.ts';
import { withRetries } from './retries.ts';
import { shownName } from './shown-name.ts';
import { parseSimpleIndex, type SimpleIndexFile } from './simple-index.ts';
import { send } from './transport.ts';
import { upload } from './upload.ts';
import { truncationWarnings, uploadFields, uploadForm } from './upload-form.ts';

/** What an upload to the PyPI registry takes. */
export interface UploadOptions extends CallOptions {
  /** Told of each metadata field that GitLab will cut short. */
  readonly onWarning?: (warning: string) => void;
}

/** A project's PyPI registry. */
export interface PyPIRegistry {
  /**
   * Lists the files of a project by its Python name; the digests are claims.
   *
   * @throws RegistryError with code `REGISTRY_NOT_FOUND`, also when GitLab would forward to another index.
   */
  listFiles(name: string, options?: CallOptions): Promise<readonly SimpleIndexFile[]>;
  /**
   * Streams a distribution into the registry.
   *
   * @throws RegistryError with code `REGISTRY_CONFLICT` when its file name is taken, `FILE_CHANGED` when it
   *   is not what was measured.
   */
  upload(
    distribution: Distribution,
    metadata: CoreMetadata,
    options?: UploadOptions,
  ): Promise<void>;
  /**
   * Downloads a file to a new path and measures it; compares nothing with the index's claim.
   *
   * @throws RegistryError with code `FILE_EXISTS` before anything is sent.
   */
  download(file: SimpleIndexFile, path: string, options?: DownloadOptions): Promise<MeasuredFile>;
}

const largestIndex = 32 * 1024 ** 2;
const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.5';

/** Opens the PyPI registry of one project. Does no I/O. */
export function createPyPIRegistry(connection: GitLabConnection): PyPIRegistry {
  return {
    listFiles: async (name, options) => listFiles(connection, normalizeName(name), options),
    upload: async (...call) => {
      await uploadDistribution(connection, ...call);
    },
    async download(file, path, options) {
      const action = `download ${shownName(file.filename)}`;
      assertNoDowngrade(action, connection.apiUrl, file.url);
      return download(connection, { action, route: 'pypi', url: file.url }, path, options);
    },
  };
}

async function listFiles(
  connection: GitLabConnection,
  name: string,
  { signal, onProgress }: CallOptions = {},
): Promise<readonly SimpleIndexFile[]> {
  const action = `list the files of \`${name}\``;
  // With its slash, as pip asks.
  const url = projectUrl(connection, ['packages', 'pypi', 'simple', name]);
  url.pathname += '/';
  const files = await withRetries(connection.retries, signal, async () => {
    const answer = await send(connection, {
      action,
      method: 'GET',
      route: 'pypi',
      url,
      headers: { accept },
      signal,
      redirects: { follow: 'api', offOrigin: (target) => forwarded(connection, name, target) },
    });
    const body = await readBytes(answer, largestIndex, action, signal);
    onProgress?.(body.length);
    const contentType = headerOf(answer, 'content-type') ?? '';
    return parseSimpleIndex(body.toString(), contentType, answer.url);
  });
  // A firewall that proxies another index lists its files under our own host.
  const own = files.filter((file) => !file.url.pathname.includes('/packages/pypi/forward/'));
  if (own.length === 0 && files.length > 0) throw forwarded(connection, name, url);
  return own;
}

async function uploadDistribution(
  connection: GitLabConnection,
  distribution: Distribution,
  metadata: CoreMetadata,
  options: UploadOptions = {},
): Promise<void> {
  const action = `upload ${shownName(distribution.filename)}`;
  const fields = uploadFields(distribution, metadata);
  for (const warning of truncationWarnings(fields)) options.onWarning?.(warning);
  const form = uploadForm(fields, distribution.filename);
  const answer = await upload(
    connection,
    {
      action,
      method: 'POST',
      route: 'pypi',
      url: projectUrl(connection, ['packages', 'pypi']),
      headers: { 'content-type': form.contentType },
    },
    distribution,
    options,
    form,
  );
  await discard(answer);
  if (answer.status === 201) return;
  throw new RegistryError(`cannot ${action}: expected the answer 201, found ${answer.status}`, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'Check the API URL: no login page or proxy may answer in its place.',
  });
}

function forwarded(
  { apiUrl, project }: GitLabConnection,
  name: string,
  target: URL,
): RegistryError {
  const where = target.origin === apiUrl.origin ? '' : ` to \`${target.origin}\``;
  return new RegistryError(
    `\`${name}\` is not in the PyPI registry of \`${project}\`: GitLab forwards unknown names${where}`,
    {
      code: 'REGISTRY_NOT_FOUND',
      hint:
        target.host === apiUrl.host
          ? `Use \`${target.origin}\` as the origin of the API URL.`
          : 'Check the name and the project, and turn package forwarding off to keep unknown names inside.',
    },
  );
}
