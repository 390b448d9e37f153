import { connect } from 'node:net';

import { expect, test } from 'vitest';

import type { GitLabSettings } from '../../src/gitlab/index.ts';
import {
  asJob,
  asJobHeader,
  asOwner,
  basic,
  deployToken,
  jobToken,
  pypi,
  startGitLab,
  uploadForm,
} from './running-gitlab.ts';
import type { StartOptions, UploadFields } from './running-gitlab.ts';

const realm = 'Basic realm="GitLab Packages Registry"';

interface Row {
  readonly situation: string;
  readonly gitlab?: StartOptions;
  readonly headers?: Record<string, string>;
  readonly fields?: UploadFields;
  readonly project?: string;
  readonly status: number;
  readonly json: object;
}

const protectedFor = (push: 'maintainer' | 'owner'): Partial<GitLabSettings> => ({
  protectedPackages: [{ type: 'pypi', pattern: 'MY_*', push }],
});

test.for<Row>([
  {
    situation: 'a distribution of a developer’s job',
    status: 201,
    json: { message: '201 Created' },
  },
  {
    situation: 'a wrong but well-formed digest, in upper case',
    fields: { sha256_digest: 'AB'.repeat(32) },
    status: 201,
    json: { message: '201 Created' },
  },
  {
    situation: 'no digest',
    fields: { sha256_digest: undefined },
    status: 201,
    json: { message: '201 Created' },
  },
  {
    situation: 'no credentials',
    headers: {},
    status: 401,
    json: { message: '401 Unauthorized' },
  },
  {
    situation: 'no credentials on a public project',
    gitlab: { visibility: 'public' },
    headers: {},
    status: 401,
    json: { message: '401 Unauthorized' },
  },
  {
    situation: 'an unknown project without credentials',
    project: '43',
    headers: {},
    status: 404,
    json: { message: '404 Not Found' },
  },
  {
    situation: 'someone without access to a private project',
    headers: basic('jane', 'glpat-outsider'),
    status: 404,
    json: { message: '404 Not Found' },
  },
  {
    situation: 'someone without membership on a public project',
    gitlab: { visibility: 'public' },
    headers: basic('jane', 'glpat-outsider'),
    status: 403,
    json: { message: '403 Forbidden' },
  },
  {
    situation: 'a reporter',
    headers: basic('jane', 'glpat-reporter'),
    status: 403,
    json: { message: '403 Forbidden' },
  },
  {
    situation: 'a job of another project, on a private project',
    headers: basic('gitlab-ci-token', 'glcbt-other-project'),
    status: 404,
    json: { message: '404 Not Found' },
  },
  {
    situation: 'a job of another project, on a public project',
    gitlab: { visibility: 'public' },
    headers: basic('gitlab-ci-token', 'glcbt-other-project'),
    status: 403,
    json: { message: '403 Forbidden' },
  },
  {
    situation: 'a file above the limit',
    gitlab: { settings: { pypiMaxFileSize: 4 } },
    status: 400,
    json: { message: '400 Bad request - File is too large' },
  },
  {
    situation: 'no file',
    fields: { content: undefined },
    status: 400,
    json: { error: 'content is missing' },
  },
  {
    situation: 'text where the file should be',
    fields: { content: 'wheel' },
    status: 400,
    json: { error: 'content is invalid' },
  },
  {
    situation: 'no name',
    fields: { name: undefined },
    status: 400,
    json: { error: 'name is missing' },
  },
  {
    situation: 'neither name nor version',
    fields: { name: undefined, version: undefined },
    status: 400,
    json: { error: 'name is missing, version is missing' },
  },
  {
    situation: 'something that is no digest',
    fields: { sha256_digest: 'abc' },
    status: 400,
    json: { error: 'sha256_digest is invalid' },
  },
  {
    situation: 'no digest in FIPS mode',
    gitlab: { settings: { fips: true } },
    fields: { sha256_digest: undefined },
    status: 422,
    json: { message: '422 Unprocessable Entity' },
  },
  {
    situation: 'a name with a character it may not have',
    fields: { name: 'my$app' },
    status: 400,
    json: { message: '400 Bad request - Validation failed: Name is invalid' },
  },
  {
    situation: 'a version that is none',
    fields: { version: '1.0-final-cut' },
    status: 400,
    json: { message: '400 Bad request - Validation failed: Version is invalid' },
  },
  {
    situation: 'a protected package below the role',
    gitlab: { settings: protectedFor('maintainer') },
    status: 403,
    json: { message: '403 Forbidden - Package protected.' },
  },
  {
    situation: 'a protected package at the role',
    gitlab: { settings: protectedFor('maintainer') },
    headers: basic('jane', 'glpat-maintainer'),
    status: 201,
    json: { message: '201 Created' },
  },
  {
    situation: 'a protected package with a deploy token',
    gitlab: { settings: protectedFor('maintainer') },
    headers: basic(deployToken.user, deployToken.token),
    status: 403,
    json: { message: '403 Forbidden - Package protected.' },
  },
  {
    situation: 'another spelling of a protected package',
    gitlab: { settings: protectedFor('maintainer') },
    fields: { name: 'my-app' },
    status: 201,
    json: { message: '201 Created' },
  },
  {
    situation: 'a registry that the instance switched off',
    gitlab: { settings: { packageRegistry: 'disabled on the instance' } },
    status: 404,
    json: { message: '404 Not Found' },
  },
  {
    situation: 'a registry that the project switched off',
    gitlab: { settings: { packageRegistry: 'disabled on the project' } },
    status: 403,
    json: { message: '403 Forbidden' },
  },
])('answers an upload of $situation with $status', async (row) => {
  const { gitlab: options, headers = asJob, fields = {}, project = '42', status, json } = row;
  await using gitlab = await startGitLab(options);

  const response = await gitlab.call('POST', `/projects/${project}/packages/pypi`, {
    headers,
    body: uploadForm(fields),
  });

  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/u);
  expect(response.headers.get('www-authenticate')).toBe(status === 401 ? realm : null);
  await expect(response.json()).resolves.toEqual(json);
  await expect(gitlab.stored()).resolves.toHaveLength(status === 201 ? 1 : 0);
});

