/**
 * Repeats what only reads, a few times, and no longer than is polite.
 *
 * Uploads never come here: after a lost answer nobody knows whether the file was stored, and a
 * second generic upload stores it twice.
 *
 * @module
 */

import { setTimeout as wait } from 'node:timers/promises';
import type { RetryPolicy } from './connection.ts';
import { RegistryError, type RegistryErrorCode } from './errors.ts';

const passing: ReadonlySet<RegistryErrorCode> = new Set([
  'REGISTRY_RATE_LIMITED',
  'REGISTRY_UNAVAILABLE',
  'REGISTRY_UNREACHABLE',
]);

/** Tries until it works, the failure is a lasting one, or the policy is used up. */
export async function withRetries<T>(
  { attempts = 3, budget = 30_000, sleep = pause }: RetryPolicy = {},
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  let patience = budget;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const delay = delayBefore(error, tried);
      if (tried >= attempts || delay === undefined || delay > patience) throw error;
      patience -= delay;
      await sleep(delay, signal);
      signal?.throwIfAborted();
    }
  }
}

/** Milliseconds to wait, `undefined` for a failure that would only repeat itself. */
function delayBefore(error: unknown, tried: number): number | undefined {
  if (!(error instanceof RegistryError) || !passing.has(error.code)) return undefined;
  if (isCertificateProblem(error.cause)) return undefined;
  if (error.retryAfter !== undefined) return error.retryAfter * 1000;
  // Jitter, so that the jobs of one pipeline do not come back at the same moment.
  return 250 * 2 ** (tried - 1) * (0.5 + Math.random());
}

/** Whether TLS failed in a way that needs a setting, not patience. */
export function isCertificateProblem(cause: unknown): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  return /CERT|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(String(cause.code));
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, signal && { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
