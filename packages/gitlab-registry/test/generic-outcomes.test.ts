/** What becomes of files in the generic registry: each outcome that GitLab has, from the sandbox. */

import {
  createGenericPackages,
  deployToken,
  genericVersion,
  jobToken,
  personalToken,
  versionOfGeneric,
  type GenericFile,
} from '@wheelseal/gitlab-registry';
import type { Credential, SandboxOptions } from '@wheelseal/sandbox';
import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { clientsOf, fileIn, letIn, project } from './sandbox-project.ts';

const file: GenericFile = { package: 'demo', version: '1.2.0', filename: 'demo.whl.sig' };
const nowhere = { CI_PROJECT_PATH: 'sandbox/nowhere' };

interface Outcome {
  readonly situation: string;
  readonly sandbox?: SandboxOptions;
  /** Who calls, instead of the running job. */
  readonly as?: Credential;
  readonly anonymous?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly file?: Partial<GenericFile>;
  readonly code: string;
  readonly hint: string;
}

const somebody = (role: Credential['role']): Credential => ({
  kind: 'personal',
  token: 'glpat-somebody-else',
  role,
  scopes: ['api'],
});

async function callerOf({ sandbox: options, as, anonymous, environment }: Outcome) {
  const { sandbox, folder, connection } = await project(options);
  if (as !== undefined) letIn(sandbox, as);
  const auth =
    as === undefined
      ? jobToken(sandbox.tokens.job)
      : as.kind === 'deploy'
        ? deployToken(as.user ?? '', as.token)
        : personalToken(as.token);
  const { auth: _, ...nobody } = connection;
  const packages = createGenericPackages({
    ...nobody,
    project: environment?.['CI_PROJECT_PATH'] ?? connection.project,
    ...(!anonymous && { auth }),
  });
  return { packages, folder };
}

