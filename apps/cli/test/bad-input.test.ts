import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import type { Fault, Sandbox } from '@wheelseal/sandbox';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Environment } from '../src/environment.ts';
import { writeDistributions } from './distribution-files.ts';
import { documentOf, temporaryFolder, wheelseal } from './harness.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'demo' });
});

afterEach(() => {
  sandbox.faults.clear();
});

afterAll(async () => {
  await sandbox.close();
});

const wheel = 'demo-1.0.0-py3-none-any.whl';

async function projectWith(pyproject: string): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'pyproject.toml'), pyproject);
  return folder;
}

async function signedProject(environment: Environment = sandbox.environment): Promise<string> {
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), { name: 'demo', version: '1.0.0' });
  const { exitCode } = await wheelseal(['sign', folder], { environment });
  expect(exitCode).toBe(0);
  return folder;
}

/** Every file below a folder with its text, to show that nothing changed. */
async function contents(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = files.map(async ({ parentPath, name }): Promise<[string, string]> => {
    const path = join(parentPath, name);
    return [path, await readFile(path, 'latin1')];
  });
  return Object.fromEntries(await Promise.all(pairs));
}

interface Refusal {
  readonly exitCode: number;
  readonly code: string | undefined;
  readonly hint: unknown;
  /** Files that are other ones, or there, or gone, since. */
  readonly changed: readonly string[];
}

/** Runs a command that is to fail, and tells how it did. */
async function refusal(
  argv: readonly string[],
  folder: string,
  environment: Environment = sandbox.environment,
): Promise<Refusal> {
  const before = await contents(folder);
  const called = await wheelseal([...argv, '--json'], { environment, directory: folder });
  const after = await contents(folder);
  const { schemaVersion, command, exitCode, error } = documentOf(called);
  expect({ schemaVersion, command, exitCode }).toEqual({
    schemaVersion: 1,
    command: argv[0],
    exitCode: called.exitCode,
  });
  expect(called.stderr).toContain(`error[${String(error?.code)}]`);
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return {
    exitCode,
    code: error?.code,
    hint: error?.hint,
    changed: [...paths].filter((path) => before[path] !== after[path]),
  };
}

/** A refusal that leaves the disk as it was. */
function refused(exitCode: number, code: string, hint = /./): Refusal {
  return { exitCode, code, hint: expect.stringMatching(hint), changed: [] };
}

test.for(['rewrite', 'build', 'release'])('`%s` needs a pyproject.toml', async (command) => {
  expect(await refusal([command], await temporaryFolder())).toEqual(
    refused(2, 'PROJECT_UNREADABLE', /pyproject\.toml/),
  );
});

test('names line and column of TOML that does not parse', async () => {
  const folder = await projectWith('[project]\nname = "demo\nversion = "1"\n');

  expect(await refusal(['rewrite'], folder)).toEqual(refused(2, 'TOML_INVALID'));
  const { stderr } = await wheelseal(['rewrite', folder], { environment: sandbox.environment });
  expect(stderr).toMatch(/line 2, column \d+/);
});

test('needs a table `[project]`', async () => {
  const folder = await projectWith('[tool.ruff]\nline-length = 100\n');

  expect(await refusal(['rewrite'], folder)).toEqual(refused(2, 'PROJECT_TABLE_MISSING'));
});

test.for(['1.0.0-alpha.beta', 'latest', '1..0'])('refuses the version `%s`', async (version) => {
  const folder = await projectWith('[project]\nname = "demo"\nversion = "1"\n');

  expect(await refusal(['rewrite', '--package-version', version], folder)).toEqual(
    refused(2, 'VERSION_INVALID'),
  );
});

test.for(['日本', '___'])('refuses the project name `%s`', async (name) => {
  const folder = await projectWith('[project]\nname = "demo"\nversion = "1"\n');

  expect(
    await refusal(['rewrite'], folder, {
      ...sandbox.environment,
      CI_PROJECT_NAME: name,
    }),
  ).toEqual(refused(2, 'SETTING_INVALID'));
});

test.for(['sign', 'verify', 'publish'])('`%s` needs distributions', async (command) => {
  const folder = await temporaryFolder();
  const missing = refused(2, 'NOTHING_TO_RELEASE', /build/);

  expect(await refusal([command], folder)).toEqual(missing);
  await mkdir(join(folder, 'dist'));
  expect(await refusal([command], folder)).toEqual(missing);
});

test('shows what a build says that fails', async () => {
  const folder = await projectWith(
    '[build-system]\nrequires = []\nbuild-backend = "broken"\nbackend-path = ["."]\n[project]\nname = "demo"\nversion = "1"\n',
  );
  await writeFile(join(folder, 'broken.py'), 'raise SystemExit("the backend is broken")\n');

  expect(
    await refusal(['build'], folder, {
      ...process.env,
      ...sandbox.environment,
    }),
  ).toEqual({
    ...refused(1, 'BUILD_FAILED', /output/),
    changed: [join(folder, 'dist', 'build.log')],
  });
  const { stderr } = await wheelseal(['build', folder], { environment: process.env });
  expect(stderr).toContain('the backend is broken');
});

