import { normalizeName } from '@wheelseal/distributions';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

test.for([
  ['demo', 'demo'],
  ['My.Pkg', 'my-pkg'],
  ['a.b-c', 'a-b-c'],
  ['my--pkg', 'my-pkg'],
  ['Friendly-._.-Bard', 'friendly-bard'],
  ['FRIENDLY__BARD', 'friendly-bard'],
  ['zope.interface', 'zope-interface'],
  ['0', '0'],
  ['7zip', '7zip'],
] as const)('spells `%s` as `%s`', ([name, normalized]) => {
  expect(normalizeName(name)).toBe(normalized);
});

test.for([
  '',
  '-',
  '_x',
  'x_',
  '.x',
  'x.',
  'a b',
  ' x',
  'x\n',
  'a/b',
  'a\\b',
  'a@b',
  'é',
  '\u212A', // the sign for kelvin, which a pattern that ignores case in Unicode takes for a K
  '\u017F', // the same with the long s
  'x\u0000',
  '<my_package>',
])('refuses %j', (name) => {
  expect(() => normalizeName(name)).toThrow(
    expect.objectContaining({ code: 'NAME_INVALID', hint: expect.stringContaining('letters') }),
  );
});

test('shows no control characters of a name', () => {
  expect(() => normalizeName('x\u001B[31m\n')).toThrow('`x\\u{1b}[31m\\u{a}` is not the name');
});

test('gives every spelling of a name the same form', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
  const separator = fc.stringMatching(/^[-_.]{1,3}$/);
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.tuple(separator, fc.boolean())),
      (words, choices) => {
        const spelled = words.reduce((name, next) => {
          const { value } = choices.next();
          const [between, upper] = value ?? ['-', false];
          return name + between + (upper ? next.toUpperCase() : next);
        });
        expect(normalizeName(spelled)).toBe(words.join('-'));
      },
    ),
    { numRuns: 500 },
  );
});
