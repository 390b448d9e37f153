import {
  gitlabPipeline,
  type CertificateClaims,
  type GitLabPipeline,
  type SignerIdentity,
} from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { gitlabClaims, gitlabIdentity, type Job } from './gitlab-identity.ts';

const having = (claims: CertificateClaims): SignerIdentity => ({ ...gitlabIdentity(), claims });
const signedAt = (ref: string): SignerIdentity => gitlabIdentity({ ref });
const main = { project: 'group/app', ref: 'refs/heads/main' };

/** The signers that come near `gitlabIdentity()`: each of them differs in one thing. */
const nearJobs: readonly (readonly [name: string, job: Job])[] = [
  ['a prefix of the project', { project: 'group/ap' }],
  ['a suffix to the project', { project: 'group/app2' }],
  ['a project below the project', { project: 'group/app/x' }],
  ['a project in another group', { project: 'x/group/app' }],
  ['a project in another case', { project: 'Group/app' }],
  ['a project in percent-encoding', { project: 'group/%61pp' }],
  ['a project with a slash at its end', { project: 'group/app/' }],
  ['a project with a Cyrillic letter', { project: 'group/\u0430pp' }],
  ['a project with a NUL', { project: 'group/app\0' }],
  ['no project', { project: '' }],
  ['another ref', { ref: 'refs/heads/main-2' }],
  ['a ref that ends in the ref', { ref: 'refs/heads/x/refs/heads/main' }],
  ['a tag named as the branch', { ref: 'refs/tags/main' }],
  ['a ref in another case', { ref: 'refs/heads/Main' }],
  ['a ref in percent-encoding', { ref: 'refs/heads/%6Dain' }],
  ['a ref with a NUL', { ref: 'refs/heads/main\0' }],
  ['a ref with a slash at its end', { ref: 'refs/heads/main/' }],
  ['no ref', { ref: '' }],
  ['another file', { configPath: 'x.gitlab-ci.yml' }],
  ['a file of another project', { configPath: '.gitlab-ci.yml@evil/shared' }],
  ['no file', { configPath: '' }],
  ['a look-alike of the host', { host: 'g\u0456tlab.com' }],
  ['a host that begins like it', { host: 'gitlab.com.evil.example' }],
  ['a host that ends like it', { host: 'evil-gitlab.com' }],
  ['the host in another case', { host: 'GitLab.com' }],
  ['the host with a port', { host: 'gitlab.com:443' }],
  ['the host with a dot at its end', { host: 'gitlab.com.' }],
  ['the host behind a user', { host: 'gitlab.com@evil.example' }],
  ['no host', { host: '' }],
];

test.for(nearJobs)('refuses %s, whoever vouches', ([, job]) => {
  const policy = gitlabPipeline(main);
  const near = { ...gitlabIdentity(job), issuer: 'https://gitlab.com' };

  expect(policy.accepts(gitlabIdentity())).toBe(true);
  expect(policy.accepts(near)).toBe(false);
  // The claims of one and the name of the other.
  expect(policy.accepts({ ...near, claims: gitlabClaims() })).toBe(false);
  expect(policy.accepts({ ...gitlabIdentity(), claims: near.claims })).toBe(false);
});

test.for<keyof CertificateClaims>([
  'sourceRepositoryUri',
  'sourceRepositoryRef',
  'buildConfigUri',
  'buildSignerUri',
])('refuses a certificate without the claim `%s`, or with an empty one', (name) => {
  const { [name]: claim, ...others } = gitlabClaims();

  expect(claim).toBeDefined();
  for (const claims of [others, { ...others, [name]: '' }, { ...others, [name]: `${claim}x` }]) {
    expect(gitlabPipeline(main).accepts({ ...gitlabIdentity(), claims })).toBe(false);
  }
});

test('follows a project by its number to where it moved', () => {
  const policy = gitlabPipeline({ projectId: '20', ref: main.ref });

  expect(policy.accepts(gitlabIdentity())).toBe(true);
  expect(policy.accepts(gitlabIdentity({ project: 'elsewhere/renamed' }))).toBe(true);
  expect(policy.accepts(gitlabIdentity({ ref: 'refs/heads/other' }))).toBe(false);
  expect(policy.accepts(gitlabIdentity({ configPath: 'other.yml' }))).toBe(false);
  expect(policy.accepts(gitlabIdentity({ host: 'gitlab.com.evil.example' }))).toBe(false);
});

test('refuses another project that has got the path', () => {
  const other = gitlabIdentity({ projectId: '21' });

  expect(gitlabPipeline(main).accepts(other)).toBe(true);
  expect(gitlabPipeline({ ...main, projectId: '20' }).accepts(other)).toBe(false);
  expect(gitlabPipeline({ projectId: '20', ref: main.ref }).accepts(other)).toBe(false);
});

test.for(['2', '200', '020', '20 ', '', ' 20', '+20', '20.0', '２０'])(
  'takes no other number for that of the project: %j',
  (projectId) => {
    expect(
      gitlabPipeline({ ...main, projectId: '20' }).accepts(gitlabIdentity({ projectId })),
    ).toBe(false);
  },
);

test.for<[Partial<GitLabPipeline>, keyof CertificateClaims, string]>([
  [{ projectId: '20' }, 'sourceRepositoryIdentifier', '21'],
  [{ sha: '714a629c0b401fdce83e847fc9589983fc6f46bc' }, 'sourceRepositoryDigest', '714a629'],
  [{ pipelineSource: 'push' }, 'buildTrigger', 'web'],
  [{ runnerEnvironment: 'gitlab-hosted' }, 'runnerEnvironment', 'self-hosted'],
])('compares %j with a claim, which must be there', ([part, name, other]) => {
  const policy = gitlabPipeline({ ...main, ...part });
  const { [name]: missing, ...others } = gitlabClaims();
  void missing;

  expect(policy.accepts(gitlabIdentity())).toBe(true);
  expect(policy.accepts(having({ ...others, [name]: other }))).toBe(false);
  expect(policy.accepts(having({ ...others, [name]: '' }))).toBe(false);
  expect(policy.accepts(having(others))).toBe(false);
});

