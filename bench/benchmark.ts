/**
 * A question that is answered by running things and looking at the clock.
 *
 * @module
 */

/** One benchmark; a new one is a file of its own, and a place in the list of `run.ts`. */
export interface Benchmark {
  /** What it is called on the command line. */
  readonly name: string;
  readonly question: string;
  /** Answers line by line; throws where the answer is that a bound does not hold. */
  run(print: (line: string) => void): Promise<void>;
}