test('never lets a deploy token push a protected package, whatever its role', async () => {
  await using gitlab = await startGitLab({ settings: protectedFor('maintainer') });
  const scopes = ['write_package_registry'];
  gitlab.settings.credentials = [{ kind: 'deploy', ...deployToken, role: 'owner', scopes }];

  const response = await gitlab.upload({}, basic(deployToken.user, deployToken.token));

  expect(response.status).toBe(403);
});

test('refuses a file name that the version has already, whatever its bytes', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  const response = await gitlab.upload({ bytes: 'other', sha256_digest: '2'.repeat(64) });

  expect(response.status).toBe(400);
  await expect(response.json()).resolves.toEqual({
    message: '400 Bad request - Validation failed: File name has already been taken',
  });
  await expect(gitlab.stored()).resolves.toHaveLength(1);
});

test('refuses a taken file name in the old words when told to', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  gitlab.settings.oldDuplicateWording = true;

  const response = await gitlab.upload();

  await expect(response.json()).resolves.toEqual({
    message: 'Validation failed: File name has already been taken',
  });
});

test('lets one of several equal uploads at once through', async () => {
  await using gitlab = await startGitLab();

  const responses = await Promise.all([gitlab.upload(), gitlab.upload(), gitlab.upload()]);

  const statuses = responses.map(({ status }) => String(status));
  expect(statuses.toSorted()).toEqual(['201', '400', '400']);
});

test('takes another file for a version that is there, and the same file for another spelling', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();

  expect((await gitlab.upload({ fileName: 'my_app-1.0.0.tar.gz' })).status).toBe(201);
  expect((await gitlab.upload({ name: 'my-app' })).status).toBe(201);

  const listed = await gitlab.call('GET', '/projects/42/packages', { headers: asOwner });
  await expect(listed.json()).resolves.toMatchObject([{ name: 'my_app' }, { name: 'my-app' }]);
});

test('takes a file again once its package is deleted', async () => {
  await using gitlab = await startGitLab();
  await gitlab.upload();
  await gitlab.call('DELETE', '/projects/42/packages/1', { headers: asOwner });

  const response = await gitlab.upload({ bytes: 'other' });

  expect(response.status).toBe(201);
});

