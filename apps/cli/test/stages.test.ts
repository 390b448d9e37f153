import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDistributions } from './distribution-files.ts';
import type { Environment } from '../src/environment.ts';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'stages' });
});

afterAll(async () => {
  await sandbox.close();
});

const demo = { name: 'stages', version: '1.0.0' };

/** A project with distributions that nobody has signed. */
async function project(): Promise<string> {
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), demo);
  return folder;
}

async function signedProject(): Promise<string> {
  const folder = await project();
  const { exitCode } = await wheelseal(['sign', folder], { environment: sandbox.environment });
  expect(exitCode).toBe(0);
  return folder;
}

test('rewrites three values and nothing else', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'pyproject.toml');
  const before = `# ours\n[project]\nname = 'old'   # name\nversion="0"\n\n[project.urls]\n"Homepage" = "http://old.test"\n\n[tool.x]\nname = "keep"\n`;
  await writeFile(path, before);

  const { exitCode, stdout } = await wheelseal(['rewrite'], {
    environment: sandbox.environment,
    directory: folder,
  });

  expect(exitCode).toBe(0);
  expect(stdout).toContain(`     3 - name = "old"\n     3 + name = "stages"\n`);
  const after = await readFile(path, 'utf8');
  expect(after).toBe(
    before
      .replace("'old'", "'stages'")
      .replace('"0"', '"1.0.0"')
      .replace('http://old.test', sandbox.environment['CI_PROJECT_URL'] ?? ''),
  );
});

test('writes nothing in a dry run', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'pyproject.toml');
  await writeFile(path, '[project]\nname = "old"\nversion = "0"\n');

  const called = await wheelseal(
    ['rewrite', folder, '--name', 'new', '--package-version', '2', '--dry-run', '--json'],
    {},
  );

  expect(documentOf(called)).toMatchObject({
    exitCode: 0,
    project: { path, written: false, changes: [{ after: 'new' }, { after: '2' }] },
  });
  await expect(readFile(path, 'utf8')).resolves.toContain('"old"');
});

test('prefers a flag to the environment', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), '[project]\nname = "old"\nversion = "0"\n');

  await wheelseal(
    [
      'rewrite',
      folder,
      '--name',
      'Flag.Name',
      '--package-version',
      '3',
      '--homepage',
      'https://h.test',
    ],
    { environment: sandbox.environment },
  );

  const text = await readFile(join(folder, 'pyproject.toml'), 'utf8');
  expect(text).toContain('name = "Flag.Name"');
  expect(text).toContain('version = "3"');
  expect(text).toContain('https://h.test');
});

test('signs every distribution in three forms', async () => {
  const folder = await project();

  const called = await wheelseal(['sign', '--json'], {
    environment: sandbox.environment,
    directory: folder,
  });

  expect(documentOf(called)).toMatchObject({
    schemaVersion: 1,
    command: 'sign',
    exitCode: 0,
    name: 'stages',
    version: '1.0.0',
    files: ['stages-1.0.0-py3-none-any.whl', 'stages-1.0.0.tar.gz'].map((filename) => ({
      filename,
      status: 'signed',
      sha256: expect.stringMatching(/^[\da-f]{64}$/),
      identity: sandbox.environment['CERTIFICATE_IDENTITY'],
      issuer: sandbox.environment['CERTIFICATE_OIDC_ISSUER'],
      logIndex: expect.stringMatching(/^\d+$/),
      integratedTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })),
  });
  await expect(readdir(join(folder, 'dist'))).resolves.toEqual([
    'release.json',
    'stages-1.0.0-py3-none-any.whl',
    'stages-1.0.0-py3-none-any.whl.crt',
    'stages-1.0.0-py3-none-any.whl.sig',
    'stages-1.0.0-py3-none-any.whl.sigstore.json',
    'stages-1.0.0.tar.gz',
    'stages-1.0.0.tar.gz.crt',
    'stages-1.0.0.tar.gz.sig',
    'stages-1.0.0.tar.gz.sigstore.json',
  ]);
});

test('signs with a token from a file, without a warning', async () => {
  const folder = await project();
  await writeFile(join(folder, 'token'), `${await sandbox.mintToken()}\n`);
  const { SIGSTORE_ID_TOKEN: _, ...environment } = sandbox.environment;

  const called = await wheelseal(['sign', folder, '--identity-token', '@token'], {
    environment,
    directory: folder,
  });

  expect(called.exitCode).toBe(0);
  expect(called.stderr).not.toContain('warning');
});

test('warns of a token that stands on the command line, and does not repeat it', async () => {
  const folder = await project();
  const token = await sandbox.mintToken();

  const called = await wheelseal(['sign', folder, `--identity-token=${token}`], {
    environment: sandbox.environment,
  });

  expect(called.exitCode).toBe(0);
  expect(called.stderr).toContain(
    'warning: every user of this machine can read the value of `--identity-token`\n  hint: Set `SIGSTORE_ID_TOKEN`, or write `--identity-token @FILE`.',
  );
  expect(called.stderr).not.toContain(token);
});

