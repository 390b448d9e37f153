/** Every behaviour of the stand-in that has two sides, switched at the start and while it runs. */

import { expect, test } from 'vitest';

import type { GitLabSettings } from '../../src/gitlab/index.ts';
import { asJob, asJobHeader, generic, pypi, startGitLab } from './running-gitlab.ts';
import type { RunningGitLab } from './running-gitlab.ts';

interface Switch {
  readonly setting: keyof GitLabSettings;
  readonly on: Partial<GitLabSettings>;
  readonly off: Partial<GitLabSettings>;
  readonly look: (gitlab: RunningGitLab) => Promise<unknown>;
  readonly whenOn: unknown;
  readonly whenOff: unknown;
}

let uploads = 0;

async function uploadTwice(gitlab: RunningGitLab, text: boolean): Promise<unknown> {
  uploads += 1;
  const fileName = `my_app-1.${uploads}.tar.gz`;
  await gitlab.upload({ fileName });
  const response = await gitlab.upload({ fileName });
  return text ? response.text() : response.status;
}

async function putTwice({ put }: RunningGitLab): Promise<number> {
  uploads += 1;
  await put(`my-app/${uploads}/a`, 'first');
  return (await put(`my-app/${uploads}/a`, 'second')).status;
}

async function page({ call }: RunningGitLab): Promise<string> {
  const headers = { ...asJob, accept: 'application/vnd.pypi.simple.v1+json' };
  const response = await call('GET', `${pypi}/simple/stock`, { headers });
  return `${response.headers.get('content-type')?.split(';')[0]} ${(await response.text()).includes('<br>')}`;
}

const duplicate = 'Validation failed: File name has already been taken';

const switches: readonly Switch[] = [
  {
    setting: 'forwarding',
    on: { forwarding: true },
    off: { forwarding: false },
    look: async ({ call }) => (await call('GET', `${pypi}/simple/six`, { headers: asJob })).status,
    whenOn: 302,
    whenOff: 404,
  },
  {
    setting: 'objectStorage',
    on: { objectStorage: true },
    off: { objectStorage: false },
    look: async ({ call }) =>
      (await call('GET', `${generic}/stock/1/a`, { headers: asJobHeader })).status,
    whenOn: 302,
    whenOff: 200,
  },
  {
    setting: 'genericDuplicates',
    on: { genericDuplicates: true },
    off: { genericDuplicates: false },
    look: putTwice,
    whenOn: 201,
    whenOff: 400,
  },
  {
    setting: 'protectedPackages',
    on: { protectedPackages: [{ type: 'pypi', pattern: 'my*', push: 'owner' }] },
    off: { protectedPackages: [] },
    look: async (gitlab) => uploadTwice(gitlab, false),
    whenOn: 403,
    whenOff: 400,
  },
  {
    setting: 'pep691',
    on: { pep691: true },
    off: { pep691: false },
    look: page,
    whenOn: 'application/vnd.pypi.simple.v1+json false',
    whenOff: 'text/html false',
  },
  {
    setting: 'htmlBreaks',
    on: { htmlBreaks: true, pep691: false },
    off: { htmlBreaks: false, pep691: false },
    look: page,
    whenOn: 'text/html true',
    whenOff: 'text/html false',
  },
  {
    setting: 'oldDuplicateWording',
    on: { oldDuplicateWording: true },
    off: { oldDuplicateWording: false },
    look: async (gitlab) => uploadTwice(gitlab, true),
    whenOn: `{"message":"${duplicate}"}\n`,
    whenOff: `{"message":"400 Bad request - ${duplicate}"}\n`,
  },
  {
    setting: 'maintenance',
    on: { maintenance: true },
    off: { maintenance: false },
    look: async ({ put }) => (await put('my-app/1/b', 'bytes')).status,
    whenOn: 503,
    whenOff: 201,
  },
  {
    setting: 'rateLimit',
    on: { rateLimit: { requests: 0, seconds: 60 } },
    off: { rateLimit: undefined },
    look: async ({ call }) => (await call('GET', '/version', { headers: asJobHeader })).status,
    whenOn: 429,
    whenOff: 401,
  },
  {
    setting: 'answersToLose',
    on: { answersToLose: 1 },
    off: { answersToLose: 0 },
    look: async ({ put }) => put('my-app/1/c', 'bytes').then(({ status }) => status, String),
    whenOn: 'TypeError: fetch failed',
    whenOff: 201,
  },
  {
    setting: 'fips',
    on: { fips: true },
    off: { fips: false },
    look: async ({ upload }) => {
      uploads += 1;
      const fileName = `my_app-1.${uploads}.tar.gz`;
      return (await upload({ fileName, sha256_digest: undefined })).status;
    },
    whenOn: 422,
    whenOff: 201,
  },
  {
    setting: 'packageRegistry',
    on: { packageRegistry: 'disabled on the project' },
    off: { packageRegistry: 'enabled' },
    look: async ({ call }) => (await call('GET', `${pypi}/simple`, { headers: asJob })).status,
    whenOn: 403,
    whenOff: 200,
  },
];

async function start(settings: Partial<GitLabSettings>): Promise<RunningGitLab> {
  const gitlab = await startGitLab({ forwardingUrl: new URL('https://index.test/simple') });
  await gitlab.upload({ name: 'stock' });
  await gitlab.put('stock/1/a', 'bytes');
  Object.assign(gitlab.settings, settings);
  return gitlab;
}

test.for(switches)(
  '$setting is switched while it runs',
  async ({ on, off, look, whenOn, whenOff }) => {
    await using gitlab = await start(off);

    expect(await look(gitlab)).toEqual(whenOff);
    Object.assign(gitlab.settings, on);
    expect(await look(gitlab)).toEqual(whenOn);
    Object.assign(gitlab.settings, off);
    expect(await look(gitlab)).toEqual(whenOff);
  },
);

test('settings are there from the start', async () => {
  const settings = Object.assign({}, ...switches.map(({ on }) => on));

  await using gitlab = await startGitLab({ settings });

  expect(gitlab.settings).toMatchObject(settings);
});

test.for([
  { headers: { 'job-token': 'x' }, leaks: 1 },
  { headers: { 'private-token': 'x' }, leaks: 1 },
  { headers: { 'deploy-token': 'x' }, leaks: 1 },
  { headers: { authorization: 'Basic eDp5' }, leaks: 1 },
  { headers: { range: 'bytes=0-1' }, leaks: 0 },
])(
  'the object storage tells what was brought to it that belongs to GitLab: $headers',
  async (row) => {
    await using gitlab = await start({ objectStorage: true });
    const { objectStorage } = gitlab.gitlab;
    const from = `${generic}/stock/1/a`;
    const redirect = await gitlab.call('GET', from, { headers: asJobHeader });

    await fetch(redirect.headers.get('location') ?? '', { headers: row.headers });

    expect(objectStorage.requests).toHaveLength(1);
    expect(objectStorage.leaks).toHaveLength(row.leaks);
  },
);
