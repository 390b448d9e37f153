/**
 * Is a file measured about as fast as OpenSSL hashes it, and in memory that stays flat?
 *
 * @module
 */

import { alternate, show } from './alternate.ts';
import type { Benchmark } from './benchmark.ts';
import { runProcess, runProgram } from './process.ts';
import { withTemporaryFiles } from './temporary-files.ts';

const large = 2048;
const small = 1;
const rounds = 7;
const allowed = 1.3;

/** Compares whole processes over the same file. */
export const measure: Benchmark = {
  name: 'measure',
  question: '2 GiB: measureFile beside `openssl dgst -sha256`',
  async run(print) {
    await withTemporaryFiles([large, small], async ([path = '', smallPath = '']) => {
      const [ours, theirs] = await alternate(
        [
          async () => (await runProgram('measure-files.ts', ['together', path])).seconds,
          async () => (await runProcess('openssl', ['dgst', '-sha256', path])).seconds,
        ],
        rounds,
      );
      if (!ours || !theirs) return;
      const ratio = ours.median / theirs.median;
      print(`measureFile ${show(ours)}`);
      print(`openssl     ${show(theirs)}`);
      print(
        `ratio of the medians ${ratio.toFixed(2)}, allowed ${allowed}, ${rounds} rounds in turns`,
      );
      print(`same digest: ${String(await isSameDigest(path))}`);
      print(
        `peak memory ${await peakOf(path)} MB, for a file of 1 MiB ${await peakOf(smallPath)} MB`,
      );
      const blake = await runProgram('measure-files.ts', ['blake2b', path]);
      print(`with BLAKE2b-256 ${blake.seconds.toFixed(2)} s, once`);
    });
  },
};

async function isSameDigest(path: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([
    runProgram('measure-files.ts', ['together', path]),
    runProcess('openssl', ['dgst', '-sha256', path]),
  ]);
  const digest = /[0-9a-f]{64}/;
  return digest.exec(ours.output)?.[0] === digest.exec(theirs.output)?.[0];
}

async function peakOf(path: string): Promise<number> {
  const { output } = await runProgram('measure-files.ts', ['together', path]);
  return Number(/peak (\d+)/.exec(output)?.[1]);
}