test('verifies what it signed, with a line for those who look for it', async () => {
  const folder = await signedProject();

  const { exitCode, stdout, stderr } = await wheelseal(['verify', folder], {
    environment: sandbox.environment,
  });

  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/✔ stages-1\.0\.0-py3-none-any\.whl {2}log index \d+ {2}\d{4}-/);
  expect(stdout).toContain(`signer  ${sandbox.environment['CERTIFICATE_IDENTITY']}`);
  expect(stderr).toContain('Verified OK: stages-1.0.0-py3-none-any.whl\n');
  expect(stderr).toContain('Verified OK: stages-1.0.0.tar.gz\n');
  expect(stderr).toMatch(/^✔ verify {4}2 of 2 distributions verified +[\d.]+ m?s$/m);
});

test('verifies by a project and a ref instead of a name', async () => {
  const folder = await signedProject();
  const { CI_PROJECT_PATH: path = '', ...environment } = sandbox.environment;
  const by = (ref: string) =>
    wheelseal(['verify', folder, '--gitlab-project', path, '--ref', ref], { environment });

  const [right, wrong] = [await by('refs/heads/main'), await by('refs/tags/main')];

  expect(right).toMatchObject({ exitCode: 0 });
  expect(wrong.exitCode).toBe(3);
  expect(wrong.stderr).toContain('IDENTITY_MISMATCH');
  expect(wrong.stderr).toMatch(/^✘ verify {4}0 of 2 distributions verified/m);
});

test.for<readonly [flags: readonly string[], exitCode: number, words: string]>([
  [['--gitlab-project-id', 'ID', '--ref', 'refs/heads/main'], 0, ''],
  [['--gitlab-project-id', '7', '--ref', 'refs/heads/main'], 3, '(`--gitlab-project-id`)'],
  [['-R', 'PATH', '--ref', 'refs/tags/v{version}'], 3, 'expected `refs/tags/v1.0.0`'],
  [['--pipeline-source', 'push', '--runner', 'self-hosted'], 0, ''],
  [['--runner', 'gitlab-hosted'], 3, 'runner is `self-hosted`, expected `gitlab-hosted`'],
  [['--pipeline-source', 'web'], 3, '(`--pipeline-source`)'],
  [['--config-path', 'other.yml'], 3, '(`--config-path`)'],
  [['--sha', 'a'.repeat(40)], 3, '(`--sha`)'],
  [['--protected-ref'], 3, 'protection of the ref is not in the certificate'],
  [['--certificate-identity-regexp', 'https://HOST/[^/]+/[^/]+//.*@refs/heads/.*'], 2, 'owner'],
  [['--cert-identity-regex', 'https://HOST/OWNER/[^/]+//.*@refs/heads/.*'], 0, ''],
  [['--certificate-identity-regexp', 'https://HOST/OWNER/[^/]+//.*@refs/tags/.*'], 3, '-regexp`'],
])('verifies by %j', async ([flags, exitCode, words]) => {
  const folder = await signedProject();
  const { environment } = sandbox;
  const path = environment['CI_PROJECT_PATH'] ?? '';
  const host = new URL(environment['CI_SERVER_URL'] ?? '').host;
  const spelled = flags.map((flag) =>
    flag
      .replace('ID', environment['CI_PROJECT_ID'] ?? '')
      .replace('PATH', path)
      .replace('HOST', host.replaceAll('.', String.raw`\.`))
      .replace('OWNER', path.split('/')[0] ?? ''),
  );

  const called = await wheelseal(['verify', folder, ...spelled], { environment });

  expect(called.exitCode).toBe(exitCode);
  expect(called.stderr + called.stdout).toContain(words);
});

