/**
 * The rate limit of an instance: a fixed window, counted for all callers together.
 *
 * @module
 */

import { Refusal } from './answer.ts';
import type { GitLabSettings, RateLimit } from './settings.ts';

/** Counts requests and refuses what is too much. */
export interface Throttle {
  /**
   * Counts one request and tells the headers that its answer carries.
   *
   * @throws Refusal with 429.
   */
  count(settings: GitLabSettings): Readonly<Record<string, number | string>>;
}

/** A throttle that has seen nothing. */
export function createThrottle(): Throttle {
  let limit: RateLimit | undefined;
  let windowEnds = 0;
  let observed = 0;
  return {
    count({ rateLimit }) {
      if (rateLimit === undefined) return {};
      const now = Date.now();
      if (rateLimit !== limit || now >= windowEnds) {
        limit = rateLimit;
        windowEnds = now + rateLimit.seconds * 1000;
        observed = 0;
      }
      observed += 1;
      const headers = rateLimitHeaders(rateLimit, observed, windowEnds);
      if (observed <= rateLimit.requests) return headers;
      throw new Refusal({
        status: 429,
        headers: {
          ...headers,
          'ratelimit-resettime': new Date(windowEnds).toUTCString(),
          'retry-after': String(Math.ceil((windowEnds - now) / 1000)),
          'content-type': 'text/plain',
        },
        text: 'Retry later\n',
      });
    },
  };
}

function rateLimitHeaders(
  { requests, seconds }: RateLimit,
  observed: number,
  windowEnds: number,
): Readonly<Record<string, number | string>> {
  return {
    'ratelimit-limit': Math.round((requests * 60) / seconds),
    'ratelimit-name': 'throttle_authenticated_packages_api',
    'ratelimit-observed': observed,
    'ratelimit-remaining': Math.max(0, requests - observed),
    'ratelimit-reset': Math.ceil(windowEnds / 1000),
  };
}
