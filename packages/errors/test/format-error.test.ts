import { CodedError, formatError } from '@wheelseal/errors';
import { expect, test } from 'vitest';

test('shows code, causes and hint, one to a line', () => {
  const error = new CodedError('cannot read `dist/release.json`', {
    code: 'RELEASE_MALFORMED',
    hint: 'Build again.',
    cause: new Error('unexpected end of input'),
  });

  expect(formatError(error)).toBe(
    [
      'error[RELEASE_MALFORMED]: cannot read `dist/release.json`',
      '  because: unexpected end of input',
      '  hint: Build again.',
    ].join('\n'),
  );
});

test('shows the hint of a cause when the error itself has none', () => {
  const cause = new CodedError('no such host', { code: 'UNREACHABLE', hint: 'Check the URL.' });

  expect(formatError(new Error('cannot sign', { cause }))).toContain('hint: Check the URL.');
});

test('never shows a stack trace', () => {
  expect(formatError(new TypeError('x is not a function'))).toBe('error: x is not a function');
});

test('names a system error that has no message', () => {
  expect(formatError(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }))).toBe(
    'error: ECONNREFUSED',
  );
});

test('ends on causes that point at each other', () => {
  const first = new Error('first');
  const second = new Error('second', { cause: first });
  first.cause = second;

  expect(formatError(first)).toBe('error: first\n  because: second');
});

test('renders a thrown value that is no error', () => {
  expect(formatError('plain text')).toBe('error: plain text');
});

test('says once what two causes say', () => {
  const cause = new Error('`!!` is not a name');

  expect(formatError(new Error('`!!` is not a name', { cause }))).toBe('error: `!!` is not a name');
});

test('keeps all lines of a cause together', () => {
  const cause = new Error('creating an environment\nthe backend is broken\n');

  expect(formatError(new Error('the build failed', { cause }))).toBe(
    'error: the build failed\n  because: creating an environment\n    the backend is broken',
  );
});
