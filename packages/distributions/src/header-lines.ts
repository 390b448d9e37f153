/**
 * The format of core metadata: headers as in e-mail, a blank line, a body.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import { findingKinds } from './finding-kinds.ts';
import { quote } from './quote.ts';

/** Headers by their names in lower case, with all values in their order, and what follows them. */
export interface HeaderLines {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** Takes a text apart; a value folded over indented lines is joined by line breaks. */
export function parseHeaderLines(text: string): HeaderLines {
  const folded: { readonly name: string; readonly lines: string[] }[] = [];
  let rest = text;
  while (rest !== '') {
    const [ended = rest, line = rest] = /^(.*?)(?:\r\n|\r|\n)/s.exec(rest) ?? [];
    rest = rest.slice(ended.length);
    if (line === '') break;
    const last = folded.at(-1);
    if (!/^[ \t]/.test(line)) folded.push(parseLine(line));
    else if (last) last.lines.push(line);
    else throw invalidMetadata('begins with an indented line');
  }
  const headers = new Map<string, string[]>();
  for (const { name, lines } of folded) {
    const values = headers.get(name);
    if (values) values.push(unfold(lines));
    else headers.set(name, [unfold(lines)]);
  }
  return { headers, body: rest };
}

/** Says what is wrong with core metadata. */
export function invalidMetadata(complaint: string, cause?: unknown): DistributionError {
  return new DistributionError(`the core metadata ${complaint}`, {
    code: 'METADATA_INVALID',
    hint: findingKinds.METADATA_INVALID.hint,
    ...(cause !== undefined && { cause }),
  });
}

function parseLine(line: string): { readonly name: string; readonly lines: string[] } {
  const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/s.exec(line) ?? [];
  if (name !== undefined && value !== undefined) {
    return { name: name.toLowerCase(), lines: [value.trim()] };
  }
  throw invalidMetadata(`has the line ${quote(line)}, expected \`Name: value\``);
}

/** Old metadata indents by eight columns, or by seven and a bar. */
function unfold([first = '', ...rest]: readonly string[]): string {
  const bare = rest.map((line) => line.replace(/^ {7}\|/, ' '.repeat(8)).trimEnd());
  const indent = bare
    .filter((line) => line !== '')
    .reduce((least, line) => Math.min(least, line.search(/[^ \t]/)), Infinity);
  return [first, ...bare.map((line) => line.slice(indent))].join('\n').trim();
}
