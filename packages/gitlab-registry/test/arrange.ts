/**
 * What most tests start from: a connection, a wheel on disk, its metadata.
 *
 * @module
 */

import {
  measureDistribution,
  type CoreMetadata,
  type Distribution,
} from '@wheelseal/distributions';
import { jobToken, type GitLabConnection } from '@wheelseal/gitlab-registry';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockAgent } from 'undici';
import { onTestFinished } from 'vitest';

/** Long enough, and odd enough, to be found wherever it leaks. */
export const canary = 'glcbt-64_canary-Zx9/Qr+7w';

/** Retries without waiting; records how long it would have waited. */
export function impatient(waits: number[] = []) {
  return {
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
    },
  };
}

/** A connection to a GitLab that only the test answers for. */
export function mockedGitLab(overrides: Partial<GitLabConnection> = {}) {
  const agent = new MockAgent();
  agent.disableNetConnect();
  onTestFinished(async () => {
    agent.assertNoPendingInterceptors();
    await agent.close();
  });
  const connection: GitLabConnection = {
    apiUrl: new URL('https://gitlab.test/api/v4'),
    project: 'group/app',
    auth: jobToken(canary),
    dispatcher: agent,
    retries: { attempts: 1 },
    ...overrides,
  };
  return { agent, connection, gitlab: agent.get('https://gitlab.test') };
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-registry-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

/** A measured file of the name of a wheel; nothing here looks into it. */
export async function wheelOnDisk(content: Buffer | string = 'wheel'): Promise<Distribution> {
  const path = join(await temporaryFolder(), 'My_Demo-1.2.0-py3-none-any.whl');
  await writeFile(path, content);
  return measureDistribution(path);
}

/** Metadata as a wheel has it. */
export function metadataWith(overrides: Partial<CoreMetadata> = {}): CoreMetadata {
  return {
    metadataVersion: '2.4',
    name: 'My_Demo',
    version: '1.2.0',
    summary: 'Shows things',
    requiresPython: '>=3.9',
    fields: new Map(),
    ...overrides,
  };
}
