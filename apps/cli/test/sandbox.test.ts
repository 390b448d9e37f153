import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wheelsealProcess } from './child.ts';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

const canary = 'glpat-canary-0123456789';

test.for([
  { command: ['sh', '-c', 'exit 9'], exitCode: 9 },
  { command: ['true'], exitCode: 0 },
  { command: ['sh', '-c', 'kill -9 $$'], exitCode: 137 },
  { command: ['/nonexistent/program'], exitCode: 127 },
])('ends as `$command` does, with $exitCode', async ({ command, exitCode }) => {
  const called = await wheelsealProcess(['sandbox', '--', ...command]);

  expect(called.exitCode).toBe(exitCode);
  expect(called.stdout).toBe('');
});

test('runs a command with the environment of a job, and without that of the caller', async () => {
  const { stdout } = await wheelsealProcess(
    ['sandbox', '--project', 'group/tool', '--package-version', '2.1.0', '--', 'env'],
    {
      environment: {
        GITLAB_TOKEN: canary,
        CI_COMMIT_TAG: 'v9',
        TIMESTAMP_URL: 'http://t.test',
        KEPT: '1',
      },
    },
  );

  const names = [
    'CI_API_V4_URL',
    'CI_SERVER_URL',
    'CI_SERVER_FQDN',
    'CI_PROJECT_ID',
    'CI_PROJECT_NAME',
    'CI_PROJECT_URL',
    'CI_DEFAULT_BRANCH',
    'CI_COMMIT_SHA',
    'CI_COMMIT_REF_NAME',
    'CI_JOB_TOKEN',
    'SIGSTORE_ID_TOKEN',
    'FULCIO_URL',
    'REKOR_URL',
    'CERTIFICATE_IDENTITY',
    'CERTIFICATE_OIDC_ISSUER',
    'WHEELSEAL_TRUSTED_ROOT',
    'WHEELSEAL_SIGNING_CONFIG',
    'WHEELSEAL_TRUST_CONFIG',
    'TUF_MIRROR',
    'TUF_ROOT_JSON',
    'SIGSTORE_ROOT_FILE',
    'SIGSTORE_REKOR_PUBLIC_KEY',
    'SIGSTORE_CT_LOG_PUBLIC_KEY_FILE',
    'COSIGN_REKOR_URL',
  ];
  for (const name of names) expect(stdout).toMatch(new RegExp(`^${name}=.+$`, 'm'));
  expect(stdout).toMatch(/^CI_PROJECT_PATH=group\/tool$/m);
  expect(stdout).toMatch(/^PACKAGE_NAME=tool$/m);
  expect(stdout).toMatch(/^PACKAGE_VERSION=2\.1\.0$/m);
  expect(stdout).toMatch(
    /^GENERIC_PACKAGE_BASE_URL=http:\/\/127\.0\.0\.1:\d+\/api\/v4\/projects\/\d+\/packages\/generic\/tool\/2\.1\.0$/m,
  );
  expect(stdout).toMatch(/^KEPT=1$/m);
  expect(stdout).not.toMatch(/GITLAB_TOKEN|CI_COMMIT_TAG|TIMESTAMP_URL/);
});

test('names the log of Rekor 2 when asked to', async () => {
  const { stdout } = await wheelsealProcess([
    'sandbox',
    '--rekor',
    '2',
    '--',
    'sh',
    '-c',
    'cat "$WHEELSEAL_SIGNING_CONFIG"',
  ]);

  expect(JSON.parse(stdout).rekorTlogUrls).toMatchObject([{ majorApiVersion: 2 }]);
});

test('hands signals on, and ends as the command does then', async () => {
  const called = await wheelsealProcess(
    [
      'sandbox',
      '--',
      'sh',
      '-c',
      'trap "echo caught; exit 5" TERM; echo ready; while :; do sleep 0.1; done',
    ],
    {
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')),
    },
  );

  expect(called).toMatchObject({ exitCode: 5, stdout: 'ready\ncaught\n' });
});

test('stays until it is interrupted, and prints lines for a shell', async () => {
  const folder = await temporaryFolder();

  const called = await wheelsealProcess(['sandbox', '--project', "it's"], {
    directory: folder,
    onStart: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
  });
  await writeFile(join(folder, 'env'), called.stdout);

  expect(called.exitCode).toBe(0);
  expect(called.stderr).toMatch(/is ready, Ctrl-C ends it\n$/);
  expect(called.stdout).toMatch(/^(?:export \w+='.*'\n)+$/);
});

test('leaves no file behind', async () => {
  const called = await wheelsealProcess(['sandbox', '--json'], {
    onStart: (child) => child.stdout?.once('data', () => child.kill('SIGTERM')),
  });

  const { environment = {} } = documentOf(called);
  expect(called.exitCode).toBe(0);
  await expect(readFile(environment['WHEELSEAL_TRUSTED_ROOT'] ?? '')).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('quotes what a shell would take apart', async () => {
  const controller = new AbortController();

  const { stdout } = await wheelseal(['sandbox', '--package-version', "1.0'; rm -rf /'"], {
    interrupts: { isShared: false, signal: controller.signal, subscribe: () => () => undefined },
    onStdout: () => controller.abort(),
  });

  expect(stdout).toContain(String.raw`export PACKAGE_VERSION='1.0'\''; rm -rf /'\'''`);
});

test('refuses a project that GitLab would not take', async () => {
  await expect(wheelseal(['sandbox', '--project', 'a b/c'])).resolves.toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('error[OPTION_INVALID]'),
  });
});
