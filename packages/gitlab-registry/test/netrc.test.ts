import { netrcCredentials } from '@wheelseal/gitlab-registry';
import { expect, test } from 'vitest';

const gitlab = new URL('https://gitlab.test/api/v4');

/** What the generic registry would be sent. */
function sent(text: string, url = gitlab) {
  return netrcCredentials(text, url)?.header('generic');
}

test.for([
  'machine gitlab.test login jane password glpat-token',
  'machine gitlab.test\n  login jane\n  password glpat-token\n',
  'machine\tgitlab.test\r\nlogin\tjane\r\naccount x\r\npassword\tglpat-token\r\n',
  'machine GitLab.Test password glpat-token login jane',
  'machine other.test login a password b\nmachine gitlab.test login jane password "glpat-token"',
  '# machine gitlab.test password no\nmachine gitlab.test # here\nlogin jane password glpat-token',
  'macdef init\nmachine gitlab.test login x password no\n\nmachine gitlab.test login jane password glpat-token',
  'machine gitlab.test password glpat-token\nmachine gitlab.test password later-token',
  'machine gitlab.test login jane\nmachine gitlab.test login jane password glpat-token',
  'machine gitlab.test login default password glpat-token',
  'machine default password no machine gitlab.test password glpat-token',
])('finds the token of the host in %j', (text) => {
  expect(sent(text)).toEqual(['private-token', 'glpat-token']);
});

test('tells a job’s and a deploy token from others', () => {
  expect(sent('machine gitlab.test login gitlab-ci-token password glcbt-x')).toEqual([
    'job-token',
    'glcbt-x',
  ]);
  expect(sent('machine gitlab.test login bot password gldt-x')).toEqual(['deploy-token', 'gldt-x']);
});

test('takes an entry with the port before one without', () => {
  const text = 'machine gitlab.test password plain machine gitlab.test:8443 password with-port';
  const other = new URL('https://gitlab.test:8443/api/v4');

  expect(sent(text, other)).toEqual(['private-token', 'with-port']);
  expect(sent(text)).toEqual(['private-token', 'plain']);
  expect(sent('machine gitlab.test password plain', other)).toEqual(['private-token', 'plain']);
});

test.for([
  ['#token', '#token'],
  ['"#to\\"ken"', '#to"ken'],
  ['password', 'password'],
  ['macdef', 'macdef'],
] as const)('reads the password %s', ([written, read]) => {
  expect(sent(`machine gitlab.test login jane password ${written} # mine`)).toEqual([
    'private-token',
    read,
  ]);
});

test.for([
  '',
  'machine other.test login jane password x',
  'machine gitlab.test.evil.test login jane password x',
  'machine test login jane password x',
  'machine gitlab.test login jane',
  'default login jane password for-everybody',
  'machine gitlab.test login jane default password for-everybody',
  'login jane password of-nobody machine gitlab.test',
  'machine gitlab.test password',
])('finds nothing for the host in %j', (text) => {
  expect(netrcCredentials(text, gitlab)).toBeUndefined();
});

test('refuses what cannot be a token', () => {
  expect(() => netrcCredentials('machine gitlab.test password "two words"', gitlab)).toThrow(
    expect.objectContaining({ code: 'REGISTRY_UNAUTHORIZED' }),
  );
});