const second = 1000;

test.for([
  { what: 'no token', token: '', code: 'TOKEN_MISSING', hint: /id_tokens/ },
  { what: 'no JWT', token: 'not-a-token', code: 'TOKEN_MALFORMED' },
  { what: 'an expired token', claims: { exp: Date.now() / second - 60 }, code: 'TOKEN_EXPIRED' },
  {
    what: 'a token for somebody else',
    claims: { aud: 'pypi' },
    code: 'TOKEN_AUDIENCE_MISMATCH',
    hint: /aud: sigstore/,
  },
])('refuses to sign with $what', async ({ token, claims, code, hint }) => {
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), { name: 'demo', version: '1.0.0' });
  const SIGSTORE_ID_TOKEN = token ?? (await sandbox.mintToken(claims));

  expect(await refusal(['sign'], folder, { ...sandbox.environment, SIGSTORE_ID_TOKEN })).toEqual(
    refused(4, code, hint),
  );
});

test('refuses to sign with a token of another issuer', async () => {
  await using other = await startSandbox();
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), { name: 'demo', version: '1.0.0' });

  expect(
    await refusal(['sign'], folder, {
      ...sandbox.environment,
      SIGSTORE_ID_TOKEN: other.environment['SIGSTORE_ID_TOKEN'],
    }),
  ).toEqual(refused(4, 'TOKEN_ISSUER_REFUSED'));
});

test('refuses to show in a public log what is not public, and asks nobody', async () => {
  const folder = await temporaryFolder();
  await writeDistributions(join(folder, 'dist'), { name: 'demo', version: '1.0.0' });
  const before = await readdir(join(folder, 'dist'));
  const environment = {
    ...sandbox.environment,
    CI_PROJECT_VISIBILITY: 'internal',
    REKOR_URL: 'https://rekor.sigstore.dev',
  };

  expect(await refusal(['sign'], folder, environment)).toEqual(refused(4, 'PUBLIC_LOG_REFUSED'));
  expect(await readdir(join(folder, 'dist'))).toEqual(before);
});

test.for(['verify', 'publish'])(
  '`%s` refuses a file that changed after signing',
  async (command) => {
    const folder = await signedProject();
    const path = join(folder, 'dist', wheel);
    await writeFile(path, `${await readFile(path, 'latin1')}x`, 'latin1');

    expect(await refusal([command], folder)).toEqual(refused(3, 'RELEASE_CHANGED'));
  },
);

test('refuses a changed file that no manifest speaks for', async () => {
  const folder = await signedProject();
  const path = join(folder, 'dist', wheel);
  await writeFile(path, `${await readFile(path, 'latin1')}x`, 'latin1');
  await rm(join(folder, 'dist', 'release.json'));

  expect(await refusal(['verify'], folder)).toEqual(refused(3, 'VERIFICATION_FAILED'));
});

test('refuses the signature of somebody else, and says who it was', async () => {
  const folder = await signedProject();
  const expected = 'https://gitlab.test/group/demo//.gitlab-ci.yml@refs/heads/main';

  expect(await refusal(['verify', '--certificate-identity', expected], folder)).toEqual(
    refused(3, 'VERIFICATION_FAILED'),
  );
  const { stdout, stderr } = await wheelseal(
    ['verify', folder, '--certificate-identity', expected, '--json'],
    { environment: sandbox.environment },
  );
  expect(JSON.parse(stdout)).toMatchObject({
    verified: false,
    files: [
      { filename: wheel, status: 'refused', error: { code: 'IDENTITY_MISMATCH' } },
      { filename: 'demo-1.0.0.tar.gz', status: 'refused', error: { code: 'IDENTITY_MISMATCH' } },
    ],
  });
  expect(stderr).toContain(sandbox.environment['CERTIFICATE_IDENTITY']);
  expect(stderr).toContain(expected);
  expect(stderr).not.toContain('Verified OK');
});

test('refuses a signature that is for another file', async () => {
  const folder = await signedProject();
  const dist = join(folder, 'dist');
  await copyFile(
    join(dist, 'demo-1.0.0.tar.gz.sigstore.json'),
    join(dist, `${wheel}.sigstore.json`),
  );
  await rm(join(dist, 'release.json'));

  expect(await refusal(['verify'], folder)).toEqual(refused(3, 'VERIFICATION_FAILED'));
});

test('tells a missing signature from a bad one', async () => {
  const folder = await signedProject();
  await rename(join(folder, 'dist'), join(folder, 'signed'));
  await mkdir(join(folder, 'dist'));
  await copyFile(join(folder, 'signed', wheel), join(folder, 'dist', wheel));

  expect(await refusal(['verify'], folder)).toEqual(refused(5, 'SIGNATURE_MISSING'));
  expect(await refusal(['publish'], folder)).toEqual(refused(5, 'SIGNATURE_MISSING'));
});

