import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitions } from '../src/commands/index.ts';
import { createSecrets } from '../src/secrets.ts';
import { writeDistributions } from './distribution-files.ts';
import { temporaryFolder, wheelseal } from './harness.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'demo' });
});

afterAll(async () => {
  await sandbox.close();
});

const demo = { name: 'demo', version: '1.0.0' };

const canaries = {
  CI_JOB_TOKEN: 'glcbt-canary/job+0001',
  GITLAB_TOKEN: 'glpat-canary_gitlab_0002',
  TWINE_PASSWORD: 'canary&twine"0003',
  UV_PUBLISH_TOKEN: 'canary-uv-publish-0004',
  PYPI_ID_TOKEN: 'canary-pypi-id-token-0005',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-request-token-0006',
  PIP_INDEX_URL: 'https://user:canary-index-0007@index.test/simple',
  HTTPS_PROXY: 'http://user:canary-proxy-0008@proxy.test:3128',
  CI_REPOSITORY_URL: 'https://gitlab-ci-token:canary-repo-0009@gitlab.test/a/b.git',
  MY_OWN_SECRET: 'canary-own-0010',
} as const;

const spellings = Object.values(canaries).flatMap((value) => {
  const secret = /:(canary[^@]*)@/.exec(value)?.[1] ?? value;
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, 12)];
});

/** A server that tells everyone everything it was told. */
function echoEverything(own: Sandbox): void {
  own.faults.add({
    answer(request, response) {
      request.resume();
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ message: [JSON.stringify(request.headers), ...Object.values(canaries)] }),
      );
    },
  });
}

const operands: Readonly<Record<string, readonly string[]>> = {
  download: ['demo==1.0.0'],
  sandbox: ['--', '/nonexistent/canary-own-0010'],
};

test.for(definitions.map(({ name }) => name))(
  'a failing `%s` shows no secret, in no format',
  async (command) => {
    await using own = await startSandbox({ projectName: 'demo' });
    const folder = await temporaryFolder();
    const [wheel, sdist] = await writeDistributions(join(folder, 'dist'), demo);
    await writeFile(
      join(folder, 'pyproject.toml'),
      '[build-system]\nrequires = []\nbuild-backend = "leaky"\nbackend-path = ["."]\n[project]\nname = "demo"\nversion = "1.0.0"\n',
    );
    await writeFile(
      join(folder, 'leaky.py'),
      'import base64, os, sys\nfor value in os.environ.values():\n    print(value, base64.b64encode(value.encode()))\nraise SystemExit(1)\n',
    );
    if (command !== 'sign') {
      await wheelseal(['sign', folder], { environment: own.environment });
    }
    if (command === 'verify') {
      // Without bundles the log has to be asked.
      for (const file of ['release.json', `${wheel}.sigstore.json`, `${sdist}.sigstore.json`]) {
        await rm(join(folder, 'dist', file));
      }
    }
    const { PATH, HOME } = process.env;
    const environment = {
      PATH,
      HOME,
      ...own.environment,
      ...canaries,
      CI_PROJECT_NAME: command === 'rewrite' ? `${canaries.GITLAB_TOKEN}/x` : 'demo',
    };
    echoEverything(own);
    const argv = [command, ...(operands[command] ?? [])];

    for (const format of [['--verbose'], ['--json']]) {
      const call = { environment, directory: folder };
      const { exitCode, stdout, stderr } = await wheelseal(
        [argv[0] ?? '', ...format, ...argv.slice(1)],
        call,
      );

      expect(exitCode).not.toBe(0);
      for (const secret of [...spellings, own.environment['SIGSTORE_ID_TOKEN'] ?? '']) {
        expect(stdout + stderr).not.toContain(secret);
      }
    }
  },
);

test.for([
  ['sign', '--identity-token', 'canary-on-argv-0011'],
  ['sign', '--identity-token=canary-on-argv-0011'],
  ['publish', '-t', 'glpat-canary-on-argv-0012'],
  ['publish', '--tokn', 'canary-on-argv-0013'],
  ['publish', '--identity-tokens=canary-on-argv-0014'],
  ['canary', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl'],
  ['verify', '--rekor-url', 'https://user:canary-on-argv-0015@log.test'],
])('`%s %s` does not come back', async (argv) => {
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), demo);

  const { exitCode, stdout, stderr } = await wheelseal(argv, { directory: folder });

  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).not.toMatch(/canary-on-argv|eyJzdWIi/);
});

test('a secret with quotes is masked inside JSON too', () => {
  const { mask } = createSecrets({ MY_TOKEN: 'canary"with\\quotes' }, []);

  expect(mask(JSON.stringify({ message: 'canary"with\\quotes' }))).toBe('{"message":"[MASKED]"}');
});

test('what is hidden later is masked from then on', () => {
  const secrets = createSecrets({}, []);
  secrets.add('canary-later');

  expect(secrets.mask('a canary-later')).toBe('a [MASKED]');
});
