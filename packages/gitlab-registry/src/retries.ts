/**
 * Repeats what is safe to repeat, a few times, and no longer than is polite.
 *
 * What writes is repeated only when GitLab cannot have seen it: after a lost answer nobody knows
 * whether a file was stored, and a second generic upload stores it twice.
 *
 * @module
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { RetryPolicy } from './connection.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';
import { isCertificateProblem, isNeverSent } from './unreachable.ts';

/** Whether a call may be sent again when nobody knows whether it was carried out. */
export type Repeatable = 'always' | 'unless seen';

const passing: ReadonlySet<RegistryErrorCode> = new Set([
  'REGISTRY_RATE_LIMITED',
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_UNREACHABLE',
]);

/** Tries until it works, the failure is a lasting one, or the policy is used up. */
export async function withRetries<T>(
  { attempts = 3, budget = 120_000, sleep = pause }: RetryPolicy = {},
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
  repeatable: Repeatable = 'always',
): Promise<T> {
  let patience = budget;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const delay = mayRepeat(error, repeatable) ? delayAfter(error, tried) : undefined;
      if (tried >= attempts || delay === undefined || delay > patience) throw error;
      patience -= delay;
      await sleep(delay, signal);
      signal?.throwIfAborted();
    }
  }
}

/** A failure of another kind would only repeat itself. */
function mayRepeat(error: unknown, repeatable: Repeatable): error is RegistryError {
  if (!(error instanceof RegistryError) || !passing.has(error.code)) return false;
  if (isCertificateProblem(error.cause)) return false;
  if (repeatable === 'always') return true;
  // The limit on requests is counted before anything is looked at.
  return error.code === 'REGISTRY_RATE_LIMITED' || isNeverSent(error.cause);
}

function delayAfter(error: RegistryError, tried: number): number {
  if (error.retryAfter !== undefined) return error.retryAfter * 1000;
  // Jitter, so that the jobs of one pipeline do not come back at the same moment.
  return 250 * 2 ** (tried - 1) * (0.5 + Math.random());
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
