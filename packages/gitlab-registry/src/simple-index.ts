/**
 * The simple index of a project or a group: which projects it has, their files, and the bytes of those.
 *
 * A redirect off GitLab's origin means that the name is not here. It is never followed: it leads to an
 * index where anyone may have taken the name.
 *
 * @module
 */

import { normalizeName, type MeasuredFile } from '@wheelseal/distributions';
import type {
  ApiConnection,
  CallOptions,
  DownloadOptions,
  GitLabConnection,
  GitLabGroupConnection,
} from './connection.ts';
import { download } from './download.ts';
import { groupUrl, projectUrl } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { parseProjectNames, parseSimpleIndex, type SimpleIndexFile } from './parse-simple-index.ts';
import { assertNoDowngrade } from './redirect-target.ts';
import { namingRequest } from './request-id.ts';
import { headerOf, readBytes } from './response-body.ts';
import { withRetries } from './retries.ts';
import { shownName } from './shown-name.ts';
import { send, type Call } from './transport.ts';

/** What there is to install in a project or a group. */
export interface SimpleIndex {
  /**
   * Lists the normalised names of the projects in the index, each once, sorted.
   *
   * @throws RegistryError with the code that says what GitLab meant.
   */
  listProjects(options?: CallOptions): Promise<readonly string[]>;
  /**
   * Lists the files of a project by its Python name; the digests are claims.
   *
   * @throws RegistryError with code `REGISTRY_NOT_FOUND`, also when GitLab would forward to another index.
   */
  listFiles(name: string, options?: CallOptions): Promise<readonly SimpleIndexFile[]>;
  /**
   * Downloads a file to a new path and measures it; compares nothing with the index's claim.
   *
   * @throws RegistryError with code `FILE_EXISTS` before anything is sent.
   */
  download(file: SimpleIndexFile, path: string, options?: DownloadOptions): Promise<MeasuredFile>;
}

const largestIndex = 32 * 1024 ** 2;
const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.5';

/**
 * Opens the simple index of a project, or of a group with all its projects. In a group's, files of one
 * name from different projects lie side by side, and nothing says which project one is from: whoever
 * verifies a project asks the project. Does no I/O.
 */
export function createSimpleIndex(
  connection: GitLabConnection | GitLabGroupConnection,
): SimpleIndex {
  return {
    async listProjects(options) {
      const action = `list the projects of \`${nameOf(connection)}\``;
      const call = { action, url: indexUrl(connection), redirects: { follow: 'api' } } as const;
      return readPage(connection, call, parseProjectNames, options);
    },
    listFiles: async (name, options) => listFiles(connection, normalizeName(name), options),
    async download(file, path, options) {
      const action = `download ${shownName(file.filename)}`;
      assertNoDowngrade(action, connection.apiUrl, file.url);
      assertDigestInAddress(action, file.url);
      return download(connection, { action, route: 'pypi', url: file.url }, path, options);
    },
  };
}

function indexUrl(connection: GitLabConnection | GitLabGroupConnection): URL {
  const segments = ['packages', 'pypi', 'simple'];
  return 'project' in connection
    ? projectUrl(connection, segments)
    : groupUrl(connection, segments);
}

function nameOf(connection: GitLabConnection | GitLabGroupConnection): string {
  return 'project' in connection ? connection.project : connection.group;
}

async function listFiles(
  connection: GitLabConnection | GitLabGroupConnection,
  name: string,
  options: CallOptions | undefined,
): Promise<readonly SimpleIndexFile[]> {
  const url = indexUrl(connection);
  // With its slash, as pip asks.
  url.pathname += `/${name}/`;
  const elsewhere = (target: URL): RegistryError => forwarded(connection, name, target);
  const files = await readPage(
    connection,
    {
      action: `list the files of \`${name}\``,
      url,
      redirects: { follow: 'api', offOrigin: elsewhere },
    },
    parseSimpleIndex,
    options,
  );
  // A firewall that proxies another index lists its files under our own host.
  const own = files.filter((file) => !file.url.pathname.includes('/packages/pypi/forward/'));
  if (own.length === 0 && files.length > 0) throw elsewhere(url);
  return own;
}

async function readPage<T>(
  connection: ApiConnection,
  call: Pick<Call, 'action' | 'url' | 'redirects'>,
  parse: (body: string, contentType: string, baseUrl: URL) => T,
  options: CallOptions = {},
): Promise<T> {
  const { signal } = options;
  return withRetries(connection.retries, signal, async () => {
    const page = { ...call, method: 'GET', route: 'pypi', headers: { accept }, signal } as const;
    const answer = await send(connection, page);
    return namingRequest(connection, answer, async () => {
      const body = await readBytes(answer, largestIndex, call.action, options);
      return parse(body.toString(), headerOf(answer, 'content-type') ?? '', answer.url);
    });
  });
}

function forwarded(
  connection: GitLabConnection | GitLabGroupConnection,
  name: string,
  target: URL,
): RegistryError {
  const { apiUrl } = connection;
  const to = target.origin === apiUrl.origin ? '' : ` to \`${target.origin}\``;
  return new RegistryError(
    `\`${name}\` is not in the PyPI registry of \`${nameOf(connection)}\`: GitLab forwards unknown names${to}`,
    {
      code: 'REGISTRY_NOT_FOUND',
      hint:
        target.host === apiUrl.host
          ? `Use \`${target.origin}\` as the origin of the API URL.`
          : 'Check the name and the project, and turn package forwarding off to keep unknown names inside.',
    },
  );
}

/** GitLab finds a file by the digest in its address, and links one without digest by nothing. */
function assertDigestInAddress(action: string, { pathname }: URL): void {
  if (!/\/pypi\/files\/\/[^/]+$/.test(pathname)) return;
  throw new RegistryError(`cannot ${action}: it was uploaded without its digest`, {
    code: 'REGISTRY_NOT_FOUND',
    hint: 'Delete the file and upload it again with its digest: GitLab serves none without.',
  });
}
