/**
 * Would worker threads measure several files faster than one thread that reads them side by side?
 *
 * @module
 */

import { alternate, show } from './alternate.ts';
import type { Benchmark } from './benchmark.ts';
import { runProgram } from './process.ts';
import { withTemporaryFiles } from './temporary-files.ts';

const sizes = [512, 512, 512, 512];
const rounds = 7;

/** Compares whole processes over the same files. */
export const measureMany: Benchmark = {
  name: 'measure-many',
  question: '4 files of 512 MiB: one after another, side by side, and in two worker threads',
  async run(print) {
    await withTemporaryFiles(sizes, async (paths) => {
      const ways = ['in-turn', 'together', 'threads'];
      const timings = await alternate(
        ways.map(
          (way) => async () => (await runProgram('measure-files.ts', [way, ...paths])).seconds,
        ),
        rounds,
      );
      for (const [index, timing] of timings.entries()) {
        print(`${String(ways[index]).padEnd(8)} ${show(timing)}`);
      }
      const [, together, threads] = timings;
      if (!together || !threads) return;
      print(
        `threads take ${(threads.median / together.median).toFixed(2)} of the time of one thread`,
      );
    });
  },
};
