/**
 * Runs several ways of doing the same thing in turns.
 *
 * What else happens on the machine then hits all of them alike, and a warm cache helps all of them.
 *
 * @module
 */

/** How long one way took, in seconds. */
export interface Timing {
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
}

/**
 * Runs each way once to warm up and then `rounds` times, in turns. A way answers how many seconds it
 * took; the timings come in the order of the ways.
 */
export async function alternate(
  ways: readonly (() => Promise<number>)[],
  rounds: number,
): Promise<readonly Timing[]> {
  const seconds: number[][] = ways.map(() => []);
  for (const way of ways) await way();
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, way] of ways.entries()) seconds[index]?.push(await way());
  }
  return seconds.map(timingOf);
}

/** Shows a timing, such as `2.01 s (1.98 to 2.40)`; below a second in milliseconds. */
export function show({ median, fastest, slowest }: Timing): string {
  if (median >= 1) return `${median.toFixed(2)} s (${fastest.toFixed(2)} to ${slowest.toFixed(2)})`;
  const [middle, least, most] = [median, fastest, slowest].map((one) => (one * 1000).toFixed(0));
  return `${middle} ms (${least} to ${most})`;
}

function timingOf(seconds: readonly number[]): Timing {
  const sorted = seconds.toSorted((left, right) => left - right);
  const [fastest = NaN] = sorted;
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? NaN,
    fastest,
    slowest: sorted.at(-1) ?? NaN,
  };
}
