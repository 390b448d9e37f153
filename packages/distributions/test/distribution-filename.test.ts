import {
  parseDistributionFilename,
  parseSdistFilename,
  parseWheelFilename,
} from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

test('tells a wheel from an sdist', () => {
  expect(parseDistributionFilename('six-1.0-py3-none-any.whl').kind).toBe('wheel');
  expect(parseDistributionFilename('six-1.0.tar.gz').kind).toBe('sdist');
});

test('holds a wheel against what is known of it', () => {
  const filename = 'Six_x-1.0.0-py3-none-any.whl';

  expect(parseDistributionFilename(filename, { name: 'six.x', version: 'v1.0' }).kind).toBe(
    'wheel',
  );
  expect(() => parseDistributionFilename(filename, { name: 'seven' })).toThrow(
    expect.objectContaining({
      code: 'FILENAME_INVALID',
      message: expect.stringContaining('expected `seven`'),
    }),
  );
  expect(() => parseDistributionFilename(filename, { version: '1.1' })).toThrow(
    expect.objectContaining({
      code: 'FILENAME_INVALID',
      message: expect.stringContaining('expected `1.1`'),
    }),
  );
});

test('refuses what is neither', () => {
  expect(() => parseDistributionFilename('six-1.0.egg')).toThrow(
    expect.objectContaining({
      code: 'FILENAME_INVALID',
      message: '`six-1.0.egg` is neither a wheel (`.whl`) nor an sdist (`.tar.gz`, of old `.zip`)',
    }),
  );
});

test.for([
  ['../six-1.0', /is a path/],
  ['dist/six-1.0', /is a path/],
  ['/six-1.0', /is a path/],
  ['..\\six-1.0', /is a path/],
  ['six..x-1.0', /contains `\.\.`/],
  ['C:six-1.0', /contains `:`/],
  ['six:stream-1.0', /contains `:`/],
  ['six\u0000-1.0', /contains `\\u\{0\}`/],
  ['six\n-1.0', /contains `\\u\{a\}`/],
  ['six\u202Egpj-1.0', /contains `\\u\{202e\}`/],
  [' six-1.0', /contains ` `/],
  ['six%2f-1.0', /contains `%`/],
  ['six?-1.0', /contains `\?`/],
  ['six`-1.0', /contains `\\u\{60\}`/],
  ['séx-1.0', /contains `é`/],
  ['con.x-1.0', /device/],
  ['AUX.x-1.0', /device/],
  ['lpt1.x-1.0', /device/],
  [`${'x'.repeat(300)}-1.0`, /longer than/],
] as const)('refuses %j of either kind', ([stem, message]) => {
  const refusal = expect.objectContaining({
    code: 'FILENAME_INVALID',
    message: expect.stringMatching(message),
  });

  expect(() => parseWheelFilename(`${stem}-py3-none-any.whl`)).toThrow(refusal);
  expect(() => parseSdistFilename(`${stem}.tar.gz`)).toThrow(refusal);
});

test('reads a name that only resembles a device', () => {
  expect(parseSdistFilename('console-1.0.tar.gz').name).toBe('console');
  expect(parseSdistFilename('com1-1.0.tar.gz').name).toBe('com1');
});

test('answers any text with a name or a refusal, and a name has no separators', () => {
  const suffix = fc.constantFrom('', '.whl', '-py3-none-any.whl', '.tar.gz');
  const stem = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[a-zA-Z._-]{1,8}-[0-9a-c.!+_-]{1,8}$/),
    fc.string({ unit: fc.constantFrom('a', '1', '.', '-', '/', '\\', '\0', '_', '+') }),
  );
  fc.assert(
    fc.property(stem, suffix, (text, end) => {
      const answer = answerTo(text + end);
      expect(answer).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*|FILENAME_INVALID)$/);
      expect(answer === 'FILENAME_INVALID' || !/[/\\]|\.\./.test(text)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

function answerTo(filename: string): string {
  try {
    return parseDistributionFilename(filename).name;
  } catch (error) {
    return isCodedError(error) ? error.code : String(error);
  }
}
