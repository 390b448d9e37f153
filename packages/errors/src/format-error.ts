/**
 * An error as a person reads it: what failed, why, what to do next. Never a stack trace.
 *
 * @module
 */

import { isCodedError } from './coded-error.ts';

const deepest = 8;

/**
 * Renders an error with its code, its causes and its hint, each on a line of its own and without a
 * final newline. What a message has below its first line is indented.
 */
export function formatError(error: unknown): string {
  const chain = causes(error);
  const [first] = chain;
  const hint = chain.find((link) => isCodedError(link) && link.hint !== undefined);
  const [message, ...reasons] = new Set(chain.map(messageOf));
  const lines = [
    isCodedError(first) ? `error[${first.code}]: ${message}` : `error: ${message}`,
    ...reasons.map((reason) => `  because: ${reason}`),
  ];
  if (isCodedError(hint)) lines.push(`  hint: ${hint.hint}`);
  return lines.join('\n');
}

function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let link = error;
  while (chain.length < deepest && !chain.includes(link)) {
    chain.push(link);
    if (!(link instanceof Error) || link.cause === undefined) break;
    link = link.cause;
  }
  return chain;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message.trimEnd().replaceAll('\n', '\n    ');
  return 'code' in error ? String(error.code) : error.name;
}