test('signs with the token in a file, and with one that a runner gives', async () => {
  const { SIGSTORE_ID_TOKEN: token = '', ...environment } = sandbox.environment;
  const tokenPath = join(await temporaryFolder(), 'token.jwt');
  await writeFile(tokenPath, token);
  const server = createServer((request, response) => {
    const isAllowed = request.headers.authorization === 'Bearer right-canary-1';
    response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify({ value: token }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  const github = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?x=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'right-canary-1',
  };
  const sign = async (more: Readonly<Record<string, string>>) =>
    wheelseal(['sign', await project(), '--json'], { environment: { ...environment, ...more } });

  const calls = [await sign({ SIGSTORE_ID_TOKEN_FILE: tokenPath }), await sign(github)];
  const refused = await sign({ ...github, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong-canary-2' });
  server.close();

  expect(calls).toMatchObject([{ exitCode: 0 }, { exitCode: 0 }]);
  expect(refused.exitCode).toBe(4);
  expect(documentOf(refused).error?.code).toBe('TOKEN_UNAVAILABLE');
  for (const { stdout, stderr } of [...calls, refused]) {
    expect(stdout + stderr).not.toMatch(/canary/);
    expect(stdout + stderr).not.toContain(token);
  }
});

test('verifies offline by a file or by the keys of cosign, and asks no log', async () => {
  const folder = await signedProject();
  const { WHEELSEAL_TRUSTED_ROOT: _, WHEELSEAL_TRUST_CONFIG: __, ...keys } = sandbox.environment;
  const kindOf = async (environment: Environment) => {
    const called = await wheelseal(['verify', folder, '--offline', '--json'], { environment });
    const { trustedRoot } = documentOf(called);
    return [called.exitCode, trustedRoot];
  };

  expect(await kindOf(sandbox.environment)).toEqual([0, { kind: 'file' }]);
  expect(await kindOf(keys)).toEqual([0, { kind: 'keys' }]);
  await rm(join(folder, 'dist', 'release.json'));
  for (const name of await readdir(join(folder, 'dist'))) {
    if (name.endsWith('.sigstore.json')) await rm(join(folder, 'dist', name));
  }
  expect(await kindOf(sandbox.environment)).toEqual([7, undefined]);
});

test('publishes, publishes again without a change, and downloads into this folder', async () => {
  await using own = await startSandbox({ projectName: 'stages' });
  const { environment } = own;
  const folder = await project();
  const target = await temporaryFolder();
  await wheelseal(['sign', folder], { environment });

  const dry = await wheelseal(['publish', folder, '--dry-run', '--json'], { environment });
  const shown = await wheelseal(['publish', folder, '--dry-run'], { environment });
  const first = await wheelseal(['publish', folder], { environment });
  const second = await wheelseal(['publish', folder, '--json'], { environment });
  const downloaded = await wheelseal(['download', 'Stages==1.0'], {
    environment,
    directory: target,
  });

  expect(documentOf(dry)).toMatchObject({ published: { plan: { length: 9 } } });
  expect(shown.stderr).toMatch(/^✔ publish {3}9 files to upload/m);
  expect(shown.stdout).toMatch(/^ {4}stages-1\.0\.0\.tar\.gz +PyPI registry +to upload$/m);
  expect(first).toMatchObject({ exitCode: 0 });
  expect(first.stderr).toContain('9 files uploaded');
  expect(first.stdout).toContain(`index       ${environment['CI_API_V4_URL']}/projects/`);
  expect(documentOf(second)).toMatchObject({
    exitCode: 0,
    published: {
      destination: { package: 'stages', version: '1.0.0' },
      files: Array.from({ length: 9 }, () => ({ outcome: 'already-present' })),
    },
  });
  expect(downloaded).toMatchObject({ exitCode: 0 });
  expect(downloaded.stdout).toContain('saved   stages-1.0.0.tar.gz');
  await expect(readdir(target)).resolves.toEqual([
    'stages-1.0.0-py3-none-any.whl',
    'stages-1.0.0.tar.gz',
  ]);
});

test('takes another version than that of the job when it downloads', async () => {
  await using own = await startSandbox({ projectName: 'stages', packageVersion: '1.0.0' });
  const folder = await signedInto(own);
  const target = await temporaryFolder();

  const called = await wheelseal(['download', 'stages==1.0.0', '-d', target, '--bundles'], {
    environment: { ...own.environment, PACKAGE_VERSION: '2.0.0' },
    directory: folder,
  });

  expect(called).toMatchObject({ exitCode: 0 });
  await expect(readdir(target)).resolves.toContain('stages-1.0.0.tar.gz.sigstore.json');
});

/** Signs and publishes into a sandbox. */
async function signedInto({ environment }: Sandbox): Promise<string> {
  const folder = await project();
  await wheelseal(['sign', folder], { environment });
  const { exitCode } = await wheelseal(['publish', folder], { environment });
  expect(exitCode).toBe(0);
  return folder;
}

test('passes between folders with nothing but the distributions', async () => {
  const first = await signedProject();
  const second = await temporaryFolder();
  await cp(join(first, 'dist'), join(second, 'artifacts'), { recursive: true });
  await rm(first, { recursive: true });

  const { exitCode } = await wheelseal(['verify', '--dist', 'artifacts'], {
    environment: sandbox.environment,
    directory: second,
  });

  expect(exitCode).toBe(0);
});

test('verifies what only has `.sig` and `.crt`', async () => {
  const folder = await signedProject();
  const bare = await temporaryFolder();
  await mkdir(join(bare, 'dist'));
  for (const suffix of ['', '.sig', '.crt']) {
    const name = `stages-1.0.0.tar.gz${suffix}`;
    await copyFile(join(folder, 'dist', name), join(bare, 'dist', name));
  }

  const called = await wheelseal(['verify', bare, '--json'], { environment: sandbox.environment });

  expect(documentOf(called)).toMatchObject({
    exitCode: 0,
    verified: true,
    files: [{ filename: 'stages-1.0.0.tar.gz', status: 'verified', material: 'detached' }],
  });
});
