/**
 * Collects the findings of one inspection.
 *
 * @module
 */

import { findingKinds } from './finding-kinds.ts';
import type { Finding, FindingCode, Report } from './finding.ts';

/** A broken archive may have a hundred thousand flaws of one kind; the first few say it. */
const mostOfOneCode = 10;

/** Collects findings; errors come first, and of each code only the first few. */
export function collectFindings(): {
  readonly report: Report;
  readonly findings: () => readonly Finding[];
} {
  const messages = new Map<FindingCode, string[]>();
  return {
    report(code, message) {
      const same = messages.get(code);
      if (same) same.push(message);
      else messages.set(code, [message]);
    },
    findings() {
      const all = [...messages].flatMap(([code, texts]) =>
        shorten(texts).map((message) => ({ code, ...findingKinds[code], message })),
      );
      return all.toSorted((left, right) => rank(left) - rank(right));
    },
  };
}

function shorten(messages: readonly string[]): readonly string[] {
  if (messages.length <= mostOfOneCode) return messages;
  const more = messages.length - mostOfOneCode;
  return [...messages.slice(0, mostOfOneCode), `there are ${more} more of this kind`];
}

function rank({ severity }: Pick<Finding, 'severity'>): number {
  return severity === 'error' ? 0 : 1;
}