test.for(['my_app', 'My.App', '@scope/my-app', 'my-app.', 'a/b'])(
  'takes the name `%s`',
  async (name) => {
    await using gitlab = await startGitLab();

    expect((await gitlab.upload({ name })).status).toBe(201);
  },
);

test.for(['', '.$/@!^*', 'my app', 'my!app'])('refuses the name `%s`', async (name) => {
  await using gitlab = await startGitLab();

  expect((await gitlab.upload({ name })).status).toBe(400);
});

test.for(['1.0.0', 'v1', '1!2.0', '1.0RC1', '1.0-1', '1.0.post2.dev3', '1.0+cpu.1', '1.0-alpha_2'])(
  'takes the version `%s`',
  async (version) => {
    await using gitlab = await startGitLab();

    expect((await gitlab.upload({ version })).status).toBe(201);
  },
);

test.for(['', 'main', '1.0 ', '1.0\n', '1..0', '1.0+', '../1.0', '1.0~1'])(
  'refuses the version `%s`',
  async (version) => {
    await using gitlab = await startGitLab();

    expect((await gitlab.upload({ version })).status).toBe(400);
  },
);

test('cuts metadata that is too long, with three dots at the end', async () => {
  await using gitlab = await startGitLab();

  const response = await gitlab.upload({ requires_python: `>=3.${'7'.repeat(300)}` });

  expect(response.status).toBe(201);
  const page = await gitlab.call('GET', `${pypi}/simple/my-app`, { headers: asJob });
  const [, requires = ''] = /data-requires-python="([^"]*)"/u.exec(await page.text()) ?? [];
  expect(requires).toBe(`&gt;=3.${'7'.repeat(248)}...`);
});

test('keeps only the last part of a file name with folders', async () => {
  await using gitlab = await startGitLab();

  await gitlab.upload({ fileName: '../../etc/my_app-1.0.0.tar.gz' });

  const files = await gitlab.call('GET', '/projects/42/packages/1/package_files', {
    headers: asOwner,
  });
  await expect(files.json()).resolves.toMatchObject([{ file_name: 'my_app-1.0.0.tar.gz' }]);
});

test.for(['content', 'gpg_signature'])('answers 400 to a form that ends in `%s`', async (field) => {
  await using gitlab = await startGitLab();

  const response = await gitlab.call('POST', pypi, {
    headers: { ...asJob, 'content-type': 'multipart/form-data; boundary=x' },
    body: `--x\r\nContent-Disposition: form-data; name="${field}"; filename="a"\r\n\r\nbytes`,
  });

  expect(response.status).toBe(400);
  await expect(gitlab.stored()).resolves.toEqual([]);
});

test('misses every field of a body that is no form', async () => {
  await using gitlab = await startGitLab();

  const response = await gitlab.call('POST', pypi, {
    headers: { ...asJob, 'content-type': 'application/json' },
    body: '{}',
  });

  await expect(response.json()).resolves.toEqual({
    error: 'content is missing, name is missing, version is missing',
  });
});

test('keeps nothing of an upload whose client went away', async () => {
  await using gitlab = await startGitLab();
  const { hostname, port } = new URL(gitlab.api);
  const socket = connect(Number(port), hostname);
  socket.write(
    [
      `POST /api/v4${pypi} HTTP/1.1`,
      'Host: gitlab',
      `Authorization: ${asJob.authorization}`,
      'Content-Type: multipart/form-data; boundary=x',
      'Content-Length: 1000000',
      '',
      '--x',
      'Content-Disposition: form-data; name="content"; filename="a.whl"',
      '',
      'a'.repeat(1000),
    ].join('\r\n'),
  );
  await expect.poll(gitlab.stored).toHaveLength(1);

  socket.destroy();

  await expect.poll(gitlab.stored).toEqual([]);
});

test('decides who may upload before it reads the body', async () => {
  await using gitlab = await startGitLab();
  const bytes = 'a'.repeat(5_000_000);

  const response = await gitlab.upload({ bytes }, basic('gitlab-ci-token', 'wrong'));

  expect(response.status).toBe(401);
  expect((await gitlab.upload({}, { authorization: `Bearer ${jobToken}` })).status).toBe(201);
});

test('takes the job token header for nobody', async () => {
  await using gitlab = await startGitLab({ visibility: 'public' });

  expect((await gitlab.upload({}, asJobHeader)).status).toBe(401);
});
