/**
 * Runs the benchmarks named on the command line, or all of them.
 *
 * @module
 */

import type { Benchmark } from './benchmark.ts';
import { measure } from './measure.ts';
import { measureMany } from './measure-many.ts';
import { signLarge } from './sign-large.ts';
import { verifyBatch } from './verify-batch.ts';

const benchmarks: readonly Benchmark[] = [measure, measureMany, signLarge, verifyBatch];

const names = process.argv.slice(2);
const unknown = names.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));

if (unknown.length > 0 || names.includes('--list')) {
  for (const { name, question } of benchmarks) process.stdout.write(`${name}: ${question}\n`);
  process.exitCode = names.includes('--list') ? 0 : 2;
} else {
  for (const benchmark of benchmarks) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue;
    await perform(benchmark);
  }
}

async function perform(benchmark: Benchmark): Promise<void> {
  process.stdout.write(`${benchmark.name}: ${benchmark.question}\n`);
  try {
    await benchmark.run(print);
  } catch (error) {
    print(`failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

function print(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
