/**
 * An error as a person reads it: what failed, why, what to do next. Never a stack trace.
 *
 * @module
 */

import { isCodedError } from './coded-error.ts';

const deepest = 8;

/** Renders an error with its code, its causes and its hint, one to a line and without a final newline. */
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

// The first line: what a parser draws below its message is not for here.
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line = ''] = error.message.split('\n', 1);
  if (line !== '') return line;
  return 'code' in error ? String(error.code) : error.name;
}
