import { secretMask } from '@wheelseal/errors';
import { expect, test } from 'vitest';

const canary = 'glcbt-64_canary/token+1234';

test('masks a secret wherever it stands', () => {
  const mask = secretMask([canary]);

  expect(mask(`GET /?a=${canary}&b=${canary}`)).toBe('GET /?a=[MASKED]&b=[MASKED]');
});

test('masks a secret inside a URL', () => {
  const mask = secretMask([canary]);

  expect(mask(`http://user:${encodeURIComponent(canary)}@host/`)).toBe(
    'http://user:[MASKED]@host/',
  );
});

test.for(['', 'x', 'gitlab-ci-token:', 'user:'])(
  'masks a Basic header with `%s` before it',
  (user) => {
    const mask = secretMask([canary]);
    const header = Buffer.from(`${user}${canary}`).toString('base64');

    const shown = mask(header);

    expect(shown).toContain('[MASKED]');
    expect(Buffer.from(shown.replace('[MASKED]', ''), 'base64').toString()).not.toContain('canary');
  },
);

test('masks the longer of two secrets whole', () => {
  const mask = secretMask(['password', 'password-and-more']);

  expect(mask('password-and-more')).toBe('[MASKED]');
});

test('leaves absent and very short values alone', () => {
  const mask = secretMask([undefined, '', '1.0.0']);

  expect(mask('version 1.0.0')).toBe('version 1.0.0');
});
