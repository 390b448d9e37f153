import { parseVersion } from '@wheelseal/distributions';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

test.for([
  ['1.0', '1.0'],
  ['1.0.0', '1.0.0'],
  ['v1.0.0', '1.0.0'],
  [' V1.0\n', '1.0'],
  ['1.0.0-rc.1', '1.0.0rc1'],
  ['1.0-RC1', '1.0rc1'],
  ['1.0.0-beta', '1.0.0b0'],
  ['1.0alpha2', '1.0a2'],
  ['1.0c3', '1.0rc3'],
  ['1.0preview', '1.0rc0'],
  ['1.0_pre_4', '1.0rc4'],
  ['1.0-1', '1.0.post1'],
  ['1.0.r5', '1.0.post5'],
  ['1.0-rev', '1.0.post0'],
  ['1.0dev', '1.0.dev0'],
  ['1.0.DEV3', '1.0.dev3'],
  ['00!01.02', '1.2'],
  ['2!1.0', '2!1.0'],
  ['1!1.0b2.post345.dev456+Local.001', '1!1.0b2.post345.dev456+local.1'],
  ['1.0+Ubuntu-1_B', '1.0+ubuntu.1.b'],
  ['1.0+1e5', '1.0+1e5'],
  ['1.0+0x10', '1.0+0x10'],
  ['1.0+12345678901234567890123', '1.0+12345678901234567890123'],
  ['20240101.235959', '20240101.235959'],
] as const)('spells %j as %j', ([text, canonical]) => {
  expect(parseVersion(text).canonical).toBe(canonical);
});

test.for([
  '',
  'v',
  'latest',
  '1.0.0-alpha.beta',
  '1.0 and more',
  '1.0.',
  '1..0',
  '1,0',
  '1.0+',
  '1.0+a+b',
  '1.0+a..b',
  '1.0*',
  '1.0.x',
  '>=1.0',
  '-1',
  '1.0!2',
  '１.0',
  '<1.0.0>',
  '1.0\u0000',
  '1.'.repeat(200) + '0',
])('refuses %j', (text) => {
  expect(() => parseVersion(text)).toThrow(
    expect.objectContaining({ code: 'VERSION_INVALID', hint: expect.stringContaining('1.2.0rc1') }),
  );
});

test('refuses numbers it could not tell apart', () => {
  expect(() => parseVersion('1.9007199254740993')).toThrow(
    expect.objectContaining({
      code: 'VERSION_INVALID',
      message: '`1.9007199254740993` has a number above 9007199254740991',
    }),
  );
  expect(() => parseVersion('1.0.dev9007199254740993')).toThrow(/above/);
  expect(() => parseVersion('9007199254740993!1')).toThrow(/above/);
});

/** The order the packaging project publishes, once without and once with an epoch. */
const ordered = [
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0b2-346',
  '1.0c1.dev456',
  '1.0c1',
  '1.0rc2',
  '1.0c3',
  '1.0',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.1.dev1',
  '1.2+abc',
  '1.2+abc123',
  '1.2+abc123def',
  '1.2+123abc',
  '1.2+123abc456',
  '1.2+1234.abc',
  '1.2+123456',
  '1.2.r32+123456',
  '1.2.rev33+123456',
].toSorted((left, right) => Number(left.includes('+')) - Number(right.includes('+')));

test('orders versions as PEP 440 does', () => {
  const versions = ordered.filter((text) => !text.includes('+'));
  const all = [...versions, ...versions.map((text) => `1!${text}`)].map(parseVersion);

  for (const [index, version] of all.entries()) {
    for (const [other, right] of all.entries()) {
      expect(Math.sign(version.compare(right))).toBe(Math.sign(index - other));
    }
  }
});

