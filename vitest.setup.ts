/**
 * A library that writes to the console is a bug: whoever uses it cannot turn it off.
 *
 * @module
 */

import { afterEach, vi } from 'vitest';

const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
  vi.spyOn(console, method),
);

afterEach(() => {
  const lines = spies.flatMap((spy) => spy.mock.calls);
  for (const spy of spies) spy.mockClear();
  if (lines.length > 0) throw new Error(`written to the console: ${lines.flat().join(' ')}`);
});
