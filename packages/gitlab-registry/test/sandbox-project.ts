/**
 * A project on the sandbox's GitLab, and our clients for it.
 *
 * @module
 */

import { measureDistribution, measureFile, readCoreMetadata } from '@wheelseal/distributions';
import {
  createGenericPackages,
  createPackagesApi,
  createPyPIRegistry,
  createSimpleIndex,
  jobToken,
  type Authentication,
  type GitLabConnection,
} from '@wheelseal/gitlab-registry';
import {
  startSandbox,
  type Credential,
  type Sandbox,
  type SandboxOptions,
} from '@wheelseal/sandbox';
import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { impatient, temporaryFolder } from './arrange.ts';
import { writeWheel } from './real-wheel.ts';

/** Starts a sandbox with a private project, and opens its registries as the running job. */
export async function project(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ projectName: 'demo', visibility: 'private', ...options });
  onTestFinished(async () => sandbox.close());
  const folder = await temporaryFolder();
  return { sandbox, folder, ...clientsOf(sandbox, jobToken(sandbox.tokens.job)) };
}

/** Opens the registries of the sandbox's project as somebody. */
export function clientsOf(sandbox: Sandbox, auth?: Authentication) {
  const connection: GitLabConnection = {
    apiUrl: new URL(sandbox.environment['CI_API_V4_URL'] ?? ''),
    project: sandbox.environment['CI_PROJECT_PATH'] ?? '',
    retries: impatient(),
    ...(auth && { auth }),
  };
  return {
    connection,
    registry: createPyPIRegistry(connection),
    packages: createGenericPackages(connection),
    api: createPackagesApi(connection),
    index: createSimpleIndex(connection),
  };
}

/** A wheel with real metadata, and that metadata. */
export async function wheelIn(folder: string, name = 'My_Demo', version = '1.2.0') {
  const path = await writeWheel(folder, name, version);
  const [distribution, metadata] = await Promise.all([
    measureDistribution(path),
    readCoreMetadata(path),
  ]);
  return [distribution, metadata] as const;
}

/** A measured file that is no distribution. */
export async function fileIn(folder: string, content: Buffer | string = randomBytes(1000)) {
  const path = join(folder, `file-${randomUUID()}`);
  await writeFile(path, content);
  return measureFile(path);
}

/** Lets somebody into the sandbox's GitLab, besides those it knows. */
export function letIn({ gitlab }: Sandbox, credential: Credential): void {
  gitlab.settings.credentials = [...gitlab.settings.credentials, credential];
}

/** Uploads a distribution as a careless or malicious client would. */
export async function uploadByHand(
  { environment }: Sandbox,
  fields: Readonly<Record<string, string>>,
  file: { readonly name: string; readonly bytes: Buffer },
): Promise<number> {
  const { CI_API_V4_URL = '', CI_PROJECT_ID = '', CI_JOB_TOKEN = '' } = environment;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('content', new Blob([new Uint8Array(file.bytes)]), file.name);
  const basic = Buffer.from(`gitlab-ci-token:${CI_JOB_TOKEN}`).toString('base64');
  const response = await fetch(`${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/packages/pypi`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: form,
  });
  return response.status;
}