test('orders labels: none, words, numbers, and shorter before longer', () => {
  const labels = ['1.2', '1.2+123abc', '1.2+abc', '1.2+abc.1', '1.2+abc123', '1.2+9', '1.2+9.a'];
  const numbers = ['1.2+10', '1.2+12345678901234567890122', '1.2+12345678901234567890123'];
  const all = [...labels, ...numbers, '1.2.post1'].map(parseVersion);

  expect(
    all
      .toReversed()
      .toSorted((left, right) => left.compare(right))
      .map(({ canonical }) => canonical),
  ).toEqual(all.map(({ canonical }) => canonical));
});

test.for([
  ['1.0', '1.0.0'],
  ['1', '1.0.0.0'],
  ['1.0rc1', 'v1.0.0-RC.1'],
  ['1.0+a.1', '1.0.0+A-01'],
  ['0!1.0', '1.0'],
] as const)('takes `%s` and `%s` for the same version', ([left, right]) => {
  expect(parseVersion(left).equals(parseVersion(right))).toBe(true);
});

test.for([
  ['1.0', '1.0.1'],
  ['1.0', '1.0+a'],
  ['1.0', '1!1.0'],
  ['1.0', '1.0.post0'],
  ['1.0', '1.0.dev0'],
  ['1.0+1e5', '1.0+100000'],
] as const)('tells `%s` from `%s`', ([left, right]) => {
  expect(parseVersion(left).equals(parseVersion(right))).toBe(false);
});

test('keeps the zeros of the release and tells a pre-release', () => {
  expect(parseVersion('1.0.0')).toMatchObject({ release: [1, 0, 0], isPrerelease: false });
  expect(parseVersion('1.0rc1').isPrerelease).toBe(true);
  expect(parseVersion('1.0.post1.dev2').isPrerelease).toBe(true);
  expect(parseVersion('1.0.post1').isPrerelease).toBe(false);
});

test('leaves the label out where there is none', () => {
  expect('local' in parseVersion('1.0')).toBe(false);
  expect(parseVersion('1.0+Abc.01').local).toBe('abc.1');
});

const number = fc.oneof(
  fc.nat(30).map(String),
  fc.nat(9).map((digit) => `00${digit}`),
);
const separator = fc.constantFrom('', '.', '-', '_');
const anyVersion = fc
  .tuple(
    fc.constantFrom('', 'v', 'V'),
    fc.option(number, { nil: undefined }),
    fc.array(number, { minLength: 1, maxLength: 4 }),
    fc.option(
      fc.tuple(separator, fc.constantFrom('a', 'Beta', 'rc', 'c', 'pre'), separator, number),
    ),
    fc.option(fc.tuple(separator, fc.constantFrom('post', 'rev', 'R'), separator, number)),
    fc.option(fc.tuple(separator, fc.constantFrom('dev', 'DEV'), separator, number)),
    fc.array(fc.stringMatching(/^[a-zA-Z0-9]{1,5}$/), { maxLength: 3 }),
  )
  .map(([v, epoch, release, pre, post, dev, label]) =>
    [
      v,
      epoch === undefined ? '' : `${epoch}!`,
      release.join('.'),
      ...[pre, post, dev].map((part) => part?.join('') ?? ''),
      label.length > 0 ? `+${label.join('-')}` : '',
    ].join(''),
  );

test('reads its own canonical spelling as the same version', () => {
  fc.assert(
    fc.property(anyVersion, (text) => {
      const version = parseVersion(text);
      const again = parseVersion(version.canonical);
      expect(again.canonical).toBe(version.canonical);
      expect(again.equals(version)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('orders any three versions without contradiction', () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
      const [first, second, third] = [a, b, c]
        .map(parseVersion)
        .toSorted((left, right) => left.compare(right));
      expect(second!.compare(first!)).toBeGreaterThanOrEqual(0);
      expect(third!.compare(second!)).toBeGreaterThanOrEqual(0);
      expect(third!.compare(first!)).toBeGreaterThanOrEqual(0);
      expect(Math.sign(first!.compare(third!))).toBe(-Math.sign(third!.compare(first!)) + 0);
    }),
    { numRuns: 1000 },
  );
});
