import { inspect } from 'node:util';
import { parseIdentityToken, SigningError } from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { canary, encode, gitlab, now, seconds, tokenOf } from './token-payload.ts';

function refusalOf(text: string): SigningError {
  try {
    parseIdentityToken(text, { now });
  } catch (error) {
    if (error instanceof SigningError) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}

test('reads a token of GitLab', () => {
  expect(parseIdentityToken(`${tokenOf(gitlab)}\n`, { now })).toMatchObject({
    value: tokenOf(gitlab),
    issuer: 'https://gitlab.com',
    subject: gitlab.sub,
    audiences: ['sigstore'],
    expiresAt: new Date('2026-11-22T13:00:00Z'),
    claims: { project_path: 'group/app' },
  });
});

test('keeps the token out of dumps', () => {
  const token = parseIdentityToken(tokenOf(gitlab), { now });

  for (const dump of [JSON.stringify(token), inspect(token), inspect({ ...token })]) {
    expect(dump).not.toContain(encode(canary));
  }
});

test('reads a token of another issuer, which has other claims', () => {
  const { iss, sub, aud, exp } = gitlab;

  expect(parseIdentityToken(tokenOf({ iss, sub, aud: [aud, 'more'], exp }), { now })).toMatchObject(
    {
      audiences: ['sigstore', 'more'],
    },
  );
});

test.for([
  ['nothing', '', 'empty'],
  ['white space', ' \n', 'empty'],
  ['one part', 'eyJhbGciOiJSUzI1NiJ9', '1 parts'],
  ['a file name', 'token.txt', '2 parts'],
  ['five parts', 'a.b.c.d.e', '5 parts'],
  ['a header that is no JSON', tokenOf(gitlab, '{'), 'header'],
  ['a header that is a list', tokenOf(gitlab, []), 'header'],
  ['a body that is no JSON', tokenOf(`{"${canary}`), 'body'],
  ['a body that is null', tokenOf('null'), 'body'],
  ['a body that is no base64', `${encode({ alg: 'RS256' })}.${canary}!.${canary}`, 'body'],
  ['padding', tokenOf(gitlab).replace('.', '=.'), 'header'],
  ['no signature', tokenOf(gitlab).replace(/[^.]+$/, ''), 'not signed'],
  ['a signature by nothing', tokenOf(gitlab, { alg: 'None' }), 'not signed'],
  ['no algorithm', tokenOf(gitlab, {}), 'not signed'],
  ['a job token', `glcbt-64_${canary}`, 'API of GitLab'],
  ['a personal token', `glpat-${canary}`, 'API of GitLab'],
  ['endless text', 'e'.repeat(70_000), 'longer'],
])('refuses %s', ([, text, word]) => {
  const refusal = refusalOf(text!);

  expect(refusal).toMatchObject({
    code: 'TOKEN_MALFORMED',
    message: expect.stringContaining(word!),
    hint: expect.stringContaining('SIGSTORE_ID_TOKEN'),
  });
  expect(inspect(refusal, { depth: 9 })).not.toContain(canary);
  expect(inspect(refusal, { depth: 9 })).not.toContain(encode(canary));
});

test('refuses a token that has expired, and says when', () => {
  expect(refusalOf(tokenOf({ ...gitlab, exp: seconds - 1 }))).toMatchObject({
    code: 'TOKEN_EXPIRED',
    message:
      'the identity token expired at `2026-11-22T11:59:59.000Z` by its claim `exp`, and it is `2026-11-22T12:00:00.000Z`',
    hint: expect.stringMatching(/job timeout.*`timeout` in `\.gitlab-ci\.yml`/),
  });
  expect(refusalOf(tokenOf({ ...gitlab, exp: seconds }))).toMatchObject({ code: 'TOKEN_EXPIRED' });
});

test('allows a minute between the clocks, and no more', () => {
  expect(parseIdentityToken(tokenOf({ ...gitlab, nbf: seconds + 60 }), { now })).toBeDefined();
  expect(refusalOf(tokenOf({ ...gitlab, nbf: seconds + 61 }))).toMatchObject({
    code: 'TOKEN_NOT_YET_VALID',
    message: expect.stringMatching(/2026-11-22T12:01:01.000Z.*`nbf`/),
    hint: expect.stringContaining('clock'),
  });
  expect(refusalOf(tokenOf({ ...gitlab, iat: seconds + 3600 }))).toMatchObject({
    code: 'TOKEN_NOT_YET_VALID',
    message: expect.stringMatching(/2026-11-22T13:00:00.000Z.*`iat`/),
    hint: expect.stringContaining('clock'),
  });
});

test.for([['https://gitlab.com'], [['vault', 'sigstore2']], [''], [[]]])(
  'refuses a token for %j',
  ([aud]) => {
    expect(refusalOf(tokenOf({ ...gitlab, aud }))).toMatchObject({
      code: 'TOKEN_AUDIENCE_MISMATCH',
      message: expect.stringMatching(/`aud`, expected `sigstore`/),
      hint: expect.stringContaining('aud: sigstore'),
    });
  },
);

test('takes another audience when asked to', () => {
  const token = tokenOf({ ...gitlab, aud: 'private' });

  expect(parseIdentityToken(token, { now, audience: 'private' }).audiences).toEqual(['private']);
});

test.for(['iss', 'sub', 'aud', 'exp'] as const)('names the missing claim `%s`', (name) => {
  const { [name]: missing, ...rest } = gitlab;
  void missing;

  expect(refusalOf(tokenOf(rest))).toMatchObject({
    code: 'TOKEN_CLAIM_MISSING',
    message: expect.stringContaining(`\`${name}\``),
  });
});

test.for([
  ['iss', ''],
  ['sub', 3],
  ['exp', '2026'],
  ['exp', 1e300],
  ['nbf', 'soon'],
  ['iat', 'soon'],
] as const)('refuses the claim `%s` as %j', ([name, value]) => {
  expect(refusalOf(tokenOf({ ...gitlab, [name]: value }))).toMatchObject({
    code: 'TOKEN_CLAIM_MISSING',
    message: expect.stringContaining(`\`${name}\``),
  });
});

test.for([
  ['ci_config_ref_uri', '`.gitlab-ci.yml` of the project itself'],
  ['ci_config_sha', '`.gitlab-ci.yml` of the project itself'],
  ['project_visibility', '16.3'],
  ['runner_environment', '16.3'],
  ['sha', '16.3'],
  ['project_path', '16.3'],
  ['project_id', '16.3'],
  ['namespace_path', '16.3'],
  ['namespace_id', '16.3'],
  ['ref', '16.3'],
  ['ref_type', '16.3'],
  ['pipeline_source', '16.3'],
  ['job_id', '16.3'],
] as const)("names GitLab's claim `%s` when it is missing, null or empty", ([name, hint]) => {
  for (const [value, found] of [
    [undefined, 'no claim'],
    [null, 'null'],
    ['', 'empty'],
    [{}, 'object'],
  ] as const) {
    expect(refusalOf(tokenOf({ ...gitlab, [name]: value }))).toMatchObject({
      code: 'TOKEN_CLAIM_MISSING',
      message: expect.stringMatching(new RegExp(`${found}.*\`${name}\``)),
      hint: expect.stringContaining(hint),
    });
  }
});
