import { parseVersion } from '@wheelseal/distributions';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

/** A version as its parts, from which both a spelling and an order are made. */
interface Parts {
  readonly epoch: number;
  readonly release: readonly number[];
  readonly pre?: readonly ['a' | 'b' | 'rc', number];
  readonly post?: number;
  readonly dev?: number;
  readonly local: readonly (string | number)[];
}

const small = fc.nat(3);
const parts: fc.Arbitrary<Parts> = fc.record(
  {
    epoch: fc.nat(1),
    release: fc.array(small, { minLength: 1, maxLength: 4 }),
    pre: fc.tuple(fc.constantFrom('a', 'b', 'rc'), small),
    post: small,
    dev: small,
    local: fc.array(fc.oneof(small, fc.constantFrom('a', 'b', 'a1', '1b')), { maxLength: 2 }),
  },
  { requiredKeys: ['epoch', 'release', 'local'] },
);

/** The sort key of PEP 440's own words: what is absent stands before or after everything. */
function keyOf({ epoch, release, pre, post, dev, local }: Parts): readonly unknown[] {
  const last = release.findLastIndex((number) => number !== 0);
  const devOnly = !pre && post === undefined && dev !== undefined;
  return [
    epoch,
    release.slice(0, last + 1),
    pre ? [0, ['a', 'b', 'rc'].indexOf(pre[0]), pre[1]] : devOnly ? [-1] : [1],
    post ?? -1,
    dev ?? Infinity,
    local.length === 0
      ? [[-1]]
      : local.map((part) => (typeof part === 'number' ? [1, part] : [0, part])),
  ];
}

function compareKeys(left: unknown, right: unknown): number {
  if (Array.isArray(left) && Array.isArray(right)) {
    for (const [index, part] of left.entries()) {
      if (index >= right.length) return 1;
      const order = compareKeys(part, right[index]);
      if (order !== 0) return order;
    }
    return left.length - right.length;
  }
  return Number(left) < Number(right) ? -1 : Number(left !== right);
}

/** Spells the same parts in one of the ways that PEP 440 allows. */
function spell(version: Parts, choose: () => number): string {
  const oneOf = (...choices: readonly string[]) => String(choices[choose() % choices.length]);
  const separator = () => oneOf('', '.', '-', '_');
  const { epoch, release, pre, post, dev, local } = version;
  const words = {
    a: oneOf('a', 'alpha', 'A', 'Alpha'),
    b: oneOf('b', 'beta', 'BETA'),
    rc: oneOf('rc', 'c', 'pre', 'preview', 'RC'),
  };
  return [
    oneOf('', 'v', 'V', ' v'),
    epoch > 0 ? `${epoch}!` : oneOf('', '0!'),
    release.map((number) => oneOf('', '0', '00') + number).join('.'),
    pre ? separator() + words[pre[0]] + separator() + pre[1] : '',
    post === undefined ? '' : spellPost(post),
    dev === undefined ? '' : `${separator()}${oneOf('dev', 'DEV')}${separator()}${dev}`,
    local.length === 0 ? '' : `+${local.join(oneOf('.', '-', '_')).replace('a', oneOf('a', 'A'))}`,
  ].join('');

  function spellPost(number: number): string {
    return choose() % 4 === 0
      ? `-${number}`
      : `${separator()}${oneOf('post', 'rev', 'r', 'POST')}${separator()}${number}`;
  }
}

function canonical({ epoch, release, pre, post, dev, local }: Parts): string {
  return [
    epoch > 0 ? `${epoch}!` : '',
    release.join('.'),
    pre?.join('') ?? '',
    post === undefined ? '' : `.post${post}`,
    dev === undefined ? '' : `.dev${dev}`,
    local.length === 0 ? '' : `+${local.join('.')}`,
  ].join('');
}

const choices = fc.infiniteStream(fc.nat(11));

test('spells any spelling the canonical way', () => {
  fc.assert(
    fc.property(parts, choices, (version, stream) => {
      const text = spell(version, () => Number(stream.next().value));
      expect(parseVersion(text).canonical).toBe(canonical(version));
    }),
    { numRuns: 2000 },
  );
});

test('orders and equates any two versions as a model of PEP 440 does', () => {
  fc.assert(
    fc.property(parts, parts, choices, (left, right, stream) => {
      const read = (version: Parts) =>
        parseVersion(spell(version, () => Number(stream.next().value)));
      const expected = compareKeys(keyOf(left), keyOf(right));
      expect(Math.sign(read(left).compare(read(right)))).toBe(Math.sign(expected));
      expect(read(left).equals(read(right))).toBe(expected === 0);
    }),
    { numRuns: 3000 },
  );
});
