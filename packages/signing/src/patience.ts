/**
 * How long a service is waited for, and when it is asked again.
 *
 * Time is counted, not read from a clock: what the attempts took and what was waited between them.
 *
 * @module
 */

import { setTimeout } from 'node:timers/promises';

/** How long services are waited for. */
export interface Patience {
  /** Milliseconds that one answer may take; 30 seconds when absent. */
  readonly answer?: number;
  /** Milliseconds that an answer may pause; 15 seconds when absent. */
  readonly pause?: number;
  /** Milliseconds that a request may take with all its repetitions; 2 minutes when absent. */
  readonly budget?: number;
  /** Waits between two attempts; a timer when absent. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Patience with nothing left open. */
export type WholePatience = Required<Patience>;

const mostAttempts = 4;
const firstDelay = 500;

/** Fills in what is absent. */
export function withDefaults(patience: Patience = {}): WholePatience {
  return {
    answer: 30_000,
    pause: 15_000,
    budget: 120_000,
    wait: async (milliseconds, signal) =>
      setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }),
    ...patience,
  };
}

/**
 * Milliseconds to wait before the next attempt; `undefined` if there is to be none.
 *
 * What the service asks for is respected. Otherwise the delay doubles, and chance takes up to half
 * of it away, so that many clients do not come back at once.
 */
export function delayBefore(
  attempt: number,
  {
    asked,
    spent,
    budget,
  }: { readonly asked: number | undefined; readonly spent: number; readonly budget: number },
): number | undefined {
  if (attempt > mostAttempts) return undefined;
  const most = firstDelay * 2 ** (attempt - 2);
  const delay = asked ?? most - (Math.random() * most) / 2;
  return spent + delay > budget ? undefined : delay;
}

/** Milliseconds that a `Retry-After` header asks for, given in seconds or as a date. */
export function retryAfter(header: string, sentAt: Date): number | undefined {
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isFinite(date) ? Math.max(0, date - sentAt.getTime()) : undefined;
}
