import {
  allOf,
  anyOf,
  exactIdentity,
  githubWorkflow,
  gitlabPipeline,
  identityPattern,
  VerificationError,
  type IdentityPolicy,
  type SignerIdentity,
} from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { gitlabClaims } from './gitlab-identity.ts';

const issuer = 'https://gitlab.com';
const subject = 'https://gitlab.com/group/app//.gitlab-ci.yml@refs/heads/main';

function identity(change: Partial<SignerIdentity> = {}): SignerIdentity {
  return { issuer, subject, claims: gitlabClaims(), ...change };
}

const nearSubjects = [
  '',
  ' ',
  `${subject}2`,
  `${subject}/`,
  `${subject} `,
  `${subject}\n`,
  `x${subject}`,
  ` ${subject}`,
  subject.slice(0, -1),
  subject.toUpperCase(),
  subject.replace('group', 'Group'),
  subject.replace('https:', 'http:'),
  subject.replace('gitlab.com', 'gitlab.com.evil.example'),
  subject.replace('gitlab.com', 'evil.example/gitlab.com'),
  subject.replace('gitlab.com', 'gitlabxcom'),
  subject.replace('gitlab.com', 'gitlab.com:443'),
  subject.replace('gitlab.com', 'g\u0456tlab.com'),
  subject.replace('.gitlab-ci.yml', 'xgitlab-ci.yml'),
  subject.replace('.gitlab-ci.yml', '%2Egitlab-ci.yml'),
  subject.replace('//', '/'),
  subject.replace('group/app', 'group/app2'),
  subject.replace('group/app', 'group/sub/app'),
  subject.replace('heads/main', 'heads/main-2'),
  subject.replace('heads/main', 'tags/main'),
  subject.replace('refs/heads/main', 'main'),
  subject.replace('@refs/heads/main', '@refs/heads/x@refs/heads/main'),
];
const nearIssuers = [
  '',
  'https://gitlab.com/',
  'http://gitlab.com',
  'https://gitlab.com.evil.example',
  'https://GitLab.com',
  'https://gitlab.co',
  'xhttps://gitlab.com',
];

const policies: readonly (readonly [name: string, policy: IdentityPolicy])[] = [
  ['an exact identity', exactIdentity({ issuer, subject })],
  ['a pipeline', gitlabPipeline({ project: 'group/app', ref: 'refs/heads/main' })],
  [
    'one of several',
    anyOf(exactIdentity({ issuer: 'https://x', subject: 'y' }), exactIdentity({ issuer, subject })),
  ],
  [
    'all of several',
    allOf(
      exactIdentity({ issuer, subject }),
      gitlabPipeline({ projectId: '20', ref: 'refs/heads/main' }),
    ),
  ],
  [
    'a pattern',
    identityPattern({
      issuer,
      subject: String.raw`https://gitlab\.com/group/app//\.gitlab-ci\.yml@refs/heads/main`,
    }),
  ],
];

test.for(policies)('%s accepts itself and nothing near it', ([, policy]) => {
  expect(policy.accepts(identity())).toBe(true);
  for (const near of nearSubjects)
    expect(policy.accepts(identity({ subject: near })), near).toBe(false);
  for (const near of nearIssuers)
    expect(policy.accepts(identity({ issuer: near })), near).toBe(false);
});

test('is not a pattern', () => {
  for (const pattern of ['.*', '.', '^.*$', 'https://gitlab.com/group/app//.gitlab-ci.yml@.*']) {
    expect(exactIdentity({ issuer, subject: pattern }).accepts(identity())).toBe(false);
    expect(exactIdentity({ issuer: pattern, subject }).accepts(identity())).toBe(false);
  }
});

test.for([
  ['issuer', { issuer: '', subject }, '--certificate-oidc-issuer'],
  ['issuer', { issuer: ' ', subject }, '--certificate-oidc-issuer'],
  ['subject', { issuer, subject: '' }, '--certificate-identity'],
  // What a program in JavaScript passes by mistake.
  ['subject', JSON.parse('{"issuer":"https://gitlab.com"}'), '--certificate-identity'],
] as const)('refuses an empty %s', ([name, expected, option]) => {
  expect(() => exactIdentity(expected)).toThrowError(
    expect.objectContaining({
      code: 'POLICY_INVALID',
      message: expect.stringContaining(name),
      hint: expect.stringContaining(option),
    }),
  );
});