test.for<{ status: number; exitCode: number; code: string }>([
  { status: 401, exitCode: 4, code: 'REGISTRY_UNAUTHORIZED' },
  { status: 403, exitCode: 4, code: 'REGISTRY_FORBIDDEN' },
  { status: 404, exitCode: 5, code: 'REGISTRY_NOT_FOUND' },
  { status: 429, exitCode: 7, code: 'REGISTRY_RATE_LIMITED' },
  { status: 500, exitCode: 7, code: 'REGISTRY_UNAVAILABLE' },
  { status: 503, exitCode: 7, code: 'REGISTRY_UNAVAILABLE' },
])(
  'a registry that answers $status ends in exit code $exitCode',
  async ({ status, exitCode, code }) => {
    const folder = await signedProject();
    const answer: Fault = {
      service: 'gitlab',
      status,
      body: { message: `${status} on purpose` },
      // Nobody waits for long in a test.
      headers: { 'retry-after': '0' },
    };
    sandbox.faults.add({ ...answer, method: 'PUT' });

    expect(await refusal(['publish'], folder)).toEqual(refused(exitCode, code));
    sandbox.faults.clear();
    sandbox.faults.add(answer);
    expect(await refusal(['download', 'demo==1.0.0'], folder)).toEqual(refused(exitCode, code));
  },
);

test('a registry with other bytes under the same name is a conflict', async () => {
  await using own = await startSandbox({ projectName: 'demo' });
  const folder = await signedProject(own.environment);
  await wheelseal(['publish', folder], { environment: own.environment });
  const again = await temporaryFolder();
  await writeDistributions(join(again, 'dist'), { name: 'demo', version: '1.0.0' }, 'other');
  await wheelseal(['sign', again], { environment: own.environment });

  expect(await refusal(['publish'], again, own.environment)).toEqual(
    refused(6, 'PUBLISH_CONFLICT', /new version/),
  );
});

test('a version that is not there is not found', async () => {
  const folder = await temporaryFolder();

  expect(await refusal(['download', 'nobody==1.0.0'], folder)).toEqual(
    refused(5, 'REGISTRY_NOT_FOUND'),
  );
});

test.for([
  { variable: 'FULCIO_URL', command: 'sign', code: 'SERVICE_UNREACHABLE' },
  { variable: 'REKOR_URL', command: 'sign', code: 'SERVICE_UNREACHABLE' },
  { variable: 'CI_API_V4_URL', command: 'publish', code: 'REGISTRY_UNREACHABLE' },
])(
  'a service at $variable that is down ends in exit code 7',
  async ({ variable, command, code }) => {
    const folder = await signedProject();

    expect(
      await refusal([command], folder, {
        ...sandbox.environment,
        [variable]: 'http://127.0.0.1:9',
      }),
    ).toEqual(refused(7, code));
  },
);

test('downloads nothing unless everything verifies', async () => {
  await using own = await startSandbox({ projectName: 'demo' });
  const { environment } = own;
  const folder = await signedProject(environment);
  await wheelseal(['publish', folder], { environment });
  const target = await temporaryFolder();
  const command = ['download', 'demo==1.0.0'];

  expect(
    await refusal(
      [...command, '--certificate-identity', 'https://gitlab.test/somebody'],
      target,
      environment,
    ),
  ).toEqual(refused(3, 'VERIFICATION_FAILED'));
  own.faults.add({
    service: 'gitlab',
    path: /generic\/.*\.tar\.gz\.sigstore\.json/,
    rewrite: (body) => `${body.toString()} `,
  });
  expect(await refusal(command, target, environment)).toEqual(
    refused(3, 'REGISTRY_DIGEST_MISMATCH'),
  );
});

test.for([
  { variable: 'CI_PROJECT_ID', value: 'abc', hint: /CI_PROJECT_ID/ },
  { variable: 'FULCIO_URL', value: 'ftp://x', hint: /FULCIO_URL/ },
])('names the variable `$variable` that is wrong', async ({ variable, value, hint }) => {
  const folder = await signedProject();

  expect(
    await refusal(['verify'], folder, {
      ...sandbox.environment,
      [variable]: value,
    }),
  ).toEqual(refused(2, 'SETTING_INVALID', hint));
});

test('does not advise to try again when the trusted root is a file that is not there', async () => {
  const folder = await signedProject();

  expect(await refusal(['verify', '--trusted-root', 'missing.json'], folder)).toEqual(
    refused(2, 'TRUSTED_ROOT_UNAVAILABLE', /--trusted-root/),
  );
});

test('needs a secret to be where a flag says', async () => {
  const folder = await signedProject();

  expect(await refusal(['sign', '--identity-token', '@missing.jwt'], folder)).toEqual(
    refused(2, 'SECRET_FILE_UNREADABLE'),
  );
});

test('needs to know who must have signed', async () => {
  const folder = await signedProject();
  const { WHEELSEAL_TRUSTED_ROOT, REKOR_URL } = sandbox.environment;

  expect(
    await refusal(['verify'], folder, {
      WHEELSEAL_TRUSTED_ROOT,
      REKOR_URL,
    }),
  ).toEqual(refused(2, 'SETTING_MISSING', /CERTIFICATE_IDENTITY/));
});
