/**
 * A stand-in on two free ports, and the few calls that the tests make to it.
 *
 * @module
 */

import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { createGitLab } from '../../src/gitlab/index.ts';
import type { Credential, GitLab, GitLabProject, GitLabSettings } from '../../src/gitlab/index.ts';
import { listen } from '../../src/listen.ts';

export const jobToken = 'glcbt-job-token';
export const personalToken = 'glpat-owner';
export const deployToken = { user: 'gitlab+deploy-token-1', token: 'gldt-read-and-write' };

/** People and jobs besides those every stand-in knows. */
const others: readonly Credential[] = [
  { kind: 'personal', token: 'glpat-guest', role: 'guest', scopes: ['api'] },
  { kind: 'personal', token: 'glpat-reporter', role: 'reporter', scopes: ['api'] },
  { kind: 'personal', token: 'glpat-developer', role: 'developer', scopes: ['api'] },
  { kind: 'personal', token: 'glpat-maintainer', role: 'maintainer', scopes: ['api'] },
  { kind: 'personal', token: 'glpat-outsider', role: 'none', scopes: ['api'] },
  { kind: 'personal', token: 'glpat-read-api', role: 'owner', scopes: ['read_api'] },
  { kind: 'personal', token: 'glpat-no-api', role: 'owner', scopes: ['read_user'] },
  { kind: 'personal', token: 'glpat-expired', role: 'owner', scopes: ['api'], state: 'expired' },
  { kind: 'personal', token: 'glpat-revoked', role: 'owner', scopes: ['api'], state: 'revoked' },
  { kind: 'job', token: 'glcbt-other-project', role: 'none', scopes: [] },
  { kind: 'job', token: 'glcbt-finished', role: 'developer', scopes: [], state: 'expired' },
  {
    kind: 'deploy',
    user: 'reader',
    token: 'gldt-read',
    role: 'reporter',
    scopes: ['read_package_registry'],
  },
  {
    kind: 'deploy',
    user: 'writer',
    token: 'gldt-write',
    role: 'reporter',
    scopes: ['write_package_registry'],
  },
];

export interface RunningGitLab extends AsyncDisposable {
  readonly gitlab: GitLab;
  readonly settings: GitLabSettings;
  /** `…/api/v4`. */
  readonly api: string;
  /** Names of the files on the disk. */
  readonly stored: () => Promise<readonly string[]>;
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Response>;
  /** Sends a path as it stands, which `fetch` does not. */
  readonly callVerbatim: (
    method: string,
    path: string,
    headers?: OutgoingHttpHeaders,
  ) => Promise<Verbatim>;
  readonly upload: (fields?: UploadFields, headers?: Record<string, string>) => Promise<Response>;
  readonly put: (path: string, body: string, headers?: Record<string, string>) => Promise<Response>;
}

interface CallOptions {
  readonly headers?: Record<string, string>;
  readonly body?: NonNullable<RequestInit['body']>;
}

interface Verbatim {
  readonly status: number | undefined;
  readonly body: string;
}

/** Form fields over those of a good upload; `undefined` leaves one out. */
export type UploadFields = Readonly<Record<string, string | undefined>> & {
  readonly fileName?: string;
  readonly bytes?: string;
};

export interface StartOptions extends Partial<Pick<GitLabProject, 'visibility'>> {
  readonly settings?: Partial<GitLabSettings>;
  readonly forwardingUrl?: URL;
  /** Path below which the instance is installed. */
  readonly relativeRoot?: string;
}

const projectPath = '/projects/42';
export const pypi = `${projectPath}/packages/pypi`;
export const generic = `${projectPath}/packages/generic`;
export const asJob = basic('gitlab-ci-token', jobToken);
export const asJobHeader = { 'job-token': jobToken };
export const asOwner = { 'private-token': personalToken };

export function basic(user: string, password: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

/** Starts a stand-in with a private project `group/sub/my-app`. */
export async function startGitLab({
  visibility = 'private',
  settings = {},
  forwardingUrl,
  relativeRoot = '',
}: StartOptions = {}): Promise<RunningGitLab> {
  const directory = await mkdtemp(join(tmpdir(), 'gitlab-'));
  let base: URL | undefined;
  let bucket: URL | undefined;
  const gitlab = createGitLab({
    baseUrl: () => base!,
    objectStorageUrl: () => bucket!,
    project: { id: '42', path: 'group/sub/my-app', name: 'My <App>', visibility },
    jobToken,
    personalToken,
    deployToken,
    storageDirectory: join(directory, 'storage'),
    settings,
    ...(forwardingUrl !== undefined && { forwardingUrl }),
  });
  gitlab.settings.credentials = [...gitlab.settings.credentials, ...others];
  const [front, storage] = await Promise.all([
    listen(gitlab.service),
    listen(gitlab.objectStorage.service),
  ]);
  base = new URL(relativeRoot, front.url);
  bucket = storage.url;
  const api = `${base.href.replace(/\/$/u, '')}/api/v4`;
  const call: RunningGitLab['call'] = (method, path, { headers, body } = {}) =>
    fetch(api + path, {
      method,
      redirect: 'manual',
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
    });
  return {
    gitlab,
    settings: gitlab.settings,
    api,
    stored: () => readdir(join(directory, 'storage')).catch(() => []),
    call,
    callVerbatim: (method, path, headers = {}) => verbatim(method, api, path, headers),
    upload: (fields = {}, headers = asJob) =>
      call('POST', pypi, { headers, body: uploadForm(fields) }),
    put: (path, body, headers = asJobHeader) =>
      call('PUT', `${generic}/${path}`, { headers, body }),
    async [Symbol.asyncDispose]() {
      await Promise.all([front.close(), storage.close()]);
      await rm(directory, { recursive: true });
    },
  };
}

/** The form that twine sends, with the changes a test asks for. */
export function uploadForm({ fileName, bytes = 'wheel', ...fields }: UploadFields): FormData {
  const form = new FormData();
  const sent = {
    ':action': 'file_upload',
    protocol_version: '1',
    filetype: 'bdist_wheel',
    pyversion: 'py3',
    attestations: '[]',
    name: 'my_app',
    version: '1.0.0',
    sha256_digest: '1'.repeat(64),
    requires_python: '>=3.7',
    ...fields,
  };
  for (const [name, value] of Object.entries(sent)) {
    if (value !== undefined) form.append(name, value);
  }
  if (!('content' in fields)) {
    form.append('content', new Blob([bytes]), fileName ?? 'my_app-1.0.0-py3-none-any.whl');
  }
  return form;
}

async function verbatim(
  method: string,
  api: string,
  path: string,
  headers: OutgoingHttpHeaders,
): Promise<Verbatim> {
  const { hostname, port, pathname } = new URL(api);
  const sent = request({ method, hostname, port, path: pathname + path, headers }).end();
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: await text(response) };
}