test('refuses a choice of nobody', () => {
  // @ts-expect-error -- the types demand one policy at least; who calls without types must be refused.
  expect(() => anyOf()).toThrowError(expect.objectContaining({ code: 'POLICY_INVALID' }));
  // @ts-expect-error -- the types demand one policy here too; who calls without types must be refused.
  expect(() => allOf()).toThrowError(expect.objectContaining({ code: 'POLICY_INVALID' }));
});

test('wants all of several, and one of several', () => {
  const main = gitlabPipeline({ project: 'group/app', ref: 'refs/heads/main' });
  const other = gitlabPipeline({ project: 'group/app', ref: 'refs/heads/other' });

  expect(anyOf(other, main).accepts(identity())).toBe(true);
  expect(allOf(main, main).accepts(identity())).toBe(true);
  expect(allOf(main, other).accepts(identity())).toBe(false);
  expect(allOf(main, other).describe).toBe(`${main.describe} and ${other.describe}`);
});

test('takes nothing but true for a yes, one of several or all of them', () => {
  const promising: IdentityPolicy = {
    describe: 'a promise',
    // @ts-expect-error -- the types demand an answer at once; a promise is truthy and must be no yes.
    accepts: async () => true,
  };

  expect(anyOf(promising).accepts(identity())).toBe(false);
  expect(allOf(promising).accepts(identity())).toBe(false);
});

test('names everybody it accepts', () => {
  const policy = anyOf(
    gitlabPipeline({ project: 'group/app', ref: 'refs/tags/v1' }),
    githubWorkflow({ repository: 'group/app', workflow: 'release.yml', ref: 'refs/tags/v1' }),
  );

  expect(policy.describe).toBe(
    '`https://gitlab.com/group/app//.gitlab-ci.yml@refs/tags/v1` of `https://gitlab.com` or ' +
      '`https://github.com/group/app/.github/workflows/release.yml@refs/tags/v1` of ' +
      '`https://token.actions.githubusercontent.com`',
  );
});

test('composes the identity of a pipeline from all of its parts', () => {
  const policy = gitlabPipeline({
    serverUrl: new URL('https://gitlab.example:8443'),
    issuer: 'https://tokens.example',
    project: 'a/b.c/d_e',
    configPath: 'ci/release.yml',
    ref: 'refs/tags/v1.0',
  });

  expect(policy.describe).toBe(
    '`https://gitlab.example:8443/a/b.c/d_e//ci/release.yml@refs/tags/v1.0` of `https://tokens.example`',
  );
});

test('takes the server for the issuer', () => {
  const policy = gitlabPipeline({
    serverUrl: 'http://gitlab.example/',
    project: 'a/b',
    ref: 'refs/heads/x',
  });

  expect(policy.describe).toContain('of `http://gitlab.example`');
  expect(policy.describe).toContain('`https://gitlab.example/a/b//');
});

// What Go's `url.Parse(text).String()` prints.
test.for([
  ['feature/ä', 'feature/%C3%A4'],
  ['日本', '%E6%97%A5%E6%9C%AC'],
  ["it's-(ok)!", "it's-(ok)!"],
  ["it's-ä", 'it%27s-%C3%A4'],
  ['a"b', 'a%22b'],
  ['50%25', '50%25'],
  ['fix#12', 'fix#12'],
] as const)('spells the branch `%s` as Fulcio does', ([branch, spelled]) => {
  const policy = gitlabPipeline({ project: 'a/b', ref: `refs/heads/${branch}` });

  expect(policy.describe).toContain(`@refs/heads/${spelled}\``);
});

