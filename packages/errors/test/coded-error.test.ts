import { CodedError, isCodedError } from '@wheelseal/errors';
import { expect, test } from 'vitest';

class PaintError extends CodedError<'PAINT_DRY' | 'PAINT_WET'> {}

test('carries code, hint and cause', () => {
  const cause = new Error('sun');
  const error = new PaintError('the paint is dry', {
    code: 'PAINT_DRY',
    hint: 'Open another tin.',
    cause,
  });

  expect(error).toMatchObject({ name: 'PaintError', code: 'PAINT_DRY', hint: 'Open another tin.' });
  expect(error.cause).toBe(cause);
});

test('leaves out what it was not given', () => {
  const error = new PaintError('the paint is wet', { code: 'PAINT_WET' });

  expect('hint' in error).toBe(false);
  expect('cause' in error).toBe(false);
});

test('is recognised, other errors with a code are not', () => {
  expect(isCodedError(new PaintError('wet', { code: 'PAINT_WET' }))).toBe(true);
  expect(isCodedError(Object.assign(new Error('no file'), { code: 'ENOENT' }))).toBe(false);
  expect(isCodedError({ code: 'PAINT_WET', message: 'wet' })).toBe(false);
});
