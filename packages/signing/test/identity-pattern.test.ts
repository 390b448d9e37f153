import { identityPattern, type SignerIdentity } from '@wheelseal/signing';
import { array, assert, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';

const issuer = 'https://gitlab.com';
const raw = String.raw;

function accepts(pattern: string, subject: string, vouching = issuer): boolean {
  const identity: SignerIdentity = { issuer: vouching, subject, claims: {} };
  return identityPattern({ issuer, subject: pattern }).accepts(identity);
}

const tags = raw`https://gitlab\.com/group/app//\.gitlab-ci\.yml@refs/tags/v[^/]+`;
const signed = 'https://gitlab.com/group/app//.gitlab-ci.yml@refs/tags/v1.0.0';

test.for([
  tags,
  `^${tags}$`,
  raw`https://gitlab\.com/group/app//.gitlab-ci.yml@refs/tags/v\d+\.\d+\.\d+`,
  raw`https://gitlab\.com/group/app//.gitlab-ci.yml@refs/tags/v[0-9.]+`,
  raw`https://gitlab\.com/group/[a-z_-]*//[^@]+@refs/tags/.*`,
  'https://gitlab.com/group/app//.+',
  raw`https://gitlab\.com/group/app//\.gitlab-ci\.yml@refs/tags/v1\.0\.0`,
  raw`https://gitlab\.com/group/app//\.gitlab-ci\.yml@refs/tags/v1[.]0[.]0[a-z]?`,
])('accepts what `%s` describes', (pattern) => {
  expect(accepts(pattern, signed)).toBe(true);
});

test.for([
  '',
  `x${signed}`,
  ` ${signed}`,
  `${signed}/x`,
  `${signed}\n`,
  signed.slice(0, signed.indexOf('v1')),
  signed.replace('v1.0.0', 'v'),
  signed.replace('v1.0.0', 'V1.0.0'),
  signed.replace('tags', 'heads'),
  signed.replace('group/app', 'group/app2'),
  signed.replace('group/app', 'group/app/x'),
  signed.replace('group/app', 'Group/app'),
  signed.replace('group/app', 'group/%61pp'),
  signed.replace('group/app', 'group/\u0430pp'),
  signed.replace('gitlab.com', 'gitlabxcom'),
  signed.replace('gitlab.com', 'gitlab.com.evil.example'),
  signed.replace('gitlab.com', 'gitlab.com:443'),
  signed.replace('https', 'http'),
  `https://evil.example/?x=${signed}`,
  `https://evil.example/${signed}`,
  signed.replace('//.git', '/.git'),
  tags,
])('refuses what is near: %j', (subject) => {
  expect(accepts(tags, subject)).toBe(false);
});

test.for(['https://gitlab.com/', 'https://gitlab.co', 'https://gitlab.com.evil.example', ''])(
  'takes no other issuer: %j',
  (vouching) => {
    expect(accepts(tags, signed, vouching)).toBe(false);
  },
);

test.for([
  '.*',
  '.+',
  '^.*$',
  '.',
  '*',
  '^',
  '$',
  'https://.*',
  raw`https://[^/]+/group/app//.*`,
  raw`https://.*gitlab\.com/group/app//.*`,
  'https://gitlab.*/group/app//.*',
  raw`https://gitlab\.com.*`,
  raw`https://gitlab\.com/.*`,
  raw`https://gitlab\.com/[^/]+/app//.*`,
  raw`https://gitlab\.com/gro.*`,
  raw`https://gitlab\.com/group`,
  raw`https://gitlab\.com//.*`,
  raw`https?://gitlab\.com/group/.*`,
  raw`.*https://gitlab\.com/group/app//.*`,
  raw`http://gitlab\.com/group/app//.*`,
  raw`https://user@gitlab\.com/group/app//.*`,
  raw`.*@example\.com`,
  'release@example.com',
])('refuses a pattern that leaves open whose names it matches: %s', (pattern) => {
  expect(() => identityPattern({ issuer, subject: pattern })).toThrowError(
    expect.objectContaining({ code: 'POLICY_INVALID', hint: expect.stringMatching(/\.$/) }),
  );
});

test.for([
  raw`https://gitlab\.com/group/app//x|.*`,
  raw`https://gitlab\.com/group/app//(x|.*)`,
  raw`https://gitlab\.com/group/(?:app)//x`,
  raw`https://gitlab\.com/group/(?i)app//x`,
  raw`https://gitlab\.com/group/app*//x`,
  raw`https://gitlab\.com/group/app{1,2}//x`,
  raw`https://gitlab\.com/group/app//.*?`,
  raw`https://gitlab\.com/group/app//[^/]++`,
  raw`https://gitlab\.com/group/app//[`,
  raw`https://gitlab\.com/group/app//[]`,
  raw`https://gitlab\.com/group/app//[z-a]`,
  raw`https://gitlab\.com/group/app//[[:alpha:]]`,
  raw`https://gitlab\.com/group/app//\w+`,
  raw`https://gitlab\.com/group/app//\x41`,
  raw`https://gitlab\.com/group/app//\Qx\E`,
  'https://gitlab\\.com/group/app//\\',
  raw`https://gitlab\.com/group/app//x$y`,
  raw`https://gitlab\.com/group/app//x^y`,
  'https://gitlab\\.com/group/app//x y',
  'https://gitlab\\.com/group/app//\0',
  'https://gitlab\\.com/group/\u0430pp//.*',
])('refuses a pattern that it does not understand: %s', (pattern) => {
  expect(() => identityPattern({ issuer, subject: pattern })).toThrowError(
    expect.objectContaining({ code: 'POLICY_INVALID', hint: expect.stringMatching(/\.$/) }),
  );
});

test('refuses a pattern without end', () => {
  const subject = raw`https://gitlab\.com/group/${'x'.repeat(4000)}`;

  expect(() => identityPattern({ issuer, subject })).toThrowError(
    expect.objectContaining({ code: 'POLICY_INVALID' }),
  );
});

test.for(['', ' ', '.*', 'https://.*', raw`https://gitlab\.com`, 'https://gitl\u0430b.com'])(
  'refuses the issuer %j: there is no pattern for issuers',
  (pattern) => {
    expect(() => identityPattern({ issuer: pattern, subject: tags })).toThrowError(
      expect.objectContaining({
        code: 'POLICY_INVALID',
        hint: expect.stringContaining('--certificate-oidc-issuer'),
      }),
    );
  },
);

test('needs time in proportion to the name, whatever the pattern', () => {
  const pattern = raw`https://gitlab\.com/group/${'.*'.repeat(60)}x`;
  const name = `https://gitlab.com/group/${'a'.repeat(20_000)}`;

  expect(accepts(pattern, name)).toBe(false);
  expect(accepts(pattern, `${name}x`)).toBe(true);
});

test('never accepts what the same regular expression refuses', () => {
  const piece = constantFrom(
    'a',
    'b',
    '/',
    '@',
    '.',
    raw`\.`,
    raw`\/`,
    '.*',
    '.+',
    '[^/]',
    '[^/]+',
    '[^/]*',
    '[ab]?',
    raw`\d+`,
    raw`[\d.]*`,
    '[a-b]',
  );
  const text = string({ unit: constantFrom('a', 'b', '/', '@', '.', '1'), maxLength: 12 });
  assert(
    property(array(piece, { maxLength: 8 }), text, (pieces, rest) => {
      const pattern = raw`https://h\.x/g/${pieces.join('')}`;
      const name = `https://h.x/g/${rest}`;
      const expression = new RegExp(`^(?:${pattern})$`, 's');
      const dotted = pattern.replaceAll(/(?<!\\)\.(?![*+])(?![^[]*\])/g, raw`\.`);

      expect(accepts(pattern, name)).toBe(new RegExp(`^(?:${dotted})$`, 's').test(name));
      expect(!accepts(pattern, name) || expression.test(name)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
