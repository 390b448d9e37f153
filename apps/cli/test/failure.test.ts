import { CodedError } from '@wheelseal/errors';
import pc from 'picocolors';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../src/exit-codes.ts';
import { describeFailure, printError } from '../src/failure.ts';

const esc = '\u001B';

function printed(error: unknown, withStack = false): string {
  const lines: string[] = [];
  const channel = {
    paint: pc.createColors(false),
    width: 80,
    print: (...more: readonly string[]) => lines.push(...more),
  };
  printError(channel, error, withStack);
  return lines.join('\n');
}

test('shows what is known of an error, to people and to programs', () => {
  const cause = new CodedError('the line is dead', { code: 'LINE_DEAD', hint: 'Call later.' });
  const error = new CodedError('cannot call', { code: 'CALL_FAILED', cause });

  expect(printed(error)).toBe(
    'error[CALL_FAILED]: cannot call\n  because: the line is dead\n  hint: Call later.',
  );
  expect(describeFailure(error)).toEqual({
    code: 'CALL_FAILED',
    message: 'cannot call',
    hint: 'Call later.',
    causes: ['the line is dead'],
  });
});

test('asks to report what nobody expected, and shows its stack only on request', () => {
  const error = new RangeError('out of range');

  expect(printed(error)).toBe(
    'error: out of range\n  hint: Run it again with --verbose, and report what that shows.',
  );
  expect(printed(error, true)).toContain('failure.test.ts');
  expect(describeFailure(error)).toMatchObject({ code: 'UNEXPECTED', message: 'out of range' });
  expect(exitCodeOf(error)).toBe(1);
});

test('ends on causes that point at each other', () => {
  const first = new Error('first');
  first.cause = new Error('second', { cause: first });

  expect(describeFailure(first)).toMatchObject({ message: 'first', causes: ['second'] });
});

test('lets no server steer the terminal', () => {
  const error = new CodedError(`${esc}[2Jgone\r`, { code: 'REGISTRY_REFUSED' });

  expect(printed(error)).toBe('error[REGISTRY_REFUSED]: gone');
});

test('gives a code that it does not know the exit code of the unexpected', () => {
  expect(exitCodeOf(new CodedError('new', { code: 'toString' }))).toBe(1);
  expect(exitCodeOf('thrown text')).toBe(1);
});
