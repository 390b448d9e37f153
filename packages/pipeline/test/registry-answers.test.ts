import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadVerified } from '@wheelseal/pipeline';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sdistName, wheelName } from './sample-distributions.ts';
import { stagesIn } from './stages.ts';
import { contentsOf, listing, temporaryFolder } from './workplace.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => sandbox.close());

async function publishedDist(): Promise<string> {
  const { publish, signedDist } = stagesIn(sandbox);
  const dist = await signedDist();
  await publish(dist);
  return dist;
}

test('a project that only ever ran the tutorial can be downloaded, without a token', async () => {
  const { download, publish, signedDist } = stagesIn(sandbox);
  const dist = await signedDist();
  for (const name of ['release.json', `${wheelName}.sigstore.json`, `${sdistName}.sigstore.json`]) {
    await rm(join(dist, name));
  }
  await publish(dist);
  const directory = await temporaryFolder();

  const { distributions } = await download(directory, { CI_JOB_TOKEN: '', SIGSTORE_ID_TOKEN: '' });

  expect(distributions).toMatchObject([{ material: 'detached' }, { material: 'detached' }]);
  expect(await listing(directory)).toEqual([wheelName, sdistName]);
});

test('works with a personal token outside of a job', async () => {
  const { publish, signedDist } = stagesIn(sandbox);

  const { files } = await publish(await signedDist(), {
    CI_JOB_TOKEN: '',
    GITLAB_TOKEN: sandbox.tokens.personal,
  });

  expect(files).toHaveLength(9);
});

test('a release that was published is left alone by another run', async () => {
  const dist = await publishedDist();

  const { files } = await stagesIn(sandbox).publish(dist);

  expect(files.map(({ outcome }) => outcome)).toEqual(files.map(() => 'already-present'));
});

test('other bytes of the same version are a conflict, and nothing is overwritten', async () => {
  const { download, publish, signedDist } = stagesIn(sandbox);
  const first = await publishedDist();

  await expect(publish(await signedDist({ content: 'x' }))).rejects.toMatchObject({
    code: 'PUBLISH_CONFLICT',
  });

  const directory = await temporaryFolder();
  await download(directory);
  expect(await contentsOf(first)).toMatchObject(await contentsOf(directory));
});

test('an upload whose answer got lost is found', async () => {
  const { publish, signedDist } = stagesIn(sandbox);
  sandbox.faults.add({ service: 'gitlab', method: 'POST', times: 1, rewrite: () => '<html>' });
  sandbox.faults.add({ service: 'gitlab', method: 'PUT', times: 1, rewrite: () => '<html>' });
  const dist = await signedDist();

  const { files } = await publish(dist);

  expect(files).toHaveLength(9);
  expect((await publish(dist)).files.map(({ outcome }) => outcome)).toEqual(
    files.map(() => 'already-present'),
  );
});

const answers = [
  [401, 'REGISTRY_UNAUTHORIZED'],
  [403, 'REGISTRY_FORBIDDEN'],
  [404, 'REGISTRY_NOT_FOUND'],
  [500, 'REGISTRY_UNAVAILABLE'],
] as const;

test.for(answers)('nothing is visible when an upload is answered %s', async ([status, code]) => {
  const { download, publish, signedDist } = stagesIn(sandbox);
  const dist = await signedDist();
  const before = await contentsOf(dist);
  sandbox.faults.add({ service: 'gitlab', method: 'PUT', status, body: { message: `${status}` } });

  await expect(publish(dist)).rejects.toMatchObject({ code, hint: expect.any(String) });

  sandbox.faults.clear();
  await expect(download(await temporaryFolder())).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
  });
  expect(await contentsOf(dist)).toEqual(before);
});

test.for(answers)('nothing is left when a download is answered %s', async ([status, code]) => {
  await publishedDist();
  const folder = await temporaryFolder();
  const body = { message: `${status}` };
  sandbox.faults.add({ service: 'gitlab', path: /\/pypi\/files\//, status, body });

  await expect(stagesIn(sandbox).download(join(folder, 'out'))).rejects.toMatchObject({
    code,
    hint: expect.any(String),
  });
  expect(await listing(folder)).toEqual([]);
});

test('a file whose bytes changed in the registry is refused', async () => {
  await publishedDist();
  const folder = await temporaryFolder();
  sandbox.faults.add({
    service: 'gitlab',
    path: /\/pypi\/files\/.*\.whl/,
    rewrite: (body) => Buffer.concat([body.subarray(0, -1), Buffer.of(1)]),
  });

  await expect(stagesIn(sandbox).download(join(folder, 'out'))).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    verdict: {
      distributions: [
        { filename: wheelName, status: 'refused', error: { code: 'DIGEST_MISMATCH' } },
        { filename: sdistName, status: 'verified' },
      ],
    },
  });
  expect(await listing(folder)).toEqual([]);
});

test('a name that GitLab would forward is not found', async () => {
  const forwardingUrl = new URL('/simple', sandbox.urls.gitlab);
  await using forwarding = await startSandbox({ forwardingUrl });
  const { registries, verification } = stagesIn(forwarding).services();
  const ports = { ...(await registries()), ...(await verification()) };
  const request = { name: 'six', version: '1.0', package: 'demo', packageVersion: '1.0' };
  const folder = await temporaryFolder();

  await expect(
    downloadVerified(request, ports, { directory: join(folder, 'out') }),
  ).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' });
  expect(await listing(folder)).toEqual([]);
});
