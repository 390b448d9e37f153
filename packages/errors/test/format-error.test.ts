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

test('leaves out what a cause draws below its message', () => {
  const cause = new Error('unterminated string\n\n2: name = "a\n          ^');

  expect(formatError(new Error('not TOML', { cause }))).toBe(
    'error: not TOML\n  because: unterminated string',
  );
});