test('fills the version of the file into the ref, in any of its spellings and no other', () => {
  const policy = gitlabPipeline({ project: 'group/app', ref: 'refs/tags/v{version}' });
  const versions = ['1.0.0-rc.1', '1.0.0rc1'];

  expect(policy.accepts(signedAt('refs/tags/v1.0.0-rc.1'), { versions })).toBe(true);
  expect(policy.accepts(signedAt('refs/tags/v1.0.0rc1'), { versions })).toBe(true);
  for (const ref of [
    'refs/tags/v1.0.0',
    'refs/tags/v1.0.0rc1.post1',
    'refs/tags/v1.0.0rc10',
    'refs/tags/1.0.0rc1',
    'refs/tags/v{version}',
    'refs/tags/v',
    'refs/heads/v1.0.0rc1',
  ]) {
    expect(policy.accepts(signedAt(ref), { versions }), ref).toBe(false);
  }
});

test('accepts no ref for a version that is not known, or is none', () => {
  const policy = gitlabPipeline({ project: 'group/app', ref: 'refs/tags/v{version}' });
  const found = gitlabIdentity({ ref: 'refs/tags/v1.0/../main' });

  expect(policy.accepts(gitlabIdentity({ ref: 'refs/tags/v{version}' }))).toBe(false);
  expect(policy.accepts(gitlabIdentity({ ref: 'refs/tags/v' }), { versions: [''] })).toBe(false);
  expect(policy.accepts(found, { versions: ['1.0/../main'] })).toBe(false);
  expect(policy.differences?.(gitlabIdentity())).toMatchObject([
    { part: 'ref', expected: expect.stringContaining('known'), option: '--ref' },
  ]);
});

test('a file that mentions no version needs none', () => {
  expect(gitlabPipeline(main).accepts(gitlabIdentity(), { versions: ['9.9'] })).toBe(true);
});

test.for([
  ['project_path:group/app:ref_type:tag:ref:v1:ref_protected:true', true],
  ['project_id:20:ref_protected:true', true],
  ['project_path:group/app:ref_type:tag:ref:v1:ref_protected:false', false],
  ['project_path:group/app:ref_type:tag:ref:v1', false],
  ['project_path:group/app:ref:ref_protected:environment_protected:true', false],
  ['project_path:group/app:ref:ref_protected:true', false],
  ['ref_protected:True', false],
  ['ref_protected', false],
  ['', false],
] as const)('finds a protected ref in `%s`: %s', ([tokenSubject, isAccepted]) => {
  const policy = gitlabPipeline({ ...main, protectedRef: true });
  const claims = { ...gitlabClaims(), tokenSubject };

  expect(policy.accepts({ ...gitlabIdentity(), claims })).toBe(isAccepted);
});

test('says that a certificate does not tell whether its ref was protected', () => {
  const policy = gitlabPipeline({ ...main, protectedRef: true });

  expect(policy.differences?.(gitlabIdentity())).toEqual([
    { part: 'protection of the ref', expected: 'true', option: '--protected-ref' },
  ]);
});

test('knows a server by its port, its path and its own issuer', () => {
  const policy = gitlabPipeline({
    serverUrl: 'https://git.example:8443/gitlab/',
    issuer: 'https://tokens.example',
    ...main,
  });
  const found = gitlabIdentity({ host: 'git.example:8443' });
  const signed: SignerIdentity = {
    ...found,
    issuer: 'https://tokens.example',
    claims: { ...found.claims, sourceRepositoryUri: 'http://git.example:8443/gitlab/group/app' },
  };

  expect(policy.accepts(signed)).toBe(true);
  expect(policy.accepts({ ...signed, claims: found.claims })).toBe(false);
  expect(policy.accepts({ ...signed, issuer: 'https://git.example:8443/gitlab' })).toBe(false);
});

test.for([
  ['refs/heads/feature/ä', 'refs/heads/feature/%C3%A4'],
  ["refs/heads/it's-ä", 'refs/heads/it%27s-%C3%A4'],
  ['refs/heads/50%25', 'refs/heads/50%25'],
] as const)('compares the ref `%s` with its spelling in the name', ([ref, spelled]) => {
  const identity = gitlabIdentity({ ref });
  const subject = identity.subject.replace(ref, spelled);

  expect(gitlabPipeline({ project: 'group/app', ref }).accepts({ ...identity, subject })).toBe(
    true,
  );
  expect(
    gitlabPipeline({ project: 'group/app', ref }).accepts({ ...identity, subject: `${subject}x` }),
  ).toBe(false);
});

test('names each part that differs, what was found and what would change it', () => {
  const policy = gitlabPipeline({
    project: 'group/app',
    projectId: '20',
    ref: 'refs/tags/v1.0',
    runnerEnvironment: 'self-hosted',
  });

  expect(policy.differences?.(gitlabIdentity({ project: 'group/old', projectId: '3' }))).toEqual([
    { part: 'project', expected: 'group/app', found: 'group/old', option: '--gitlab-project' },
    { part: 'project ID', expected: '20', found: '3', option: '--gitlab-project-id' },
    { part: 'runner', expected: 'self-hosted', found: 'gitlab-hosted', option: '--runner' },
    { part: 'ref', expected: 'refs/tags/v1.0', found: 'refs/heads/main', option: '--ref' },
  ]);
});
