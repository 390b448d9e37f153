/**
 * Several tasks at once, but not all at once.
 *
 * @module
 */

/**
 * Runs a task for every item and keeps the order of the results. The first failure stops the others
 * and is thrown when they have stopped.
 */
export async function mapSideBySide<T, R>(
  items: readonly T[],
  { atOnce, signal }: { readonly atOnce: number; readonly signal?: AbortSignal | undefined },
  task: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<readonly R[]> {
  const stop = new AbortController();
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const results: R[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  async function work(): Promise<void> {
    // One worker takes one item after the other.
    for (const [index, item] of queue) {
      if (either.aborted) return;
      results[index] = await task(item, either);
    }
  }
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () =>
    work().catch((error: unknown) => {
      failures.push(error);
      stop.abort();
    }),
  );
  await Promise.all(workers);
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
