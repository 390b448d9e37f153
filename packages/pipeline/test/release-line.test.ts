// The whole line against a real Sigstore and a GitLab that answers as GitLab does. Only the build is
// played: it is real in `example-project.test.ts`.
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  assertVerified,
  buildRelease,
  projectEdits,
  readRelease,
  rewriteProject,
  runRelease,
  signRelease,
} from '@wheelseal/pipeline';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { machineWith } from './fake-frontend.ts';
import { sdistName, wheelName, writeProject, writeSamples } from './sample-distributions.ts';
import { signatureNames, stagesIn } from './stages.ts';
import { contentsOf, listing, recorder, temporaryFolder } from './workplace.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(async () => sandbox.close());

async function sampleProject(): Promise<string> {
  const project = await temporaryFolder();
  await writeProject(project, { name: 'anything', version: '0' });
  return project;
}

/** What the next job sees: `dist/` alone, copied to where it works. */
async function handOver(dist: string): Promise<string> {
  const folder = join(await temporaryFolder(), 'artifacts', 'dist');
  await cp(dist, folder, { recursive: true });
  return folder;
}

test('each stage finds what it needs in a copy of `dist/`', async () => {
  const { download, publish, settings, sign, verify } = stagesIn(sandbox);
  const project = await sampleProject();
  const { environment } = await machineWith();

  await rewriteProject(project, projectEdits(settings()));
  await buildRelease(project, { environment });
  const toSign = await handOver(join(project, 'dist'));
  await sign(toSign);
  const toVerify = await handOver(toSign);
  const verdict = await verify(toVerify);
  assertVerified(verdict);
  await publish(await handOver(toVerify));
  const directory = await temporaryFolder();
  const downloaded = await download(directory);

  expect(downloaded.distributions.map(({ sha256 }) => sha256)).toEqual(
    verdict.distributions.map(({ sha256 }) => sha256),
  );
  expect(await listing(directory)).toEqual([wheelName, sdistName]);
});

test('runs all stages in order', async () => {
  const { services, settings } = stagesIn(sandbox);
  const project = await sampleProject();
  const { environment } = await machineWith({ environment: sandbox.environment });
  const { onEvent, of } = recorder();

  const report = await runRelease(
    { project, environment, edits: projectEdits(settings()), services: services() },
    { onEvent },
  );

  expect(of('stage-finished').map(({ stage }) => stage)).toEqual([
    'rewrite',
    'build',
    'sign',
    'verify',
    'publish',
    'download',
  ]);
  expect(report).toMatchObject({
    rewrite: { written: true },
    release: { name: 'demo', version: '1.0.0' },
    verdict: { verified: true },
    destination: { package: 'demo', version: '1.0.0' },
    published: { files: { length: 9 } },
    downloaded: { directory: join(project, 'dist', 'verified') },
  });
  expect(await listing(join(project, 'dist'))).toEqual(
    [wheelName, sdistName, ...signatureNames, 'release.json', 'verified'].toSorted(),
  );
});

test('a new run in the same folder replaces what the one before downloaded', async () => {
  const project = await sampleProject();
  for (const content of ['first', 'second']) {
    await using gitlab = await startSandbox();
    const { services, settings } = stagesIn(gitlab);
    const { environment } = await machineWith({ sample: { content } });

    const { downloaded } = await runRelease({
      project,
      environment,
      edits: projectEdits(settings()),
      services: services(),
    });

    expect(downloaded.distributions.map(({ outcome }) => outcome)).toEqual([
      'downloaded',
      'downloaded',
    ]);
  }
});

test('signing again gives other signatures, and does not replace those that are published', async () => {
  const { publish, sign, signedDist } = stagesIn(sandbox);
  const dist = await signedDist();
  await publish(dist);

  await sign(dist);

  await expect(publish(dist)).rejects.toMatchObject({ code: 'PUBLISH_CONFLICT' });
});

test('takes distributions that were built elsewhere', async () => {
  const project = await temporaryFolder();
  await writeSamples(join(project, 'dist'));
  const services = stagesIn(sandbox).services();

  const report = await runRelease({ project, edits: {}, environment: {}, built: true, services });

  expect(report.downloaded.distributions).toHaveLength(2);
  expect('rewrite' in report).toBe(false);
});

/** The other ways to name whom to trust. */
const withoutOtherTrust = {
  WHEELSEAL_TRUST_CONFIG: '',
  SIGSTORE_ROOT_FILE: '',
  SIGSTORE_REKOR_PUBLIC_KEY: '',
  SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: '',
};

test.for(['SIGSTORE_ID_TOKEN', 'FULCIO_URL', 'WHEELSEAL_TRUSTED_ROOT', 'CI_API_V4_URL'] as const)(
  'changes nothing when `%s` is not set',
  async (name) => {
    const project = await sampleProject();
    const before = await contentsOf(project);
    const { services, settings } = stagesIn(sandbox);
    // Without its server nobody knows where the API is either.
    const changes = {
      [name]: undefined,
      ...(name === 'CI_API_V4_URL' && { CI_SERVER_URL: '' }),
      ...(name === 'WHEELSEAL_TRUSTED_ROOT' && withoutOtherTrust),
    };

    const running = runRelease({
      project,
      environment: {},
      edits: projectEdits(settings()),
      services: services(changes),
    });

    await expect(running).rejects.toMatchObject({
      code: 'SETTING_MISSING',
      hint: expect.stringContaining(name),
    });
    expect(await contentsOf(project)).toEqual(before);
  },
);

test.for([
  ['fulcio', 400, /CERTIFICATE_REFUSED/],
  ['fulcio', 500, /SERVICE_/],
  ['rekor', 400, /LOG_REFUSED/],
  ['rekor', 500, /SERVICE_/],
] as const)('nothing is written when %s answers %s', async ([service, status, code]) => {
  const dist = await temporaryFolder();
  await writeSamples(dist);
  const before = await contentsOf(dist);
  sandbox.faults.add({ service, status, body: { code: 3, message: 'no' } });

  const signing = signRelease(
    await readRelease(dist),
    await stagesIn(sandbox).services().signing(),
  );

  await expect(signing).rejects.toMatchObject({ code: expect.stringMatching(code) });
  expect(await contentsOf(dist)).toEqual(before);
});

test('no event and no error shows a token', async () => {
  const canaries = [sandbox.tokens.job, sandbox.environment['SIGSTORE_ID_TOKEN'] ?? ''];
  const { environment } = await machineWith({
    environment: sandbox.environment,
    build: `console.log(JSON.stringify(process.env), '${sandbox.tokens.job}'); process.exitCode = 1;`,
  });
  const { onEvent, events } = recorder();
  const plan = {
    project: await sampleProject(),
    environment,
    edits: {},
    services: stagesIn(sandbox).services(),
  };

  const running = runRelease(plan, { onEvent });

  await expect(running).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    cause: { message: expect.stringContaining('[MASKED]') },
  });
  for (const canary of canaries) {
    await expect(running).rejects.not.toMatchObject({
      cause: { message: expect.stringContaining(canary) },
    });
    expect(JSON.stringify(events)).not.toContain(canary);
  }
});
