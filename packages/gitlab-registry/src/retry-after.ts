/**
 * How long a server asks to be left alone.
 *
 * @module
 */

import { headerOf, type Answer } from './response-body.ts';

/** Seconds to wait, from whichever header says it; `undefined` when none does. */
export function retryAfterOf(
  answer: Pick<Answer, 'headers' | 'status'>,
  now: Date,
): number | undefined {
  const asked = headerOf(answer, 'retry-after');
  if (asked !== undefined) return secondsOrDate(asked, now);
  // Sent with every answer, so that they mean a wait only beside a refusal for their sake.
  if (answer.status !== 429) return undefined;
  const reset = headerOf(answer, 'ratelimit-reset');
  if (reset !== undefined && /^\d{1,12}$/.test(reset)) return until(Number(reset) * 1000, now);
  const time = headerOf(answer, 'ratelimit-resettime');
  return time === undefined ? undefined : secondsOrDate(time, now);
}

function secondsOrDate(value: string, now: Date): number | undefined {
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : until(time, now);
}

function until(time: number, now: Date): number {
  return Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}