test.for([
  { project: '', ref: 'refs/heads/main' },
  { project: 'app', ref: 'refs/heads/main' },
  { project: '/group/app', ref: 'refs/heads/main' },
  { project: 'group/app/', ref: 'refs/heads/main' },
  { project: 'group//app', ref: 'refs/heads/main' },
  { project: 'group/app@x', ref: 'refs/heads/main' },
  { project: 'group/.*', ref: 'refs/heads/main' },
  { project: 'group/app', ref: '' },
  { project: 'group/app', ref: 'main' },
  { project: 'group/app', ref: 'refs/heads/' },
  { project: 'group/app', ref: 'refs/merge-requests/1/head' },
  { project: 'group/app', ref: 'refs/heads/50%ä' },
  { project: 'group/app', ref: 'refs/heads/main', configPath: '' },
  { project: 'group/app', ref: 'refs/heads/main', serverUrl: 'gitlab.com' },
  { project: 'group/app', ref: 'refs/heads/main', serverUrl: 'file:///x' },
  { project: 'group/app', ref: 'refs/heads/main', issuer: '' },
  { ref: 'refs/heads/main' },
  { projectId: '', ref: 'refs/heads/main' },
  { projectId: '0', ref: 'refs/heads/main' },
  { projectId: 'group/app', ref: 'refs/heads/main' },
  { projectId: '２０', ref: 'refs/heads/main' },
  { project: 'group/\u0430pp', ref: 'refs/heads/main' },
  { project: 'group/app\0', ref: 'refs/heads/main' },
  { project: 'group/app', ref: 'refs/heads/main\0' },
  { project: 'group/app', ref: 'refs/heads/main\n' },
  { project: 'group/app', ref: 'refs/tags/v*' },
  { project: 'group/app', ref: 'refs/heads/main', sha: 'abc' },
])('refuses the pipeline %j', (expected) => {
  expect(() => gitlabPipeline(expected)).toThrowError(
    expect.objectContaining({ code: 'POLICY_INVALID', hint: expect.stringMatching(/\.$/) }),
  );
});

test('names a workflow with its folder or without', () => {
  const expected = { repository: 'octo/app', ref: 'refs/heads/main' };

  expect(githubWorkflow({ ...expected, workflow: 'a.yml' }).describe).toBe(
    githubWorkflow({ ...expected, workflow: '.github/workflows/a.yml' }).describe,
  );
});

test.for([
  { repository: 'app', workflow: 'a.yml', ref: 'refs/heads/main' },
  { repository: 'octo/app/x', workflow: 'a.yml', ref: 'refs/heads/main' },
  { repository: 'octo/app', workflow: '', ref: 'refs/heads/main' },
  { repository: 'octo/app', workflow: '../a.yml', ref: 'refs/heads/main' },
  { repository: 'octo/app', workflow: 'a.yml@x', ref: 'refs/heads/main' },
  { repository: 'octo/app', workflow: 'a.yml', ref: 'main' },
  { repository: 'octo/app', repositoryId: 'x', workflow: 'a.yml', ref: 'refs/heads/main' },
  { repository: 'octo/app', workflow: 'a.yml', ref: 'refs/heads/x\0' },
])('refuses the workflow %j', (expected) => {
  expect(() => githubWorkflow(expected)).toThrowError(VerificationError);
});

test('knows a repository by its number, and a tag by the version of the file', () => {
  const policy = githubWorkflow({
    repository: 'octo/app',
    repositoryId: '7',
    workflow: 'a.yml',
    ref: 'refs/tags/v{version}',
  });
  const found: SignerIdentity = {
    issuer: 'https://token.actions.githubusercontent.com',
    subject: 'https://github.com/octo/app/.github/workflows/a.yml@refs/tags/v1.0.0',
    claims: { sourceRepositoryIdentifier: '7' },
  };
  const versions = ['1.0.0'];

  expect(policy.accepts(found, { versions })).toBe(true);
  expect(policy.accepts(found)).toBe(false);
  expect(policy.accepts(found, { versions: ['1.0.1'] })).toBe(false);
  expect(policy.accepts({ ...found, claims: {} }, { versions })).toBe(false);
  expect(
    policy.accepts({ ...found, claims: { sourceRepositoryIdentifier: '8' } }, { versions }),
  ).toBe(false);
  expect(policy.accepts({ ...found, subject: `${found.subject}.1` }, { versions })).toBe(false);
  expect(
    policy.accepts({ ...found, subject: found.subject.replace('app/', 'app2/') }, { versions }),
  ).toBe(false);
});
