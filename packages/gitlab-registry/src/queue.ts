/**
 * Tasks that must not run side by side.
 *
 * @module
 */

/** Runs a task when all earlier ones of the same key have ended, however they ended. */
type InTurn = <T>(
  key: string,
  signal: AbortSignal | undefined,
  task: () => Promise<T>,
) => Promise<T>;

interface Line {
  tail: Promise<void>;
  length: number;
}

/** Makes an empty queue. */
export function createQueue(): InTurn {
  const lines = new Map<string, Line>();
  return async (key, signal, task) => {
    const line = lines.get(key) ?? { tail: Promise.resolve(), length: 0 };
    lines.set(key, line);
    const before = line.tail;
    const { promise: done, resolve: end } = Promise.withResolvers<void>();
    // Also after the one before: a task that gives up while it waits must let nobody overtake.
    line.tail = before.then(async () => done);
    line.length += 1;
    try {
      await untilAborted(before, signal);
      return await task();
    } finally {
      end();
      line.length -= 1;
      if (line.length === 0) lines.delete(key);
    }
  };
}

async function untilAborted(before: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return before;
  signal.throwIfAborted();
  const { promise: aborted, resolve: abort } = Promise.withResolvers<void>();
  const listener = (): void => abort();
  signal.addEventListener('abort', listener, { once: true });
  await Promise.race([before, aborted]);
  signal.removeEventListener('abort', listener);
  signal.throwIfAborted();
}