test.for<Outcome>([
  ...(['a b', '~', 'a/b'] as const).map((name) => ({
    situation: `the package name ${name}`,
    file: { package: name },
    code: 'REGISTRY_REFUSED',
    hint: 'Change what GitLab names',
  })),
  ...(['1..2', '1~2', '1 2', '1/2'] as const).map((version) => ({
    situation: `the version ${version}`,
    file: { version },
    code: 'REGISTRY_REFUSED',
    hint: 'Change what GitLab names',
  })),
  ...(['~a', 'a~', '@a', 'a b', 'ä', 'a/b'] as const).map((filename) => ({
    situation: `the file name ${filename}`,
    file: { filename },
    code: 'REGISTRY_REFUSED',
    hint: 'Change what GitLab names',
  })),
  {
    situation: 'a package name that climbs',
    file: { package: '../demo' },
    code: 'REGISTRY_REFUSED',
    hint: 'Change what GitLab names',
  },
  {
    situation: "the file name of GitLab's own route",
    file: { filename: 'authorize' },
    code: 'REGISTRY_REFUSED',
    hint: 'another name',
  },
  {
    situation: 'a protected package',
    sandbox: {
      gitlabSettings: {
        protectedPackages: [{ type: 'generic', pattern: 'de*', push: 'maintainer' }],
      },
    },
    code: 'REGISTRY_PROTECTED',
    hint: 'protection rule',
  },
  {
    situation: 'a file that is too large',
    sandbox: { gitlabSettings: { genericMaxFileSize: 10 } },
    code: 'REGISTRY_TOO_LARGE',
    hint: 'generic_packages_max_file_size',
  },
  {
    situation: 'no credentials',
    sandbox: { visibility: 'public' },
    anonymous: true,
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Pass a token',
  },
  {
    situation: 'no credentials for a project that does not exist',
    environment: nowhere,
    anonymous: true,
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Pass a token',
  },
  {
    situation: 'a project that does not exist',
    environment: nowhere,
    code: 'REGISTRY_NOT_FOUND',
    hint: 'Check the project',
  },
  {
    situation: 'a private project that the caller may not see',
    as: somebody('none'),
    code: 'REGISTRY_NOT_FOUND',
    hint: 'hides a private project',
  },
  {
    situation: 'a guest',
    as: somebody('guest'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'a public project whose member the caller is not',
    sandbox: { visibility: 'public' },
    as: somebody('none'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Developer',
  },
  {
    situation: 'a deploy token that only reads',
    as: {
      kind: 'deploy',
      user: 'reader',
      token: 'gldt-only-reads',
      role: 'reporter',
      scopes: ['read_package_registry'],
    },
    code: 'REGISTRY_FORBIDDEN',
    hint: '`write_package_registry` scope',
  },
])('an upload names $situation', async (outcome) => {
  const { packages, folder } = await callerOf(outcome);
  const { code, hint } = outcome;

  const call = packages.upload({ ...file, ...outcome.file }, await fileIn(folder));

  await expect(call).rejects.toMatchObject({ code, hint: expect.stringContaining(hint) });
});

test.for<Outcome>([
  {
    situation: 'a file that is not there',
    code: 'REGISTRY_NOT_FOUND',
    hint: 'compares as they are',
  },
  {
    situation: 'a project that the caller may not see',
    as: somebody('none'),
    code: 'REGISTRY_NOT_FOUND',
    hint: 'hides a private project',
  },
  {
    situation: 'a guest of a private project',
    as: somebody('guest'),
    code: 'REGISTRY_FORBIDDEN',
    hint: 'Reporter',
  },
  {
    situation: 'nobody on a private project',
    anonymous: true,
    code: 'REGISTRY_UNAUTHORIZED',
    hint: 'Pass a token',
  },
])('a download names $situation', async (outcome) => {
  const { packages } = await callerOf(outcome);
  const { code, hint } = outcome;

  await expect(packages.read(file)).rejects.toMatchObject({
    code,
    hint: expect.stringContaining(hint),
  });
});

test('lists every file of one name, and reads the last', async () => {
  const { packages, api, folder } = await project();
  const sources = [await fileIn(folder), await fileIn(folder), await fileIn(folder)];
  for (const source of sources) await packages.upload(file, source);
  await packages.upload({ ...file, version: '1.2.1' }, await fileIn(folder));
  await packages.upload({ ...file, package: 'demo-tools' }, await fileIn(folder));

  const stored = await api.listGenericFiles(file);

  expect(stored.map(({ filename, sha256 }) => ({ filename, sha256 }))).toEqual(
    sources.map(({ sha256 }) => ({ filename: file.filename, sha256 })),
  );
  await expect(packages.download(file, `${folder}/again`)).resolves.toMatchObject({
    sha256: sources.at(-1)?.sha256,
  });
});

test('lists nothing of a version that is not there', async () => {
  const { api } = await project();

  await expect(api.listGenericFiles(file)).resolves.toEqual([]);
});

test('lists the files of a version with an epoch, and of one with a local part', async () => {
  const { packages, api, folder } = await project();
  const source = await fileIn(folder);

  for (const version of ['1!2.0', '1.0+local.1']) {
    await packages.upload({ ...file, version }, source);
    await expect(api.listGenericFiles({ package: 'demo', version })).resolves.toMatchObject([
      { filename: 'demo.whl.sig', sha256: source.sha256 },
    ]);
    await expect(packages.read({ ...file, version })).resolves.toHaveLength(source.size);
  }
  const found = await api.list({ name: 'demo', type: 'generic' });
  expect(found.map(({ version }) => version)).toEqual(['1_e_2.0', '1.0+local.1']);
});

test.for([
  'demo-1.0+cpu-py3-none-any.whl.sigstore.json',
  'demo-1.0.tar.gz.sig',
  'demo-1.0.tar.gz.crt',
  'demo-1.0.tar.gz.publish.attestation',
  'a~b',
  'a@b',
])('stores and reads the file name %s', async (filename) => {
  const { packages, folder } = await project();
  const source = await fileIn(folder);

  await packages.upload({ ...file, filename }, source);

  await expect(packages.download({ ...file, filename }, `${folder}/again`)).resolves.toMatchObject({
    sha256: source.sha256,
  });
});

test('notices that somebody stored another file of the name meanwhile', async () => {
  const { sandbox, packages, api, folder } = await project();
  const [ours, theirs] = [await fileIn(folder), await fileIn(folder)];
  const other = clientsOf(sandbox, personalToken(sandbox.tokens.personal)).packages;
  await packages.upload(file, ours);
  await other.upload(file, theirs);

  const stored = await api.listGenericFiles(file);

  expect(stored.map(({ sha256 }) => sha256)).toEqual([ours.sha256, theirs.sha256]);
});

const number = fc.nat(99).map(String);
const separator = fc.constantFrom('', '.', '-', '_');
const label = fc.constantFrom(
  'a',
  'b',
  'c',
  'rc',
  'alpha',
  'beta',
  'pre',
  'preview',
  'RC',
  'Alpha',
);
/** Every spelling that PEP 440 has for a version, canonical or not. */
const version = fc
  .tuple(
    fc.constantFrom('', 'v', 'V'),
    fc.option(number, { nil: undefined }),
    fc.array(number, { minLength: 1, maxLength: 4 }),
    fc.option(fc.tuple(separator, label, separator, fc.constantFrom('', '0', '7')), { nil: [] }),
    fc.constantFrom('', '-3', '.post2', '_rev', '-r.1', 'POST'),
    fc.constantFrom('', '.dev3', '-dev', '_dev_1'),
    fc.constantFrom('', '+local', '+a_e_b', '+1-e.2', '+1_e_2'),
  )
  .map(([v, epoch, release, pre, post, dev, local]) =>
    [v, epoch === undefined ? '' : `${epoch}!`, release.join('.'), ...pre, post, dev, local].join(
      '',
    ),
  );

test('maps versions to what GitLab takes, no two to one, and back', () => {
  fc.assert(
    fc.property(version, (text) => {
      const mapped = genericVersion(text);

      expect(mapped).toMatch(/^(?!.*\.\.)[\w+.-]+$/);
      expect(versionOfGeneric(mapped)).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test('says with what digest a file is stored that was uploaded in pieces', async () => {
  const { packages, api, folder } = await project();
  const source = await fileIn(folder, randomBytes(1_000_000));

  await packages.upload(file, source);

  await expect(api.listGenericFiles(file)).resolves.toMatchObject([
    { size: 1_000_000, sha256: source.sha256 },
  ]);
});
