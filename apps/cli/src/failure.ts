/**
 * How a command that failed says so, to people and to programs.
 *
 * @module
 */

import { formatError, isCodedError } from '@wheelseal/errors';
import { printable } from './printable.ts';
import type { Channel } from './terminal.ts';

/** The `error` of a document. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Messages of the errors below, the nearest first. */
  readonly causes?: readonly string[];
}

/** What ends up in the one document of a call. */
export interface DocumentParts {
  readonly command: string;
  readonly exitCode: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Undefined when nothing failed. */
  readonly error?: unknown;
}

const deepest = 8;
const unexpectedHint = 'Run it again with --verbose, and report what that shows.';

/** Describes whatever was thrown; what has no code of ours is `UNEXPECTED`. */
export function describeFailure(error: unknown): Failure {
  const [first, ...below] = chainOf(error);
  const hint = [first, ...below].find((link) => isCodedError(link) && link.hint !== undefined);
  const causes = below.map(messageOf);
  const way = isCodedError(hint) ? hint.hint : isCodedError(first) ? undefined : unexpectedHint;
  return {
    code: isCodedError(first) ? first.code : 'UNEXPECTED',
    message: messageOf(first),
    ...(way !== undefined && { hint: printable(way) }),
    ...(causes.length > 0 && { causes }),
  };
}

/** Prints an error as lines; what nobody expected also with its stack, on request. */
export function printError({ paint, print }: Channel, error: unknown, withStack = false): void {
  const [first = '', ...rest] = printable(formatError(error)).split('\n');
  const [, mark = '', message = ''] = /^(error(?:\[\w+\])?:)(.*)$/.exec(first) ?? [];
  print(`${paint.red(paint.bold(mark))}${message}`);
  for (const line of rest) {
    print(line.startsWith('  hint: ') ? `  ${paint.cyan('hint:')} ${line.slice(8)}` : line);
  }
  if (isCodedError(error)) return;
  if (withStack && error instanceof Error) print(paint.dim(printable(error.stack ?? '')));
  else print(`  ${paint.cyan('hint:')} ${unexpectedHint}`);
}

/** Prints the one document of a call. */
export function printDocument(
  { print }: Channel,
  { command, exitCode, fields, error }: DocumentParts,
): void {
  const document = {
    schemaVersion: 1,
    command,
    exitCode,
    ...fields,
    ...(error !== undefined && { error: describeFailure(error) }),
  };
  print(JSON.stringify(document, undefined, 2));
}

function chainOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = [error];
  for (let link = error; link instanceof Error && link.cause !== undefined; link = link.cause) {
    if (chain.length === deepest || chain.includes(link.cause)) break;
    chain.push(link.cause);
  }
  return chain;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  if (error.message !== '') return printable(error.message);
  return 'code' in error ? String(error.code) : error.name;
}
