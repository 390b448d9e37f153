/**
 * Random numbers that come again with their seed.
 *
 * @module
 */

export interface Numbers {
  /** A whole number from zero up to a bound, exclusive. */
  below(bound: number): number;
  from<T>(list: readonly T[]): T;
}

/** The numbers of a seed, by the generator that is called mulberry32. */
export function numbers(seed: number): Numbers {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return { below, from: (list) => list[below(list.length)]! };
}
